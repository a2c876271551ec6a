namespace StripePassKitActors.Core.Money;

/// <summary>Months as the windows of rule M6 count them: year × 100 + month, in the merchant's time zone.</summary>
internal static class Calendar
{
    /// <summary>The month in which a moment lies.</summary>
    public static int MonthOf(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        return (local.Year * 100) + local.Month;
    }

    /// <summary>The month that lies so many before another; negative: after it.</summary>
    public static int Before(int month, int months)
    {
        var index = ((month / 100) * 12) + (month % 100) - 1 - months;
        return (index / 12 * 100) + (index % 12) + 1;
    }

    /// <summary>The moment at which a month begins, UTC. A midnight that the zone's clocks skip is the moment after the gap.</summary>
    public static DateTimeOffset Start(int month, TimeZoneInfo zone)
    {
        var midnight = new DateTime(month / 100, month % 100, 1, 0, 0, 0, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
