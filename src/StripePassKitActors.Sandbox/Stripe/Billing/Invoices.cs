using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Payments;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>Bills: draft, then open, then paid, uncollectible or void.</summary>
internal sealed class Invoices
{
    /// <summary>What is due when a draft becomes a bill by itself.</summary>
    public const string FinalizeDue = "finalize";

    /// <summary>What is due when a bill that was sent has to be paid.</summary>
    public const string OverdueDue = "overdue";

    private static readonly TimeSpan DraftTime = TimeSpan.FromHours(1);

    private readonly Account account;
    private readonly InvoiceItems items;
    private readonly PaymentIntents intents;
    private readonly PaymentMethods methods;
    private readonly Collection collection;

    public Invoices(Account account, InvoiceItems items, PaymentIntents intents, PaymentMethods methods, Collection collection)
    {
        (this.account, this.items, this.intents, this.methods, this.collection) = (account, items, intents, methods, collection);
        intents.Succeeded += intent =>
        {
            if (account.First("invoice_payment", new Filter("payment.payment_intent", intent.Text("id")!)) is { } payment)
                Settle(account.Get("invoice", payment.Text("invoice")!), payment);
        };
    }

    /// <summary>What follows when one is paid, void or uncollectible.</summary>
    public event Action<JsonObject>? Closed;

    /// <summary>What follows when one that was sent is not paid in time.</summary>
    public event Action<JsonObject>? Overdue;

    public static string? SubscriptionOf(JsonObject invoice) => invoice["parent"]?["subscription_details"]?.Text("subscription");

    public JsonObject Create(Form form)
    {
        var customer = account.Named("customer", form.Required("customer"), "customer");
        var subscription = form.Text("subscription") is { } named ? account.Named("subscription", named, "subscription") : null;
        var made = Draft(customer, form.Text("currency") ?? subscription?.Text("currency") ?? "usd", "manual", subscription);
        made["collection_method"] = form.Choice("collection_method", "charge_automatically", "send_invoice") ?? "charge_automatically";
        made["_days_until_due"] = form.Count("days_until_due");
        made["auto_advance"] = form.Flag("auto_advance") ?? false;
        form.CopyTo(made, "description", "default_payment_method");
        form.MetadataTo(made);
        if (form.Text("pending_invoice_items_behavior") == "include") items.TakePending(made, null);
        Announce(made);
        return made;
    }

    /// <summary>Makes a draft without telling of it: <see cref="Announce"/> does, when its lines are there.</summary>
    public JsonObject Draft(JsonObject customer, string currency, string reason, JsonObject? subscription)
    {
        var made = account.Make("invoice", "in");
        made["customer"] = customer.Text("id");
        foreach (var field in (string[])["email", "name", "phone"]) made[$"customer_{field}"] = customer[field]?.DeepClone();
        made["currency"] = currency;
        made["billing_reason"] = reason;
        made.Set(account.Seconds, "period_start", "period_end");
        if (subscription is null) return made;

        made["collection_method"] = subscription.Text("collection_method");
        made["_days_until_due"] = subscription.NumberOrNull("days_until_due");
        made["parent"] = new JsonObject
        {
            ["type"] = "subscription_details",
            ["quote_details"] = null,
            ["subscription_details"] = new JsonObject
            {
                ["metadata"] = subscription["metadata"]!.DeepClone(),
                ["subscription"] = subscription.Text("id"),
            },
        };
        return made;
    }

    /// <summary>Tells of a draft, which becomes a bill by itself in an hour if it is to advance.</summary>
    public void Announce(JsonObject invoice)
    {
        if (invoice.Flag("auto_advance"))
        {
            invoice["automatically_finalizes_at"] = (account.Now + DraftTime).ToUnixTimeSeconds();
            account.Schedule(account.Now + DraftTime, FinalizeDue, invoice.Text("id")!);
        }

        account.Tell("invoice.created", invoice);
    }

    public void FinalizeIfDraft(string id)
    {
        if (account.Store.Find(id) is { } invoice && invoice.Text("status") == "draft" && invoice.Flag("auto_advance")) Finalize(invoice, Holder.Away);
    }

    /// <summary>Finalizes as a call asks to: what is to be collected by itself is, an hour later.</summary>
    public JsonObject Finalize(string id, Form form)
    {
        var invoice = account.Get("invoice", id);
        if (form.Flag("auto_advance") is { } advance) invoice["auto_advance"] = advance;
        Finalize(invoice, holder: null);
        if (invoice.Text("status") == "open" && invoice.Flag("auto_advance") && Automatic(invoice)) collection.CollectLater(invoice, account.Now + DraftTime);
        return invoice;
    }

    /// <summary>Makes a draft a bill and, with a holder, collects it.</summary>
    public void Finalize(JsonObject invoice, Holder? holder, JsonObject? method = null, bool confirmed = false)
    {
        if (invoice.Text("status") != "draft") throw NotEditable("This invoice is finalized already.");
        var customer = account.Get("customer", invoice.Text("customer")!);
        invoice["status"] = "open";
        invoice["number"] = string.Create(CultureInfo.InvariantCulture, $"{customer.Text("invoice_prefix")}-{customer.Number("next_invoice_sequence"):0000}");
        customer["next_invoice_sequence"] = customer.Number("next_invoice_sequence") + 1;
        invoice["automatically_finalizes_at"] = null;
        invoice["effective_at"] = account.Seconds;
        invoice["status_transitions"]!["finalized_at"] = account.Seconds;
        UseBalance(invoice, customer);
        if (!Automatic(invoice))
        {
            var due = account.Now.AddDays(invoice.NumberOrNull("_days_until_due") ?? 30);
            invoice["due_date"] = due.ToUnixTimeSeconds();
            account.Schedule(due, OverdueDue, invoice.Text("id")!);
        }

        account.Tell("invoice.finalized", invoice);
        if (invoice.Number("amount_due") == 0)
        {
            Settle(invoice, null);
            return;
        }

        var intent = intents.Make(invoice.Number("amount_due"), invoice.Text("currency")!, customer.Text("id"), Describe(invoice));
        intent["payment_details"] = new JsonObject { ["customer_reference"] = null, ["order_reference"] = invoice.Text("id") };
        if (SubscriptionOf(invoice) is not null) intent["setup_future_usage"] = "off_session";
        var payment = account.Make("invoice_payment", "inpay");
        payment["invoice"] = invoice.Text("id");
        payment["amount_requested"] = invoice.Number("amount_due");
        payment["currency"] = invoice.Text("currency");
        payment["payment"] = new JsonObject { ["type"] = "payment_intent", ["payment_intent"] = intent.Text("id") };
        account.Tell("payment_intent.created", intent);
        if (holder is { } there && Automatic(invoice)) collection.Collect(invoice, there, method, confirmed);
    }

    public void TellOverdue(string id)
    {
        if (account.Store.Find(id) is not { } invoice || invoice.Text("status") != "open") return;
        account.Tell("invoice.overdue", invoice);
        Overdue?.Invoke(invoice);
    }

    public JsonObject Update(string id, Form form)
    {
        var invoice = account.Get("invoice", id);
        account.Change(invoice, "invoice.updated", () =>
        {
            if (form.Flag("auto_advance") is { } advance) invoice["auto_advance"] = advance;
            form.CopyTo(invoice, "description", "default_payment_method");
            form.MetadataTo(invoice);
        });
        return invoice;
    }

    public JsonObject Delete(string id)
    {
        var invoice = account.Get("invoice", id);
        if (invoice.Text("status") != "draft" || SubscriptionOf(invoice) is not null) throw NotEditable("Only a draft that is not a subscription's can be deleted.");
        account.Store.Remove(id);
        account.Tell("invoice.deleted", invoice);
        return new JsonObject { ["id"] = id, ["object"] = "invoice", ["deleted"] = true };
    }

    public JsonObject Pay(string id, Form form)
    {
        var invoice = account.Get("invoice", id);
        if (invoice.Text("status") == "draft") Finalize(invoice, holder: null);
        if (invoice.Text("status") is "paid" or "void") throw StripeFault.Invalid($"Invoice is already {invoice.Text("status")}", null, "invoice_already_paid");
        if (form.Flag("paid_out_of_band") == true)
        {
            invoice["amount_paid_off_stripe"] = invoice.Number("amount_remaining");
            LetGo(invoice);
            Settle(invoice, null);
            return invoice;
        }

        var method = form.Text("payment_method") is { } named ? methods.Named(named, "payment_method") : null;
        var verdict = collection.Collect(invoice, form.Flag("off_session") == false ? Holder.Present : Holder.Away, method);
        return verdict == Verdict.Paid ? invoice : throw PaymentIntents.Refusal(collection.IntentOf(invoice)!);
    }

    public JsonObject Void(string id) => Close(id, "void", "voided_at", "invoice.voided");

    public JsonObject MarkUncollectible(string id) => Close(id, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible");

    private static StripeFault NotEditable(string message) => StripeFault.Invalid(message, null, "invoice_not_editable");

    private static bool Automatic(JsonObject invoice) => invoice.Text("collection_method") == "charge_automatically";

    private static string Describe(JsonObject invoice) => invoice.Text("billing_reason") switch
    {
        "subscription_create" => "Subscription creation",
        "subscription_update" or "subscription_cycle" => "Subscription update",
        _ => "Payment for Invoice",
    };

    private void Settle(JsonObject invoice, JsonObject? payment)
    {
        if (payment is not null)
        {
            payment["status"] = "paid";
            payment["amount_paid"] = payment.Number("amount_requested");
            payment["status_transitions"]!["paid_at"] = account.Seconds;
            account.Tell("invoice_payment.paid", payment);
        }

        account.Change(invoice, "invoice.updated", () =>
        {
            invoice["status"] = "paid";
            invoice["attempted"] = true;
            if (payment is not null) invoice["attempt_count"] = invoice.Number("attempt_count") + 1;
            invoice["amount_paid"] = invoice.Number("amount_due");
            invoice["amount_remaining"] = 0L;
            invoice["next_payment_attempt"] = null;
            invoice["auto_advance"] = false;
            invoice["status_transitions"]!["paid_at"] = account.Seconds;
        });
        account.Tell("invoice.paid", invoice);
        if (invoice.Number("amount_paid_off_stripe") == 0) account.Tell("invoice.payment_succeeded", invoice);
        Closed?.Invoke(invoice);
    }

    private JsonObject Close(string id, string status, string when, string eventType)
    {
        var invoice = account.Get("invoice", id);
        if (invoice.Text("status") is not ("open" or "uncollectible")) throw NotEditable($"Only an open invoice can be {status}; this one is {invoice.Text("status")}.");
        invoice["status"] = status;
        invoice["auto_advance"] = false;
        invoice["next_payment_attempt"] = null;
        invoice["status_transitions"]![when] = account.Seconds;
        if (status == "void") LetGo(invoice);
        account.Tell(eventType, invoice);
        Closed?.Invoke(invoice);
        return invoice;
    }

    private void LetGo(JsonObject invoice)
    {
        if (collection.PaymentOf(invoice) is not { } payment) return;
        payment["status"] = "canceled";
        payment["status_transitions"]!["canceled_at"] = account.Seconds;
        intents.Cancel(payment["payment"]!.Text("payment_intent")!, Form.Of());
    }

    /// <summary>Uses up the customer's credit, or makes credit of a bill below zero.</summary>
    private void UseBalance(JsonObject invoice, JsonObject customer)
    {
        var (balance, total) = (customer.Number("balance"), invoice.Number("total"));
        var left = Math.Min(balance + total, 0);
        invoice["starting_balance"] = balance;
        invoice["ending_balance"] = left;
        invoice.Set(Math.Max(balance + total, 0), "amount_due", "amount_remaining");
        if (left != balance) account.Change(customer, "customer.updated", () => customer["balance"] = left);
    }
}
