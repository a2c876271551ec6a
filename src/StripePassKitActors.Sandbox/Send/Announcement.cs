using System.Text.Json;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Send;

/// <summary>Which event Stripe would announce an object with, judged by the object alone.</summary>
internal static class Announcement
{
    /// <summary>The event's type.</summary>
    /// <exception cref="UnsendableException">No event announces it, or it is no object that is known here.</exception>
    public static string For(JsonObject stripeObject) => Text(stripeObject, "object") switch
    {
        "charge" => Charge(stripeObject),
        "checkout.session" => Session(stripeObject),
        "credit_note" => "credit_note.created",
        "customer" => Flag(stripeObject, "deleted") ? "customer.deleted" : "customer.created",
        "dispute" => Text(stripeObject, "status") is "won" or "lost" or "warning_closed" or "prevented" ? "charge.dispute.closed" : "charge.dispute.created",
        "invoice" => Invoice(stripeObject),
        "invoice_payment" when Text(stripeObject, "status") is "paid" => "invoice_payment.paid",
        "payment_intent" => PaymentIntent(stripeObject),
        "price" => "price.created",
        "product" => "product.created",
        "refund" => Text(stripeObject, "status") switch { "failed" => "refund.failed", "canceled" => "refund.updated", _ => "refund.created" },
        "subscription" => Subscription(stripeObject),
        "list" => throw new UnsendableException("It is a list: send its objects one by one."),
        { } unknown => throw new UnsendableException($"Which event announces a {unknown} like this is not known here; name it with --type."),
        null => throw new UnsendableException("It is neither a Stripe event nor a Stripe object: it has no text in \"object\"."),
    };

    private static string Charge(JsonObject charge) => Text(charge, "status") switch
    {
        "failed" => "charge.failed",
        "pending" => "charge.pending",
        _ => Number(charge, "amount_refunded") > 0 ? "charge.refunded" : "charge.succeeded",
    };

    private static string Session(JsonObject session) => Text(session, "status") switch
    {
        "complete" => "checkout.session.completed",
        "expired" => "checkout.session.expired",
        _ => throw new UnsendableException("No event announces a checkout session that is open; name one with --type."),
    };

    private static string Invoice(JsonObject invoice) => Text(invoice, "status") switch
    {
        "paid" => "invoice.paid",
        "void" => "invoice.voided",
        "uncollectible" => "invoice.marked_uncollectible",
        "open" => Number(invoice, "attempt_count") > 0 ? "invoice.payment_failed" : "invoice.finalized",
        _ => "invoice.created",
    };

    private static string PaymentIntent(JsonObject intent) => Text(intent, "status") switch
    {
        "succeeded" => "payment_intent.succeeded",
        "canceled" => "payment_intent.canceled",
        "processing" => "payment_intent.processing",
        "requires_action" => "payment_intent.requires_action",
        _ => intent["last_payment_error"] is null ? "payment_intent.created" : "payment_intent.payment_failed",
    };

    private static string Subscription(JsonObject subscription) => Text(subscription, "status") switch
    {
        "canceled" => "customer.subscription.deleted",
        "paused" => "customer.subscription.paused",
        "past_due" or "unpaid" or "incomplete_expired" => "customer.subscription.updated",
        _ => Flag(subscription, "cancel_at_period_end") ? "customer.subscription.updated" : "customer.subscription.created",
    };

    private static string? Text(JsonObject from, string field) =>
        from[field] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private static bool Flag(JsonObject from, string field) => from[field]?.GetValueKind() is JsonValueKind.True;

    private static long Number(JsonObject from, string field) => from[field] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
}
