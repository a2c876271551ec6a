using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Payments;

/// <summary>Money that goes back.</summary>
internal sealed class Refunds(Account account, Charges charges)
{
    public JsonObject Create(Form form)
    {
        var charge = form.Text("charge") is { } named ? account.Named("charge", named, "charge") : OfIntent(form.Required("payment_intent"));
        if (!charge.Flag("captured")) throw StripeFault.Invalid($"Charge {charge.Text("id")} has not been captured.", "charge");
        var left = charge.Number("amount_captured") - Standing(charge);
        if (left == 0) throw StripeFault.Invalid($"Charge {charge.Text("id")} has already been refunded.", null, "charge_already_refunded");
        var amount = form.Count("amount") ?? left;
        if (amount is 0 || amount > left) throw StripeFault.Invalid($"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount");

        var made = account.Make("refund", "re");
        foreach (var field in (string[])["currency", "customer", "payment_intent", "payment_method"]) made[field] = charge[field]?.DeepClone();
        made["charge"] = charge.Text("id");
        made["amount"] = amount;
        made["reason"] = form.Choice("reason", "duplicate", "fraudulent", "requested_by_customer");
        made["balance_transaction"] = charges.Move("refund", made, -amount).Text("id");
        form.MetadataTo(made);
        account.Tell("refund.created", made);
        account.Change(charge, "charge.refunded", () => Count(charge));
        return made;
    }

    public JsonObject Update(string id, Form form)
    {
        var refund = account.Get("refund", id);
        account.Change(refund, "refund.updated", () => form.MetadataTo(refund));
        return refund;
    }

    /// <summary>The bank sends it back, perhaps long after it succeeded: the money is the merchant's again.</summary>
    public JsonObject Fail(string id)
    {
        var refund = account.Get("refund", id);
        if (refund.Text("status") == "failed") throw StripeFault.Invalid($"Refund {id} has failed already.");
        var before = refund.Shown();
        refund["status"] = "failed";
        refund["failure_reason"] = "expired_or_canceled_card";
        refund["failure_balance_transaction"] = charges.Move("refund_failure", refund, refund.Number("amount")).Text("id");
        var previous = Differences.Of(before, refund.Shown());
        account.Tell("refund.updated", refund, previous);
        account.Tell("charge.refund.updated", refund, previous?.DeepClone().AsObject());
        account.Tell("refund.failed", refund);
        var charge = account.Get("charge", refund.Text("charge")!);
        account.Change(charge, "charge.updated", () => Count(charge));
        return refund;
    }

    private JsonObject OfIntent(string intent) =>
        account.Named("payment_intent", intent, "payment_intent").Text("latest_charge") is { } charge
            ? account.Get("charge", charge)
            : throw StripeFault.Invalid("This PaymentIntent does not have a successful charge to refund.", "payment_intent");

    private long Standing(JsonObject charge) =>
        account.All("refund", new Filter("charge", charge.Text("id")!), new Filter("status", "<>", "failed")).Sum(refund => refund.Number("amount"));

    private void Count(JsonObject charge)
    {
        charge["amount_refunded"] = charge.Number("amount") - charge.Number("amount_captured") + Standing(charge);
        charge["refunded"] = charge.Number("amount_refunded") == charge.Number("amount");
    }
}
