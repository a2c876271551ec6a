namespace StripePassKitActors.Core.Customers;

/// <summary>A dispute whose money is out, as far as it suspends the membership (rule B7).</summary>
/// <param name="Id">The dispute.</param>
/// <param name="OpenedAt">Stripe's time, UTC.</param>
/// <param name="LostAt">When it was lost, UTC; null: it is still open.</param>
public sealed record SuspendingDispute(string Id, DateTimeOffset OpenedAt, DateTimeOffset? LostAt);
