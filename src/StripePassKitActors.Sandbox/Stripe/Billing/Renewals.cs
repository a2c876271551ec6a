using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>How periods and trials end and what is billed then, and in between.</summary>
internal sealed class Renewals(Account account, Subscriptions subscriptions, Invoices invoices, InvoiceItems items, PaymentMethods methods)
{
    /// <summary>A period ended: the next begins, or nothing does.</summary>
    public void EndPeriod(string id, DateTimeOffset at)
    {
        if (account.Store.Find(id) is not { } subscription || Subscriptions.IsOver(subscription) || Subscriptions.PeriodEnd(subscription) != at.ToUnixTimeSeconds()) return;
        if (subscription.Text("status") is "incomplete" or "paused") return;
        if (subscription.NumberOrNull("cancel_at") <= at.ToUnixTimeSeconds()) subscriptions.End(subscription, null);
        else if (subscription.Text("status") == "trialing" && WithoutMethod(subscription) is { } instead) EndTrial(subscription, instead);
        else Renew(subscription, at);
    }

    public void TellTrialEnds(string id)
    {
        if (account.Store.Find(id) is { } subscription && subscription.Text("status") == "trialing")
            account.Tell("customer.subscription.trial_will_end", subscription);
    }

    /// <summary>Begins a paused subscription again, at once and with a bill.</summary>
    public JsonObject Resume(string id)
    {
        var subscription = account.Get("subscription", id);
        if (subscription.Text("status") != "paused") throw StripeFault.Invalid("Only a paused subscription can be resumed.");
        subscription["billing_cycle_anchor"] = account.Seconds;
        subscriptions.SetPeriod(subscription, account.Now, Periods.End(subscription.Listed("items")[0]!["price"]!.AsObject(), account.Now, account.Now));
        account.Change(subscription, "customer.subscription.resumed", () => subscription["status"] = "active");
        InvoiceNow(subscription, "subscription_cycle", period: true);
        return subscription;
    }

    /// <summary>Bills what waits, and collects it at once.</summary>
    public void InvoiceNow(JsonObject subscription, string reason, bool period = false)
    {
        var invoice = Bill(subscription, reason, period);
        if (invoice["lines"]!.Number("total_count") == 0)
        {
            account.Store.Remove(invoice.Text("id")!);
            return;
        }

        account.Change(subscription, "customer.subscription.updated", () => subscription["latest_invoice"] = invoice.Text("id"));
        account.Tell("invoice.created", invoice);
        invoices.Finalize(invoice, Holder.Away);
    }

    private string? WithoutMethod(JsonObject subscription)
    {
        var behavior = subscription["trial_settings"]!["end_behavior"]!.Text("missing_payment_method");
        var customer = account.Get("customer", subscription.Text("customer")!);
        return behavior != "create_invoice" && methods.For(customer, subscription.Text("default_payment_method")) is null ? behavior : null;
    }

    private void EndTrial(JsonObject subscription, string behavior)
    {
        if (behavior == "pause") account.Change(subscription, "customer.subscription.paused", () => subscription["status"] = "paused");
        else subscriptions.End(subscription, "payment_failed");
    }

    private void Renew(JsonObject subscription, DateTimeOffset at)
    {
        var anchor = subscription.Moment("billing_cycle_anchor");
        var end = Periods.End(subscription.Listed("items")[0]!["price"]!.AsObject(), anchor, at);
        JsonObject invoice = null!;
        account.Change(subscription, "customer.subscription.updated", () =>
        {
            if (subscription.Text("status") == "trialing") subscription["status"] = "active";
            subscriptions.SetPeriod(subscription, at, end);
            invoice = Bill(subscription, "subscription_cycle", period: true);
            subscription["latest_invoice"] = invoice.Text("id");
        });
        var behavior = subscription["pause_collection"]?.Text("behavior");
        if (behavior is not null || subscription.Text("status") == "unpaid") invoice["auto_advance"] = false;
        invoices.Announce(invoice);
        if (behavior is null or "keep_as_draft") return;
        invoices.Finalize(invoice, holder: null);
        if (invoice.Text("status") != "open") return;
        if (behavior == "void") invoices.Void(invoice.Text("id")!);
        else invoices.MarkUncollectible(invoice.Text("id")!);
    }

    private JsonObject Bill(JsonObject subscription, string reason, bool period)
    {
        var invoice = invoices.Draft(account.Get("customer", subscription.Text("customer")!), subscription.Text("currency")!, reason, subscription);
        items.TakePending(invoice, subscription.Text("id"));
        if (!period) return invoice;
        foreach (var item in subscription.Listed("items")) items.AddPeriod(invoice, subscription, item!.AsObject(), trial: false);
        return invoice;
    }
}
