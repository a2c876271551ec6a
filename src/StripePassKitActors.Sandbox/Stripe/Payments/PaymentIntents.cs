using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Payments;

/// <summary>Payments that are to be made, each with the charges that were tried for it.</summary>
internal sealed class PaymentIntents(Account account, PaymentMethods methods, Charges charges)
{
    /// <summary>What follows when one is paid.</summary>
    public event Action<JsonObject>? Succeeded;

    public JsonObject Make(long amount, string currency, string? customer, string? description)
    {
        var made = account.Make("payment_intent", "pi");
        made["amount"] = amount;
        made["currency"] = currency;
        made["customer"] = customer;
        made["description"] = description;
        made["client_secret"] = account.NewId($"{made.Text("id")}_secret");
        return made;
    }

    public JsonObject Create(Form form)
    {
        var amount = form.Count("amount") ?? throw StripeFault.Absent("amount");
        if (form.Text("customer") is { } customer) account.Named("customer", customer, "customer");
        var made = Make(amount, form.Required("currency"), form.Text("customer"), form.Text("description"));
        made["capture_method"] = form.Choice("capture_method", "automatic", "automatic_async", "manual") ?? "automatic";
        form.CopyTo(made, "setup_future_usage", "receipt_email");
        form.MetadataTo(made);
        account.Tell("payment_intent.created", made);
        if (form.Text("payment_method") is { } method)
        {
            made["payment_method"] = methods.Named(method, "payment_method").Text("id");
            made["status"] = "requires_confirmation";
        }

        return form.Flag("confirm") == true ? Confirm(made, form) : made;
    }

    public JsonObject Confirm(string id, Form form) => Confirm(account.Get("payment_intent", id), form);

    public JsonObject Update(string id, Form form)
    {
        var intent = account.Get("payment_intent", id);
        form.CopyTo(intent, "description", "receipt_email");
        form.MetadataTo(intent);
        return intent;
    }

    public JsonObject Capture(string id, Form form)
    {
        var intent = account.Get("payment_intent", id);
        if (intent.Text("status") != "requires_capture") throw Unexpected(intent, "captured");
        var charge = charges.Capture(account.Get("charge", intent.Text("latest_charge")!), form.Count("amount_to_capture"));
        intent["status"] = "succeeded";
        intent["amount_capturable"] = 0L;
        intent["amount_received"] = charge.Number("amount_captured");
        account.Tell("payment_intent.succeeded", intent);
        Succeeded?.Invoke(intent);
        return intent;
    }

    public JsonObject Cancel(string id, Form form)
    {
        var intent = account.Get("payment_intent", id);
        if (intent.Text("status") is "succeeded" or "canceled") throw Unexpected(intent, "canceled");
        if (intent.Text("status") == "requires_capture") charges.Release(account.Get("charge", intent.Text("latest_charge")!));
        intent["status"] = "canceled";
        intent["canceled_at"] = account.Seconds;
        intent["amount_capturable"] = 0L;
        form.CopyTo(intent, "cancellation_reason");
        account.Tell("payment_intent.canceled", intent);
        return intent;
    }

    /// <summary>Tries to pay.</summary>
    /// <param name="intent">What is to be paid.</param>
    /// <param name="method">The card.</param>
    /// <param name="holder">Where its holder is.</param>
    /// <param name="confirmed">Whether the holder confirms it, if the card wants that.</param>
    public Verdict Attempt(JsonObject intent, JsonObject method, Holder holder, bool confirmed = false)
    {
        var card = TestCard.OfLast4(method["card"]!.Text("last4"));
        var verdict = card.Judge(holder, confirmed || (holder == Holder.Away && method.Flag("_confirmed")));
        intent["payment_method"] = method.Text("id");
        intent["next_action"] = null;
        if (verdict == Verdict.NeedsAuthentication && holder != Holder.Away)
        {
            intent["status"] = "requires_action";
            intent["next_action"] = new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject() };
            account.Tell("payment_intent.requires_action", intent);
        }
        else if (verdict == Verdict.Paid)
        {
            if (confirmed) method["_confirmed"] = true;
            var charge = charges.Make(intent, method);
            var captured = charge.Flag("captured");
            intent["latest_charge"] = charge.Text("id");
            intent["last_payment_error"] = null;
            intent["status"] = captured ? "succeeded" : "requires_capture";
            intent["amount_received"] = charge.Number("amount_captured");
            intent["amount_capturable"] = captured ? 0L : intent.Number("amount");
            account.Tell(captured ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", intent);
            if (captured) Succeeded?.Invoke(intent);
        }
        else
        {
            var (code, reason) = verdict == Verdict.Declined ? ("card_declined", card.Declines) : ("authentication_required", "authentication_required");
            intent["latest_charge"] = charges.Make(intent, method, code, reason).Text("id");
            Fail(intent, code, reason, method);
        }

        return verdict;
    }

    /// <summary>The holder confirms what the card asked for.</summary>
    public Verdict Authenticate(string id)
    {
        var intent = account.Get("payment_intent", id);
        if (intent.Text("status") != "requires_action") throw Unexpected(intent, "authenticated");
        return Attempt(intent, account.Get("payment_method", intent.Text("payment_method")!), Holder.Present, confirmed: true);
    }

    /// <summary>Leaves an intent waiting for another card.</summary>
    public void Fail(JsonObject intent, string code, string? declineCode, JsonObject? method)
    {
        intent["status"] = "requires_payment_method";
        intent["payment_method"] = null;
        intent["last_payment_error"] = new JsonObject
        {
            ["type"] = method is null ? "invalid_request_error" : "card_error",
            ["code"] = code,
            ["decline_code"] = declineCode,
            ["charge"] = intent.Text("latest_charge"),
            ["message"] = Message(code),
            ["payment_method"] = method?.Shown(),
        };
        account.Tell("payment_intent.payment_failed", intent);
    }

    /// <summary>The refusal that an intent was left with.</summary>
    public static StripeFault Refusal(JsonObject intent)
    {
        var error = intent["last_payment_error"]!;
        return StripeFault.Declined(error.Text("code")!, error.Text("decline_code"), error.Text("message")!, intent.Shown());
    }

    private JsonObject Confirm(JsonObject intent, Form form)
    {
        if (intent.Text("status") is not ("requires_payment_method" or "requires_confirmation" or "requires_action")) throw Unexpected(intent, "confirmed");
        var method = form.Text("payment_method") is { } named ? methods.Named(named, "payment_method")
            : intent.Text("payment_method") is { } known ? account.Get("payment_method", known)
            : throw StripeFault.Invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", "payment_method");
        Attempt(intent, method, form.Flag("off_session") == true ? Holder.Away : Holder.Present);
        return intent.Text("status") == "requires_payment_method" ? throw Refusal(intent) : intent;
    }

    private static string Message(string code) => code switch
    {
        "authentication_required" => "Your card was declined. This transaction requires authentication.",
        "parameter_missing" => "There is no payment method to charge.",
        _ => "Your card was declined.",
    };

    private static StripeFault Unexpected(JsonObject intent, string verb) => StripeFault.Invalid(
        $"This PaymentIntent could not be {verb} because it has a status of {intent.Text("status")}.", null, "payment_intent_unexpected_state");
}
