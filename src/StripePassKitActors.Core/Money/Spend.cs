namespace StripePassKitActors.Core.Money;

/// <summary>Net spend in one currency, in its minor units.</summary>
/// <param name="Currency">Three lower-case letters.</param>
/// <param name="Amount">Never negative.</param>
public sealed record Spend(string Currency, long Amount);
