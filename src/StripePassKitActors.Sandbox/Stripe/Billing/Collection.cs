using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Payments;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>How open bills are paid: tried now, tried again later, or no longer.</summary>
internal sealed class Collection(Account account, PaymentIntents intents, PaymentMethods methods)
{
    /// <summary>What is due when a bill is collected, or collected again.</summary>
    public const string Due = "collect";

    /// <summary>What follows when a payment failed; true after the last of the retries.</summary>
    public event Action<JsonObject, bool>? Failed;

    /// <summary>Tries again what was to be tried again at this moment.</summary>
    public void CollectIfOpen(string id, DateTimeOffset at)
    {
        if (account.Store.Find(id) is { } invoice && invoice.Text("status") == "open" && invoice.NumberOrNull("next_payment_attempt") == at.ToUnixTimeSeconds())
            Collect(invoice, Holder.Away);
    }

    /// <summary>Nobody tries to collect these bills any more.</summary>
    public void StopCollecting(string subscription)
    {
        foreach (var invoice in account.All("invoice", new Filter("parent.subscription_details.subscription", subscription)))
        {
            if (invoice.Text("status") is not ("draft" or "open")) continue;
            account.Change(invoice, "invoice.updated", () =>
            {
                invoice["auto_advance"] = false;
                invoice["next_payment_attempt"] = null;
                invoice["automatically_finalizes_at"] = null;
            });
        }
    }

    /// <summary>Tries to collect a bill: with this card, else with its own, the subscription's or the customer's.</summary>
    public Verdict Collect(JsonObject invoice, Holder holder, JsonObject? method = null, bool confirmed = false)
    {
        var intent = IntentOf(invoice)!;
        var subscription = Invoices.SubscriptionOf(invoice) is { } id ? account.Store.Find(id) : null;
        var customer = account.Get("customer", invoice.Text("customer")!);
        method ??= methods.For(customer, invoice.Text("default_payment_method"), subscription?.Text("default_payment_method"));
        invoice["attempted"] = true;
        var verdict = Verdict.Declined;
        if (method is null) intents.Fail(intent, "parameter_missing", null, null);
        else verdict = intents.Attempt(intent, method, holder, confirmed);
        if (verdict == Verdict.Paid) return verdict;

        var first = invoice.NumberOrNull("_first_failed_at") ?? account.Seconds;
        var last = false;
        account.Change(invoice, "invoice.updated", () =>
        {
            invoice["_first_failed_at"] = first;
            invoice["attempt_count"] = invoice.Number("attempt_count") + 1;
            var planned = invoice.NumberOrNull("next_payment_attempt") is { } next && next > account.Seconds;
            if (planned || invoice.Text("billing_reason") == "subscription_create" || !invoice.Flag("auto_advance")) return;
            var retries = (int)invoice.Number("_retries");
            last = retries == Dunning.Retries.Count;
            invoice["next_payment_attempt"] = null;
            if (last) invoice["auto_advance"] = false;
            else CollectLater(invoice, DateTimeOffset.FromUnixTimeSeconds(first) + Dunning.Retries[retries]);
            invoice["_retries"] = retries + 1L;
        });
        if (verdict == Verdict.NeedsAuthentication) account.Tell("invoice.payment_action_required", invoice);
        account.Tell("invoice.payment_failed", invoice);
        Failed?.Invoke(invoice, last);
        return verdict;
    }

    /// <summary>Plans the next attempt.</summary>
    public void CollectLater(JsonObject invoice, DateTimeOffset at)
    {
        invoice["next_payment_attempt"] = at.ToUnixTimeSeconds();
        account.Schedule(DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()), Due, invoice.Text("id")!);
    }

    public JsonObject? PaymentOf(JsonObject invoice) => account.First("invoice_payment", new Filter("invoice", invoice.Text("id")!));

    public JsonObject? IntentOf(JsonObject invoice) =>
        PaymentOf(invoice)?["payment"]!.Text("payment_intent") is { } id ? account.Get("payment_intent", id) : null;
}
