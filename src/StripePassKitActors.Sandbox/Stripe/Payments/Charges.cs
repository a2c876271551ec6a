using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Payments;

/// <summary>The movements of money.</summary>
internal sealed class Charges(Account account)
{
    /// <summary>Charges a card for an intent; a reason makes it fail.</summary>
    public JsonObject Make(JsonObject intent, JsonObject method, string? failure = null, string? declineCode = null)
    {
        var made = account.Make("charge", "ch");
        var capture = failure is null && intent.Text("capture_method") != "manual";
        foreach (var field in (string[])["amount", "currency", "customer", "description", "receipt_email"]) made[field] = intent[field]?.DeepClone();
        made["metadata"] = intent["metadata"]!.DeepClone();
        made["payment_intent"] = intent.Text("id");
        made["payment_method"] = method.Text("id");
        made["payment_method_details"] = new JsonObject { ["type"] = "card", ["card"] = method["card"]!.DeepClone() };
        made["billing_details"] = method["billing_details"]!.DeepClone();
        made["status"] = failure is null ? "succeeded" : "failed";
        made["paid"] = failure is null;
        made["failure_code"] = failure;
        made["failure_message"] = failure is null ? null : "Your card was declined.";
        made["outcome"] = new JsonObject
        {
            ["network_status"] = failure is null ? "approved_by_network" : "declined_by_network",
            ["reason"] = declineCode,
            ["risk_level"] = "normal",
            ["seller_message"] = failure is null ? "Payment complete." : "The bank did not return any further details with this decline.",
            ["type"] = failure is null ? "authorized" : "issuer_declined",
        };
        if (capture) Take(made, made.Number("amount"));
        account.Tell(failure is null ? "charge.succeeded" : "charge.failed", made);
        return made;
    }

    /// <summary>Captures an authorised charge; what is not captured goes back, and Stripe calls that refunded.</summary>
    public JsonObject Capture(JsonObject charge, long? amount)
    {
        if (charge.Flag("captured") || charge.Text("status") != "succeeded" || charge.Flag("refunded"))
            throw StripeFault.Invalid($"Charge {charge.Text("id")} cannot be captured.", null, "charge_already_captured");
        if (amount > charge.Number("amount")) throw StripeFault.Invalid("That is more than what was authorised.", "amount_to_capture", "amount_too_large");

        account.Change(charge, "charge.captured", () =>
        {
            Take(charge, amount ?? charge.Number("amount"));
            charge["amount_refunded"] = charge.Number("amount") - charge.Number("amount_captured");
        });
        return charge;
    }

    /// <summary>Lets an authorisation go.</summary>
    public void Release(JsonObject charge) => account.Change(charge, "charge.refunded", () =>
    {
        charge["amount_refunded"] = charge.Number("amount");
        charge["refunded"] = true;
    });

    public JsonObject Update(string id, Form form)
    {
        var charge = account.Get("charge", id);
        account.Change(charge, "charge.updated", () =>
        {
            form.CopyTo(charge, "description", "receipt_email");
            form.MetadataTo(charge);
        });
        return charge;
    }

    /// <summary>Money that moves on Stripe's balance.</summary>
    public JsonObject Move(string type, JsonObject source, long amount, long fee = 0)
    {
        var made = account.Make("balance_transaction", "txn");
        made["amount"] = amount;
        made["fee"] = fee;
        made["net"] = amount - fee;
        made["currency"] = source.Text("currency");
        made["source"] = source.Text("id");
        made["type"] = type;
        made["reporting_category"] = type == "adjustment" ? "dispute" : type;
        made["available_on"] = account.Seconds;
        return made;
    }

    private void Take(JsonObject charge, long amount)
    {
        charge["captured"] = true;
        charge["amount_captured"] = amount;
        charge["balance_transaction"] = Move("charge", charge, amount, fee: (amount * 29 / 1000) + 30).Text("id");
    }
}
