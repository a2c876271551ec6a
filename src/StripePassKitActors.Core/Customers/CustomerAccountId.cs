namespace StripePassKitActors.Core.Customers;

/// <summary>
/// A customer account of Stripe's second API (<c>acct_…</c>), by which somebody is known who has subscriptions and charges and no customer object.
/// </summary>
public static class CustomerAccountId
{
    /// <summary>Whether an actor's id is a customer account's.</summary>
    public static bool Is(string id) => id.StartsWith("acct_", StringComparison.Ordinal);
}
