namespace StripePassKitActors.Core.Customers;

/// <summary>Where a charge stands in time.</summary>
/// <param name="Id">The charge, <c>ch_…</c>.</param>
/// <param name="Created">Stripe's time, UTC.</param>
public sealed record ChargeReference(string Id, DateTimeOffset Created);
