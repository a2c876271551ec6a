namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>How often, and when, the payment of a renewal is tried again.</summary>
internal static class Dunning
{
    /// <summary>Stripe's usual: eight times within two weeks of the first failure.</summary>
    public static readonly IReadOnlyList<TimeSpan> Retries = [.. new[] { 1, 3, 5, 7, 9, 11, 13, 14 }.Select(days => TimeSpan.FromDays(days))];
}
