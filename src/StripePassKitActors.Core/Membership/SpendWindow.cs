namespace StripePassKitActors.Core.Membership;

/// <summary>Which spend counts (rule M6).</summary>
public enum SpendWindow
{
    /// <summary>All of it.</summary>
    Lifetime,

    /// <summary>That of the current year.</summary>
    CalendarYear,

    /// <summary>That of the current month and of so many before it.</summary>
    RollingMonths,
}
