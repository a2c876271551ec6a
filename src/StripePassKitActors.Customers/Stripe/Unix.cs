namespace StripePassKitActors.Customers.Stripe;

/// <summary>Stripe's times: whole seconds since 1970, UTC.</summary>
internal static class Unix
{
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The moment; 1970 and what lies before or beyond the calendar is unknown (rule F7).</summary>
    public static DateTimeOffset? Moment(long? seconds) =>
        seconds is { } value && value > 0 && value <= Last ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
}
