namespace StripePassKitActors.Core.Customers;

/// <summary>Who comes back from a checkout asks for the pass that was bought there. What it says was read from Stripe or told by it, never by the buyer.</summary>
/// <param name="SessionId">The session, <c>cs_…</c>: also the id of a one-off purchase that it made.</param>
/// <param name="Paid">Whether it was paid, or nothing was to be paid.</param>
/// <param name="SubscriptionId">The subscription that it made, <c>sub_…</c>; null: it made none.</param>
/// <param name="PaymentId">Its payment, <c>pi_…</c> or <c>ch_…</c>; null: none is named, as with every subscription.</param>
/// <param name="InvoiceId">The invoice that it made, <c>in_…</c>; null: none is named.</param>
/// <param name="Created">When it was made, UTC; null: not known. Where no payment is named, what the customer paid since then is its payment.</param>
/// <param name="MatchedByEmail">Whether the customer was found by an address that the buyer typed: such a pass is mailed, never shown.</param>
public sealed record CheckoutClaim(
    string SessionId,
    bool Paid,
    string? SubscriptionId = null,
    string? PaymentId = null,
    string? InvoiceId = null,
    DateTimeOffset? Created = null,
    bool MatchedByEmail = false);
