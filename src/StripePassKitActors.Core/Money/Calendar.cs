namespace StripePassKitActors.Core.Money;

/// <summary>Months as the windows of rule M6 count them: year × 100 + month, in the merchant's time zone.</summary>
internal static class Calendar
{
    /// <summary>All offsets from UTC are multiples of it.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

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

    /// <summary>
    /// The first moment of a month, UTC. Where clocks skip its midnight, or show it twice, what a time zone says of that midnight is no guide:
    /// what <see cref="MonthOf"/> counts is.
    /// </summary>
    public static DateTimeOffset Start(int month, TimeZoneInfo zone)
    {
        var midnight = new DateTime(month / 100, month % 100, 1, 0, 0, 0, DateTimeKind.Unspecified);
        var start = new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
        while (MonthOf(start, zone) < month) start += Step;
        while (MonthOf(start - Step, zone) >= month) start -= Step;
        return start;
    }
}
