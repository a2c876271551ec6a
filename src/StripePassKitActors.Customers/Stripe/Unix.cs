namespace StripePassKitActors.Customers.Stripe;

/// <summary>Stripe's times: whole seconds since 1970, UTC.</summary>
internal static class Unix
{
    // No moment of a payment lies beyond it, and the days that rules add to one never leave the calendar.
    private static readonly long Last = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>The moment; 1970 and what lies before it or beyond 2200 is unknown (rule F7).</summary>
    public static DateTimeOffset? Moment(long? seconds) =>
        seconds is { } value && value > 0 && value <= Last ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
}
