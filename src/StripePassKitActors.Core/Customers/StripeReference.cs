namespace StripePassKitActors.Core.Customers;

/// <summary>Names one Stripe object.</summary>
/// <param name="Kind">What Stripe calls its <c>object</c>.</param>
/// <param name="Id">Its id.</param>
public sealed record StripeReference(string Kind, string Id);
