using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Checkout;
using StripePassKitActors.Sandbox.Stripe.Store;
using StripePassKitActors.Sandbox.Time;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>
/// What somebody does in Stripe's dashboard or checkout, and what banks and holders of cards do. Answers are objects in Stripe's shape;
/// a refusal is a <see cref="StripeFault"/>.
/// </summary>
public sealed class StripeOperations
{
    private readonly StripeSandbox sandbox;

    internal StripeOperations(StripeSandbox sandbox) => this.sandbox = sandbox;

    /// <summary>What the clock says.</summary>
    public DateTimeOffset Now => sandbox.Time.GetUtcNow();

    /// <summary>Whether the clock can be moved; the machine's own cannot.</summary>
    public bool CanMoveClock => sandbox.Time is MovableClock;

    /// <summary>Moves the clock, for all who go by it, and has everything happen that is due on the way.</summary>
    /// <exception cref="InvalidOperationException">It cannot be moved.</exception>
    public void MoveClock(TimeSpan forward)
    {
        if (sandbox.Time is not MovableClock clock) throw new InvalidOperationException("The clock here is the machine's, and that cannot be moved.");
        clock.MoveBy(forward);
        sandbox.Wake();
        sandbox.Announce();
    }

    /// <summary>Pays a checkout session; <c>confirmed</c> once the buyer was asked to authenticate.</summary>
    public CheckoutResult Pay(string sessionId, Buyer buyer, bool confirmed = false) =>
        sandbox.Run(() => sandbox.Resources.Sessions.Pay(sessionId, buyer, confirmed));

    /// <summary>The holder of a card confirms a payment that waits for it.</summary>
    public JsonObject Authenticate(string paymentIntentId) => Do(all =>
    {
        all.Intents.Authenticate(paymentIntentId);
        return sandbox.Handle("GET", $"/v1/payment_intents/{paymentIntentId}", Form.Of());
    });

    /// <summary>Puts a subscription with one item on another price.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="priceId">The new price.</param>
    /// <param name="proration"><c>create_prorations</c>, <c>always_invoice</c> or <c>none</c>.</param>
    public JsonObject ChangePlan(string subscriptionId, string priceId, string proration = "create_prorations") => Do(_ =>
    {
        var path = $"/v1/subscriptions/{subscriptionId}";
        var item = sandbox.Handle("GET", path, Form.Of()).Listed("items")[0]!.Text("id");
        return sandbox.Handle("POST", path, Form.Of(("items[0][id]", item), ("items[0][price]", priceId), ("proration_behavior", proration)));
    });

    /// <summary>Ends a subscription now.</summary>
    public JsonObject CancelNow(string subscriptionId) => sandbox.Call("DELETE", $"/v1/subscriptions/{subscriptionId}");

    /// <summary>Ends a subscription with its period, or, with false, takes that back.</summary>
    public JsonObject CancelAtPeriodEnd(string subscriptionId, bool cancel = true) =>
        sandbox.Call("POST", $"/v1/subscriptions/{subscriptionId}", ("cancel_at_period_end", cancel ? "true" : "false"));

    /// <summary>Stops collecting.</summary>
    /// <param name="subscriptionId">The subscription, which stays active.</param>
    /// <param name="behavior">What becomes of its bills: <c>void</c>, <c>keep_as_draft</c> or <c>mark_uncollectible</c>.</param>
    public JsonObject PauseCollection(string subscriptionId, string behavior = "void") =>
        sandbox.Call("POST", $"/v1/subscriptions/{subscriptionId}", ("pause_collection[behavior]", behavior));

    /// <summary>Collects again.</summary>
    public JsonObject ResumeCollection(string subscriptionId) => sandbox.Call("POST", $"/v1/subscriptions/{subscriptionId}", ("pause_collection", ""));

    /// <summary>Has a customer's subscriptions and bills paid with another card from now on.</summary>
    public JsonObject ChangeCard(string customerId, string cardNumber) => Do(all =>
    {
        var method = all.Methods.Attach(all.Methods.Make(TestCard.Named(cardNumber)).Text("id")!, customerId).Text("id");
        foreach (var subscription in sandbox.Handle("GET", "/v1/subscriptions", Form.Of(("customer", customerId), ("limit", "100")))["data"]!.AsArray())
            sandbox.Handle("POST", $"/v1/subscriptions/{subscription!.Text("id")}", Form.Of(("default_payment_method", method)));
        return sandbox.Handle("POST", $"/v1/customers/{customerId}", Form.Of(("invoice_settings[default_payment_method]", method)));
    });

    /// <summary>Tries to collect an open invoice now.</summary>
    public JsonObject PayInvoice(string invoiceId) => sandbox.Call("POST", $"/v1/invoices/{invoiceId}/pay");

    /// <summary>Gives back a payment, or a part of it.</summary>
    public JsonObject Refund(string chargeId, long? amount = null) =>
        sandbox.Call("POST", "/v1/refunds", ("charge", chargeId), ("amount", amount?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The bank sends a refund back, perhaps long after it succeeded.</summary>
    public JsonObject FailRefund(string refundId) => Do(all => all.Refunds.Fail(refundId));

    /// <summary>The holder of the card contests a payment, or a part of it; an inquiry only asks.</summary>
    public JsonObject OpenDispute(string chargeId, long? amount = null, bool inquiry = false) => Do(all => all.Disputes.Open(chargeId, amount, inquiry));

    /// <summary>The bank decides for the merchant.</summary>
    public JsonObject WinDispute(string disputeId) => Do(all => all.Disputes.Close(disputeId, won: true));

    /// <summary>The bank decides for the holder of the card.</summary>
    public JsonObject LoseDispute(string disputeId) => Do(all => all.Disputes.Close(disputeId, won: false));

    /// <summary>Sets one key of the metadata of an object that has a path, e.g. <c>/v1/customers/cus_1</c>; null removes it.</summary>
    public JsonObject SetMetadata(string path, string key, string? value) => sandbox.Call("POST", path, ($"metadata[{key}]", value ?? ""));

    /// <summary>Takes a customer away for good.</summary>
    public JsonObject DeleteCustomer(string customerId) => sandbox.Call("DELETE", $"/v1/customers/{customerId}");

    /// <summary>Sends an event to every endpoint once more.</summary>
    public void DeliverAgain(string eventId) => sandbox.Run(() => sandbox.Resources.Deliveries.Again(eventId));

    private JsonObject Do(Func<Resources, JsonObject> step) => sandbox.Run(() => step(sandbox.Resources).Shown());
}
