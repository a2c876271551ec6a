using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>What is paid for again and again: its life from the first bill to the end.</summary>
internal sealed class Subscriptions
{
    /// <summary>What is due when a period ends.</summary>
    public const string PeriodDue = "period";

    /// <summary>What is due three days before a trial ends.</summary>
    public const string TrialDue = "trial";

    /// <summary>What is due when a first bill has waited too long.</summary>
    public const string ExpiryDue = "incomplete";

    /// <summary>What is due when a date of cancellation comes.</summary>
    public const string CancelDue = "cancel";

    /// <summary>What is due when collection is to resume.</summary>
    public const string ResumeDue = "resume";

    private static readonly TimeSpan FirstPayment = TimeSpan.FromHours(23);

    private readonly Account account;
    private readonly Invoices invoices;
    private readonly InvoiceItems items;
    private readonly Collection collection;
    private readonly PaymentMethods methods;

    public Subscriptions(Account account, Invoices invoices, InvoiceItems items, Collection collection, PaymentMethods methods)
    {
        (this.account, this.invoices, this.items, this.collection, this.methods) = (account, invoices, items, collection, methods);
        invoices.Closed += OnClosed;
        invoices.Overdue += invoice => OnFailed(invoice, false);
        collection.Failed += OnFailed;
    }

    public static bool IsOver(JsonObject subscription) => subscription.Text("status") is "canceled" or "incomplete_expired";

    public JsonObject Create(Form form)
    {
        var customer = account.Named("customer", form.Required("customer"), "customer");
        var sent = form.Choice("collection_method", "charge_automatically", "send_invoice") == "send_invoice";
        var method = form.Text("default_payment_method") is { } named ? methods.Named(named, "default_payment_method") : null;
        return Start(new NewSubscription(customer, Prices(form))
        {
            Method = method,
            TrialEnd = TrialEnd(form),
            DaysUntilDue = sent ? form.Count("days_until_due") ?? 30 : null,
            WithoutMethod = form.Within("trial_settings").Within("end_behavior").Text("missing_payment_method") ?? "create_invoice",
            Holder = form.Text("payment_behavior") == "default_incomplete" ? null : form.Flag("off_session") == true ? Holder.Away : Holder.Present,
            Said = form,
        });
    }

    public DateTimeOffset? TrialEnd(Form form) =>
        form.Count("trial_period_days") is { } days and > 0 ? account.Now.AddDays(days)
        : form.Text("trial_end") is null or "now" ? null
        : DateTimeOffset.FromUnixTimeSeconds(form.Count("trial_end")!.Value);

    /// <summary>The prices, and how many of each, that <c>items</c> names.</summary>
    public IReadOnlyList<(JsonObject Price, long Quantity)> Prices(Form form, string name = "items")
    {
        var named = form.Items(name).Select(item => (Price: RecurringPrice(item), item.Count("quantity") ?? 1)).ToList();
        if (named.Count == 0) throw StripeFault.Absent(name);
        return named.All(item => Periods.Same(item.Price, named[0].Price)) ? named : throw Periods.Mixed(name);
    }

    /// <summary>The price that an item names.</summary>
    public JsonObject RecurringPrice(Form item)
    {
        var price = account.Named("price", item.Required("price"), item.Param("price"));
        return price.Text("type") == "recurring" ? price : throw StripeFault.Invalid("Only recurring prices can be subscribed to.", item.Param("price"));
    }

    public JsonObject Start(NewSubscription start)
    {
        var made = account.Make("subscription", "sub");
        var id = made.Text("id")!;
        var trial = start.TrialEnd is not null;
        made["customer"] = start.Customer.Text("id");
        made["currency"] = start.Items[0].Price.Text("currency");
        made["start_date"] = account.Seconds;
        made["billing_mode"]!["updated_at"] = account.Seconds;
        made["status"] = trial ? "trialing" : start.DaysUntilDue is null ? "incomplete" : "active";
        made["billing_cycle_anchor"] = (start.TrialEnd ?? account.Now).ToUnixTimeSeconds();
        made["trial_start"] = trial ? account.Seconds : null;
        made["trial_end"] = start.TrialEnd?.ToUnixTimeSeconds();
        made["trial_settings"]!["end_behavior"]!["missing_payment_method"] = start.WithoutMethod;
        made["default_payment_method"] = start.Method?.Text("id");
        made["collection_method"] = start.DaysUntilDue is null ? "charge_automatically" : "send_invoice";
        made["days_until_due"] = start.DaysUntilDue;
        made["items"]!["url"] = $"/v1/subscription_items?subscription={id}";
        start.Said.CopyTo(made, "description");
        start.Said.MetadataTo(made);
        foreach (var (price, quantity) in start.Items) AddItem(made, price, quantity);
        SetPeriod(made, account.Now, start.TrialEnd ?? Periods.End(start.Items[0].Price, account.Now, account.Now));
        if (start.Said.Has("cancel_at_period_end") || start.Said.Has("cancel_at")) SubscriptionChanges.SetEnd(account, made, start.Said);
        if (start.TrialEnd is { } trialEnd) account.Schedule(trialEnd.AddDays(-3) is var notice && notice > account.Now ? notice : account.Now, TrialDue, id);

        var invoice = invoices.Draft(start.Customer, made.Text("currency")!, "subscription_create", made);
        foreach (var item in made.Listed("items")) items.AddPeriod(invoice, made, item!.AsObject(), trial);
        items.TakePending(invoice, id);
        made["latest_invoice"] = invoice.Text("id");
        account.Tell("customer.subscription.created", made);
        account.Tell("invoice.created", invoice);
        if (made.Text("status") == "incomplete") account.Schedule(account.Now + FirstPayment, ExpiryDue, id);
        invoices.Finalize(invoice, start.Holder, start.Method, start.Confirmed);
        return made;
    }

    /// <summary>Puts an item for a price into a subscription.</summary>
    public JsonObject AddItem(JsonObject subscription, JsonObject price, long quantity)
    {
        var item = account.Part("subscription_item", "si");
        item["subscription"] = subscription.Text("id");
        SetPrice(item, price, quantity);
        subscription.Listed("items").Add(item);
        Recount(subscription);
        return item;
    }

    public static void SetPrice(JsonObject item, JsonObject price, long quantity)
    {
        item["price"] = price.Shown();
        item["plan"] = Catalog.Prices.Plan(price);
        item["quantity"] = quantity;
    }

    /// <summary>Says again what Stripe says twice: how many items there are, and, of one alone, its plan and quantity.</summary>
    public static void Recount(JsonObject subscription)
    {
        var list = subscription.Listed("items");
        var only = list.Count == 1 ? list[0] : null;
        subscription["items"]!["total_count"] = (long)list.Count;
        subscription["plan"] = only?["plan"]?.DeepClone();
        subscription["quantity"] = only?.NumberOrNull("quantity");
    }

    /// <summary>Gives every item a period, at whose end something is due.</summary>
    public void SetPeriod(JsonObject subscription, DateTimeOffset start, DateTimeOffset end)
    {
        foreach (var item in subscription.Listed("items"))
        {
            item!["current_period_start"] = start.ToUnixTimeSeconds();
            item["current_period_end"] = end.ToUnixTimeSeconds();
        }

        if (subscription.Flag("cancel_at_period_end")) subscription["cancel_at"] = end.ToUnixTimeSeconds();

        account.Schedule(DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds()), PeriodDue, subscription.Text("id")!);
    }

    public static long PeriodEnd(JsonObject subscription) => subscription.Listed("items")[0]!.Number("current_period_end");

    public void CancelAt(string id, DateTimeOffset at)
    {
        if (account.Store.Find(id) is { } subscription && !IsOver(subscription) && subscription.NumberOrNull("cancel_at") == at.ToUnixTimeSeconds())
            End(subscription, null);
    }

    public void ExpireIncomplete(string id)
    {
        if (account.Store.Find(id) is not { } subscription || subscription.Text("status") != "incomplete") return;
        account.Change(subscription, "customer.subscription.updated", () =>
        {
            subscription["status"] = "incomplete_expired";
            subscription["ended_at"] = account.Seconds;
        });
        invoices.Void(subscription.Text("latest_invoice")!);
    }

    public JsonObject Cancel(string id, Form form)
    {
        var subscription = account.Get("subscription", id);
        if (IsOver(subscription)) throw StripeFault.Missing("subscription", id, "id");
        form.Within("cancellation_details").CopyTo(subscription["cancellation_details"]!.AsObject(), "comment", "feedback");
        End(subscription, "cancellation_requested");
        return subscription;
    }

    /// <summary>Ends a subscription for good.</summary>
    /// <param name="subscription">Which.</param>
    /// <param name="reason">Stripe's word for why; null: the one it was scheduled with.</param>
    public void End(JsonObject subscription, string? reason)
    {
        subscription["status"] = "canceled";
        subscription["ended_at"] = account.Seconds;
        subscription["canceled_at"] ??= account.Seconds;
        if (reason is not null) subscription["cancellation_details"]!["reason"] = reason;
        collection.StopCollecting(subscription.Text("id")!);
        account.Tell("customer.subscription.deleted", subscription);
    }

    private void OnClosed(JsonObject invoice)
    {
        if (Invoices.SubscriptionOf(invoice) is not { } id || account.Store.Find(id) is not { } subscription) return;
        if (subscription.Text("latest_invoice") != invoice.Text("id")) return;
        var revived = subscription.Text("status") switch
        {
            "incomplete" => invoice.Text("status") == "paid",
            "past_due" or "unpaid" => true,
            _ => false,
        };
        if (revived) account.Change(subscription, "customer.subscription.updated", () => subscription["status"] = "active");
    }

    private void OnFailed(JsonObject invoice, bool last)
    {
        if (Invoices.SubscriptionOf(invoice) is not { } id || account.Store.Find(id) is not { } subscription || IsOver(subscription)) return;
        if (subscription.Text("status") is "active" or "trialing")
            account.Change(subscription, "customer.subscription.updated", () => subscription["status"] = "past_due");
        if (!last || subscription.Text("status") != "past_due") return;
        if (account.Options.AfterRetries == AfterRetries.Cancel) End(subscription, "payment_failed");
        else if (account.Options.AfterRetries == AfterRetries.Unpaid)
            account.Change(subscription, "customer.subscription.updated", () => subscription["status"] = "unpaid");
    }
}
