using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Send;

namespace StripePassKitActors.Sandbox.Tests.Send;

public sealed class AnnouncementTests
{
    [Theory]
    [InlineData("charge", """{ "status": "succeeded" }""", "charge.succeeded")]
    [InlineData("charge", """{ "status": "succeeded", "amount_refunded": 400 }""", "charge.refunded")]
    [InlineData("charge", """{ "status": "failed" }""", "charge.failed")]
    [InlineData("charge", """{ "status": "pending" }""", "charge.pending")]
    [InlineData("customer", "{}", "customer.created")]
    [InlineData("customer", """{ "deleted": true }""", "customer.deleted")]
    [InlineData("subscription", """{ "status": "active" }""", "customer.subscription.created")]
    [InlineData("subscription", """{ "status": "trialing" }""", "customer.subscription.created")]
    [InlineData("subscription", """{ "status": "active", "cancel_at_period_end": true }""", "customer.subscription.updated")]
    [InlineData("subscription", """{ "status": "past_due" }""", "customer.subscription.updated")]
    [InlineData("subscription", """{ "status": "paused" }""", "customer.subscription.paused")]
    [InlineData("subscription", """{ "status": "canceled" }""", "customer.subscription.deleted")]
    [InlineData("invoice", """{ "status": "draft" }""", "invoice.created")]
    [InlineData("invoice", """{ "status": "open", "attempt_count": 0 }""", "invoice.finalized")]
    [InlineData("invoice", """{ "status": "open", "attempt_count": 1 }""", "invoice.payment_failed")]
    [InlineData("invoice", """{ "status": "paid" }""", "invoice.paid")]
    [InlineData("invoice", """{ "status": "void" }""", "invoice.voided")]
    [InlineData("invoice", """{ "status": "uncollectible" }""", "invoice.marked_uncollectible")]
    [InlineData("invoice_payment", """{ "status": "paid" }""", "invoice_payment.paid")]
    [InlineData("refund", """{ "status": "succeeded" }""", "refund.created")]
    [InlineData("refund", """{ "status": "failed" }""", "refund.failed")]
    [InlineData("dispute", """{ "status": "needs_response" }""", "charge.dispute.created")]
    [InlineData("dispute", """{ "status": "lost" }""", "charge.dispute.closed")]
    [InlineData("checkout.session", """{ "status": "complete" }""", "checkout.session.completed")]
    [InlineData("checkout.session", """{ "status": "expired" }""", "checkout.session.expired")]
    [InlineData("payment_intent", """{ "status": "succeeded" }""", "payment_intent.succeeded")]
    [InlineData("payment_intent", """{ "status": "requires_payment_method", "last_payment_error": { } }""", "payment_intent.payment_failed")]
    public void An_objects_kind_and_status_say_which_event_announces_it(string kind, string fields, string type)
    {
        var stripeObject = JsonNode.Parse(fields)!.AsObject();
        stripeObject["object"] = kind;

        Assert.Equal(type, Announcement.For(stripeObject));
    }
}
