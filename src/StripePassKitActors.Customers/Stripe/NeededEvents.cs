namespace StripePassKitActors.Customers.Stripe;

/// <summary>
/// The Stripe events that passes depend on: what the webhook endpoint must send, and need not send more than. Every object that
/// <see cref="EventReader"/> reads is here with the events that tell of its changes.
/// </summary>
internal static class NeededEvents
{
    /// <summary>Kind of object (<c>data.object.object</c>) → the types of events that bring it.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> ByKind = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["charge"] = ["charge.succeeded", "charge.captured", "charge.updated", "charge.refunded"],

        // The last two make no pass; the page after the checkout tells by them that none will come.
        ["checkout.session"] =
        [
            "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed", "checkout.session.expired",
        ],
        ["customer"] = ["customer.created", "customer.updated", "customer.deleted"],
        ["dispute"] =
        [
            "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
        ],
        ["invoice"] = ["invoice.paid", "invoice.payment_failed", "invoice.voided", "invoice.marked_uncollectible"],

        // Who holds them is read from Stripe: without a key these two change nothing.
        ["price"] = ["price.updated"],
        ["product"] = ["product.updated"],
        ["refund"] = ["refund.created", "refund.updated", "refund.failed"],
        ["subscription"] =
        [
            "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted", "customer.subscription.paused",
            "customer.subscription.resumed",
        ],
    };

    /// <summary>All of them, in the order of the alphabet.</summary>
    public static readonly IReadOnlyList<string> All = [.. ByKind.Values.SelectMany(types => types).Order(StringComparer.Ordinal)];
}
