using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>
/// What is read from Stripe. Every read is one of now: two that ask for the same object at the same time share no call, because the one
/// that began before an event came must not answer for it. What a burst of events need not ask again, the actor knows by as-of.
/// </summary>
/// <remarks>Every method throws <see cref="StripeUnavailableException"/> or <see cref="StripeRefusedException"/>, and nothing else, when it has no answer.</remarks>
internal interface IStripeApi
{
    /// <summary>
    /// The object and those that its facts need beside it; empty: Stripe knows no such object.
    /// <list type="bullet">
    /// <item>charge: the charge, its refunds complete, and its disputes.</item>
    /// <item>refund, dispute: the same, of their charge.</item>
    /// <item>subscription: with <c>items.data.price.product</c>; and, while past due, its open invoices, the oldest with <see cref="StripeObject.FirstFailedAt"/>.</item>
    /// <item>customer: a deleted one too.</item>
    /// <item>product: the product alone.</item>
    /// <item>checkout.session: with <c>line_items.data.price.product</c> and <c>payment_intent.latest_charge</c>; before it that charge, if it was refunded or contested.</item>
    /// <item>
    /// invoice: with its payments; outside a subscription with <c>lines.data.pricing.price_details.price.product</c>, and before it the charges that paid it
    /// and were refunded or contested; open, with <see cref="StripeObject.FirstFailedAt"/>.
    /// </item>
    /// </list>
    /// </summary>
    Task<IReadOnlyList<StripeObject>> ReadAsync(string kind, string id, CancellationToken budget);

    /// <summary>
    /// The customer, all subscriptions (those that have not ended each as above), and the newest fifty charges with refunds and disputes;
    /// empty: Stripe knows no such customer.
    /// </summary>
    Task<IReadOnlyList<StripeObject>> ReadCustomerAsync(string customerId, CancellationToken budget);

    /// <summary>
    /// What the customer bought once and paid: of the newest fifty checkout sessions and the newest fifty paid invoices the first twenty of each that are
    /// not known. A list shows neither what was bought nor what became of the payment.
    /// </summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="known">Ids of the sessions and invoices that are known.</param>
    /// <param name="budget">The turn's.</param>
    Task<IReadOnlyList<StripeReference>> PurchasesAsync(string customerId, IReadOnlySet<string> known, CancellationToken budget);

    /// <summary>The customer of a charge; null: a guest's, or no such charge.</summary>
    Task<string?> CustomerOfChargeAsync(string chargeId, CancellationToken budget);

    /// <summary>All prices of a product, those no longer sold included; not those that were made for one purchase only: Stripe lists none of them.</summary>
    Task<IReadOnlyList<string>> PricesOfProductAsync(string productId, CancellationToken budget);

    /// <summary>One page (20, what one turn can tell) of a price's subscriptions that have not ended, and where the next begins; null: no more.</summary>
    Task<(IReadOnlyList<StripeObject> Subscriptions, string? Next)> SubscriptionsOfPriceAsync(string priceId, string? after, CancellationToken budget);
}
