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

    public Subscriptions(Account account, Invoices invoices, InvoiceItems items, PaymentMethods methods)
    {
        (this.account, this.invoices, this.items, Methods) = (account, invoices, items, methods);
        invoices.Closed += OnClosed;
        invoices.Failed += OnFailed;
    }

    private PaymentMethods Methods { get; }

    public static bool IsOver(JsonObject subscription) => subscription.Text("status") is "canceled" or "incomplete_expired";

    public JsonObject Create(Form form)
    {
        var customer = account.Named("customer", form.Required("customer"), "customer");
        var method = form.Text("default_payment_method") is { } named ? Methods.Named(named, "default_payment_method") : null;
        return Start(new NewSubscription(customer, Prices(form))
        {
            Method = method,
            TrialEnd = TrialEnd(form),
            DaysUntilDue = form.Choice("collection_method", "charge_automatically", "send_invoice") == "send_invoice" ? form.Count("days_until_due") ?? 30 : null,
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
        var named = form.Items(name).Select(item => (Price: account.Named("price", item.Required("price"), item.Param("price")), item.Count("quantity") ?? 1)).ToList();
        if (named.Count == 0) throw StripeFault.Absent(name);
        if (named.Any(item => item.Price.Text("type") != "recurring")) throw StripeFault.Invalid("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.", name);
        if (named.Any(item => !Periods.Same(item.Price, named[0].Price))) throw StripeFault.Invalid("The sandbox wants all items of a subscription to have one interval.", name);
        return named;
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

    /// <summary>A period ended: the next begins, or nothing does.</summary>
    public void EndPeriod(string id, DateTimeOffset at)
    {
        if (account.Store.Find(id) is not { } subscription || IsOver(subscription) || PeriodEnd(subscription) != at.ToUnixTimeSeconds()) return;
        if (subscription.Text("status") is "incomplete" or "paused") return;
        if (subscription.NumberOrNull("cancel_at") <= at.ToUnixTimeSeconds()) End(subscription, null);
        else if (subscription.Text("status") == "trialing" && WithoutMethod(subscription) is { } instead) EndTrial(subscription, instead);
        else Renew(subscription, at);
    }

    public void TellTrialEnds(string id)
    {
        if (account.Store.Find(id) is { } subscription && subscription.Text("status") == "trialing") account.Tell("customer.subscription.trial_will_end", subscription);
    }

    public void CancelAt(string id, DateTimeOffset at)
    {
        if (account.Store.Find(id) is { } subscription && !IsOver(subscription) && subscription.NumberOrNull("cancel_at") == at.ToUnixTimeSeconds()) End(subscription, null);
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
        if (form.Flag("prorate") == true)
            foreach (var item in subscription.Listed("items")) items.Prorate(subscription, item!.AsObject(), item["price"]!.AsObject(), item.Number("quantity"), credit: true);

        End(subscription, "cancellation_requested");
        if (form.Flag("invoice_now") == true) InvoiceNow(subscription, "subscription_cycle");
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
        invoices.StopCollecting(subscription.Text("id")!);
        account.Tell("customer.subscription.deleted", subscription);
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

    /// <summary>Begins a paused subscription again, at once and with a bill.</summary>
    public JsonObject Resume(string id)
    {
        var subscription = account.Get("subscription", id);
        if (subscription.Text("status") != "paused") throw StripeFault.Invalid("Only a paused subscription can be resumed.");
        subscription["billing_cycle_anchor"] = account.Seconds;
        SetPeriod(subscription, account.Now, Periods.End(subscription.Listed("items")[0]!["price"]!.AsObject(), account.Now, account.Now));
        account.Change(subscription, "customer.subscription.resumed", () => subscription["status"] = "active");
        InvoiceNow(subscription, "subscription_cycle", period: true);
        return subscription;
    }

    private string? WithoutMethod(JsonObject subscription)
    {
        var behavior = subscription["trial_settings"]!["end_behavior"]!.Text("missing_payment_method");
        var customer = account.Get("customer", subscription.Text("customer")!);
        return behavior != "create_invoice" && Methods.For(customer, subscription.Text("default_payment_method")) is null ? behavior : null;
    }

    private void EndTrial(JsonObject subscription, string behavior)
    {
        if (behavior == "pause") account.Change(subscription, "customer.subscription.paused", () => subscription["status"] = "paused");
        else End(subscription, "payment_failed");
    }

    private void Renew(JsonObject subscription, DateTimeOffset at)
    {
        var anchor = subscription.Moment("billing_cycle_anchor");
        var end = Periods.End(subscription.Listed("items")[0]!["price"]!.AsObject(), anchor, at);
        JsonObject invoice = null!;
        account.Change(subscription, "customer.subscription.updated", () =>
        {
            if (subscription.Text("status") == "trialing") subscription["status"] = "active";
            SetPeriod(subscription, at, end);
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
