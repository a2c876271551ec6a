using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Billing;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Payments;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Checkout;

/// <summary>Visits to the checkout: open until paid or expired.</summary>
internal sealed class Sessions(
    Account account, Subscriptions subscriptions, PaymentIntents intents, PaymentMethods methods, Customers customers, Func<Uri> address)
{
    /// <summary>What is due when nobody paid in time.</summary>
    public const string ExpiryDue = "expire";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public JsonObject Create(Form form)
    {
        var mode = form.Choice("mode", "payment", "subscription") ?? throw StripeFault.Absent("mode");
        var customer = form.Text("customer") is { } named ? account.Named("customer", named, "customer") : null;
        var lines = Lines(form, mode);
        var expires = form.Count("expires_at") is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : account.Now + Lifetime;
        if (expires > account.Now + Lifetime || expires < account.Now.AddMinutes(30))
            throw StripeFault.Invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.", "expires_at");

        var made = account.Make("checkout.session", "cs_test");
        var id = made.Text("id")!;
        made["mode"] = mode;
        made["currency"] = lines[0]["currency"]!.DeepClone();
        made["_lines"] = new JsonArray([.. lines]);
        made.Set(lines.Sum(line => line.Number("amount_total")), "amount_subtotal", "amount_total");
        made["customer"] = customer?.Text("id");
        made["customer_creation"] = customer is not null ? null
            : mode == "subscription" ? "always"
            : form.Choice("customer_creation", "always", "if_required") ?? "if_required";
        made["payment_method_collection"] = mode == "subscription" ? "always" : "if_required";
        made["expires_at"] = expires.ToUnixTimeSeconds();
        made["url"] = new Uri(address(), $"/checkout/{id}").ToString();
        form.CopyTo(made, "success_url", "cancel_url", "client_reference_id", "customer_email", "locale", "submit_type");
        form.MetadataTo(made);
        if (form.Within("phone_number_collection").Flag("enabled") is { } phone) made["phone_number_collection"]!["enabled"] = phone;
        if ((customer?.Text("email") ?? made.Text("customer_email")) is { } email) made["customer_details"] = Details(email, customer?.Text("name"), null);
        made["_data"] = Kept(form.Within($"{(mode == "payment" ? "payment_intent" : "subscription")}_data"));
        account.Schedule(DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()), ExpiryDue, id);
        return made;
    }

    public JsonObject Update(string id, Form form)
    {
        var session = account.Get("checkout.session", id);
        form.MetadataTo(session);
        return session;
    }

    public JsonObject Expire(string id)
    {
        var session = account.Get("checkout.session", id);
        if (session.Text("status") != "open") throw StripeFault.Invalid("Only Checkout Sessions with a status in [\"open\"] can be expired.");
        session["status"] = "expired";
        session["url"] = null;
        account.Tell("checkout.session.expired", session);
        return session;
    }

    public void ExpireIfOpen(string id)
    {
        if (account.Store.Find(id)?.Text("status") == "open") Expire(id);
    }

    /// <summary>The buyer pays.</summary>
    public CheckoutResult Pay(string id, Buyer buyer, bool confirmed)
    {
        var session = account.Get("checkout.session", id);
        if (session.Text("status") != "open") throw StripeFault.Invalid($"This session is {session.Text("status")}.");
        var card = TestCard.Named(buyer.CardNumber);
        var email = buyer.Email ?? session["customer_details"]?.Text("email");
        if (email is null && session.Text("customer") is null) throw StripeFault.Absent("email");
        if (card.Judge(Holder.InCheckout, confirmed) == Verdict.NeedsAuthentication) return new CheckoutResult.NeedsAuthentication();

        var method = methods.Make(card);
        var billing = method["billing_details"]!;
        (billing["email"], billing["name"], billing["phone"]) = (email, buyer.Name, buyer.Phone);
        return session.Text("mode") == "payment"
            ? PayOnce(session, method, buyer with { Email = email }, confirmed)
            : Subscribe(session, method, card, buyer with { Email = email }, confirmed);
    }

    /// <summary>What is bought, as the API lists it.</summary>
    public JsonArray LineItems(string id) => account.Get("checkout.session", id)["_lines"]!.DeepClone().AsArray();

    private CheckoutResult PayOnce(JsonObject session, JsonObject method, Buyer buyer, bool confirmed)
    {
        var total = session.Number("amount_total");
        if (total > 0)
        {
            var intent = session.Text("payment_intent") is { } tried ? account.Get("payment_intent", tried) : NewIntent(session, total);
            if (intents.Attempt(intent, method, Holder.InCheckout, confirmed) == Verdict.Declined)
                return Refused(intent["last_payment_error"]!.Text("decline_code")!);
        }

        return Complete(session, buyer, total == 0 ? "no_payment_required" : "paid");

        JsonObject NewIntent(JsonObject forSession, long amount)
        {
            var data = Form.Of(Pairs(forSession));
            var customer = CustomerOf(forSession, buyer);
            var made = intents.Make(amount, forSession.Text("currency")!, customer, data.Text("description"));
            made["capture_method"] = data.Text("capture_method") ?? "automatic";
            data.CopyTo(made, "setup_future_usage", "receipt_email");
            data.MetadataTo(made);
            forSession["payment_intent"] = made.Text("id");
            account.Tell("payment_intent.created", made);
            return made;
        }
    }

    private CheckoutResult Subscribe(JsonObject session, JsonObject method, TestCard card, Buyer buyer, bool confirmed)
    {
        if (card.Judge(Holder.InCheckout, confirmed) == Verdict.Declined) return Refused(card.Declines!);
        var data = Form.Of(Pairs(session));
        var customer = account.Get("customer", CustomerOf(session, buyer)!);
        method["customer"] = customer.Text("id");
        if (confirmed) method["_confirmed"] = true;
        account.Tell("payment_method.attached", method);
        var lines = session["_lines"]!.AsArray().Select(line => (account.Get("price", line!["price"]!.Text("id")!), line.Number("quantity")));
        var subscription = subscriptions.Start(new NewSubscription(customer, [.. lines])
        {
            Method = method,
            TrialEnd = subscriptions.TrialEnd(data),
            Holder = Holder.InCheckout,
            Confirmed = confirmed,
            Said = data,
        });
        session["subscription"] = subscription.Text("id");
        session["invoice"] = subscription.Text("latest_invoice");
        return Complete(session, buyer, subscription.Text("status") == "trialing" ? "no_payment_required" : "paid");
    }

    private CheckoutResult.Complete Complete(JsonObject session, Buyer buyer, string paymentStatus)
    {
        session["status"] = "complete";
        session["payment_status"] = paymentStatus;
        session["url"] = null;
        session["customer_details"] = Details(buyer.Email, buyer.Name ?? session["customer_details"]?.Text("name"), buyer.Phone);
        account.Tell("checkout.session.completed", session);
        return new CheckoutResult.Complete(session.Text("success_url")?.Replace("{CHECKOUT_SESSION_ID}", session.Text("id"), StringComparison.Ordinal));
    }

    private static CheckoutResult.Declined Refused(string reason) =>
        new(reason == "insufficient_funds" ? "The card has insufficient funds. Try another." : "The card was declined. Try another.", reason);

    /// <summary>The session's customer; made now if there is none and the session wants one; null for a guest.</summary>
    private string? CustomerOf(JsonObject session, Buyer buyer)
    {
        if (session.Text("customer") is null && session.Text("customer_creation") == "always")
            session["customer"] = customers.Create(Form.Of(("email", buyer.Email), ("name", buyer.Name), ("phone", buyer.Phone))).Text("id");
        return session.Text("customer");
    }

    private List<JsonObject> Lines(Form form, string mode)
    {
        var lines = form.Items("line_items").Select(said =>
        {
            var price = account.Named("price", said.Required("price"), said.Param("price"));
            var quantity = said.Count("quantity") ?? 1;
            var line = account.Part("item", "li");
            line.Remove("created");
            line["price"] = price.Shown();
            line["quantity"] = quantity;
            line["currency"] = price.Text("currency");
            line["description"] = account.Store.Find(price.Text("product")!)?.Text("name");
            line.Set(price.Number("unit_amount") * quantity, "amount_subtotal", "amount_total");
            return line;
        }).ToList();
        if (lines.Count == 0) throw StripeFault.Absent("line_items");
        var recurring = lines.Any(line => line["price"]!.Text("type") == "recurring");
        if (mode == "payment" && recurring)
            throw StripeFault.Invalid("A recurring price does not fit `payment` mode. Use `subscription` mode or one-time prices.", "line_items");
        if (mode == "subscription") subscriptions.Prices(form, "line_items");
        return lines;
    }

    private static JsonObject Details(string? email, string? name, string? phone) => new()
    {
        ["address"] = null,
        ["business_name"] = null,
        ["email"] = email,
        ["individual_name"] = null,
        ["name"] = name,
        ["phone"] = phone,
        ["tax_exempt"] = "none",
        ["tax_ids"] = new JsonArray(),
    };

    private static JsonObject Kept(Form said) => new(said.Pairs().Select(pair => KeyValuePair.Create(pair.Name, (JsonNode?)JsonValue.Create(pair.Value))));

    private static IEnumerable<(string Name, string? Value)> Pairs(JsonObject session) =>
        session["_data"]!.AsObject().Select(pair => (pair.Key, pair.Value?.GetValue<string>()));
}
