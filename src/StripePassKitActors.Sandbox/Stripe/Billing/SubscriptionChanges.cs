using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>What can be changed about a subscription while it lives: plan, end, card, and whether it is collected.</summary>
internal sealed class SubscriptionChanges(Account account, Subscriptions subscriptions, Renewals renewals, InvoiceItems items, PaymentMethods methods)
{
    public JsonObject Update(string id, Form form)
    {
        var subscription = account.Get("subscription", id);
        if (Subscriptions.IsOver(subscription) && form.Names.Any(name => name != "metadata"))
            throw StripeFault.Invalid("A canceled subscription can only update its cancellation_details and metadata.");

        var restarts = false;
        account.Change(subscription, "customer.subscription.updated", () =>
        {
            form.CopyTo(subscription, "description");
            form.MetadataTo(subscription);
            form.Within("cancellation_details").CopyTo(subscription["cancellation_details"]!.AsObject(), "comment", "feedback");
            if (form.Text("default_payment_method") is { } method)
                subscription["default_payment_method"] = methods.Named(method, "default_payment_method").Text("id");
            if (form.Has("pause_collection")) Pause(subscription, form.Within("pause_collection"));
            if (form.Has("items")) restarts = ChangeItems(subscription, form);
            if (form.Text("billing_cycle_anchor") == "now") restarts = true;
            if (form.Has("trial_end")) restarts |= ChangeTrial(subscription, form);
            if (restarts) Restart(subscription);
            if (form.Has("cancel_at_period_end") || form.Has("cancel_at")) SetEnd(account, subscription, form);
        });
        if (restarts) renewals.InvoiceNow(subscription, "subscription_update", period: true);
        else if (form.Text("proration_behavior") == "always_invoice") renewals.InvoiceNow(subscription, "subscription_update");
        return subscription;
    }

    public void ResumeCollection(string id, DateTimeOffset at)
    {
        if (account.Store.Find(id) is { } subscription && subscription["pause_collection"]?.NumberOrNull("resumes_at") == at.ToUnixTimeSeconds())
            account.Change(subscription, "customer.subscription.updated", () => subscription["pause_collection"] = null);
    }

    /// <summary>Sets, moves or takes back when it ends.</summary>
    public static void SetEnd(Account account, JsonObject subscription, Form form)
    {
        var atPeriodEnd = form.Flag("cancel_at_period_end") ?? false;
        long? at = atPeriodEnd ? Subscriptions.PeriodEnd(subscription) : form.Count("cancel_at");
        if (at <= account.Seconds) throw StripeFault.Invalid("The cancellation date must be in the future.", "cancel_at");
        subscription["cancel_at_period_end"] = atPeriodEnd;
        subscription["cancel_at"] = at;
        subscription["canceled_at"] = at is null ? null : account.Seconds;
        subscription["cancellation_details"]!["reason"] = at is null ? null : "cancellation_requested";
        if (at is { } end && !atPeriodEnd) account.Schedule(DateTimeOffset.FromUnixTimeSeconds(end), Subscriptions.CancelDue, subscription.Text("id")!);
    }

    private void Pause(JsonObject subscription, Form said)
    {
        if (!said.Names.Any())
        {
            subscription["pause_collection"] = null;
            return;
        }

        var behavior = said.Choice("behavior", "keep_as_draft", "mark_uncollectible", "void") ?? throw StripeFault.Absent("pause_collection[behavior]");
        var resumes = said.Count("resumes_at");
        subscription["pause_collection"] = new JsonObject { ["behavior"] = behavior, ["resumes_at"] = resumes };
        if (resumes is { } at) account.Schedule(DateTimeOffset.FromUnixTimeSeconds(at), Subscriptions.ResumeDue, subscription.Text("id")!);
    }

    /// <summary>Changes what is subscribed to; true when another interval begins a new period.</summary>
    private bool ChangeItems(JsonObject subscription, Form form)
    {
        var list = subscription.Listed("items");
        var old = list[0]!["price"]!.AsObject();
        var paidFor = subscription.Text("status") != "trialing";
        var prorates = form.Choice("proration_behavior", "create_prorations", "always_invoice", "none") != "none" && paidFor;
        foreach (var said in form.Items("items"))
        {
            var price = said.Has("price") ? subscriptions.RecurringPrice(said) : null;
            if (said.Text("id") is not { } id)
            {
                var added = subscriptions.AddItem(subscription, price ?? throw StripeFault.Absent(said.Param("price")), said.Count("quantity") ?? 1);
                added.Set(list[0]!.Number("current_period_start"), "current_period_start");
                added.Set(list[0]!.Number("current_period_end"), "current_period_end");
                if (prorates) items.Prorate(subscription, added, price, added.Number("quantity"), credit: false);
                continue;
            }

            var item = list.FirstOrDefault(known => known!.Text("id") == id)?.AsObject()
                ?? throw StripeFault.Invalid($"No such subscription_item: '{id}'", said.Param("id"), "resource_missing");
            var before = item["price"]!.AsObject();
            var quantity = said.Count("quantity") ?? item.Number("quantity");
            price ??= before;
            if (prorates) items.Prorate(subscription, item, before, item.Number("quantity"), credit: true);
            if (said.Flag("deleted") == true)
            {
                list.Remove(item);
                continue;
            }

            if (prorates && Periods.Same(before, price)) items.Prorate(subscription, item, price, quantity, credit: false);
            Subscriptions.SetPrice(item, price, quantity);
        }

        if (list.Count == 0) throw StripeFault.Invalid("A subscription must have at least one active plan.", "items");
        if (list.Any(item => !Periods.Same(item!["price"]!.AsObject(), list[0]!["price"]!.AsObject())))
            throw Periods.Mixed("items");
        Subscriptions.Recount(subscription);
        return !Periods.Same(old, list[0]!["price"]!.AsObject()) && paidFor;
    }

    private bool ChangeTrial(JsonObject subscription, Form form)
    {
        if (form.Text("trial_end") != "now")
        {
            var end = form.Count("trial_end") ?? throw StripeFault.Absent("trial_end");
            subscription["status"] = "trialing";
            subscription["trial_start"] ??= account.Seconds;
            subscription["trial_end"] = end;
            subscription["billing_cycle_anchor"] = end;
            subscriptions.SetPeriod(subscription, account.Now, DateTimeOffset.FromUnixTimeSeconds(end));
            return false;
        }

        if (subscription.Text("status") != "trialing") return false;
        subscription["status"] = "active";
        subscription["trial_end"] = account.Seconds;
        return true;
    }

    private void Restart(JsonObject subscription)
    {
        subscription["billing_cycle_anchor"] = account.Seconds;
        subscriptions.SetPeriod(subscription, account.Now, Periods.End(subscription.Listed("items")[0]!["price"]!.AsObject(), account.Now, account.Now));
    }
}
