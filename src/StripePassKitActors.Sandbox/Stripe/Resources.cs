using StripePassKitActors.Sandbox.Stripe.Billing;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Catalog;
using StripePassKitActors.Sandbox.Stripe.Checkout;
using StripePassKitActors.Sandbox.Stripe.Payments;
using StripePassKitActors.Sandbox.Stripe.Store;
using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>Stripe's resources, put together, and what each does when something of it is due.</summary>
internal sealed class Resources
{
    public Resources(Account account, Func<Uri> address)
    {
        Products = new Products(account);
        Prices = new Prices(account, Products);
        Methods = new PaymentMethods(account);
        Charges = new Charges(account);
        Intents = new PaymentIntents(account, Methods, Charges);
        Refunds = new Refunds(account, Charges);
        Disputes = new Disputes(account, Charges);
        InvoiceItems = new InvoiceItems(account);
        Collection = new Collection(account, Intents, Methods);
        Invoices = new Invoices(account, InvoiceItems, Intents, Methods, Collection);
        Subscriptions = new Subscriptions(account, Invoices, InvoiceItems, Collection, Methods);
        Renewals = new Renewals(account, Subscriptions, Invoices, InvoiceItems, Methods);
        SubscriptionChanges = new SubscriptionChanges(account, Subscriptions, Renewals, InvoiceItems, Methods);
        Customers = new Customers(account, Methods, Subscriptions);
        Sessions = new Sessions(account, Subscriptions, Intents, Methods, Customers, address);
        Endpoints = new WebhookEndpoints(account);
        Deliveries = new Deliveries(account);
    }

    public Products Products { get; }

    public Prices Prices { get; }

    public PaymentMethods Methods { get; }

    public Charges Charges { get; }

    public PaymentIntents Intents { get; }

    public Refunds Refunds { get; }

    public Disputes Disputes { get; }

    public InvoiceItems InvoiceItems { get; }

    public Collection Collection { get; }

    public Invoices Invoices { get; }

    public Subscriptions Subscriptions { get; }

    public Renewals Renewals { get; }

    public SubscriptionChanges SubscriptionChanges { get; }

    public Customers Customers { get; }

    public Sessions Sessions { get; }

    public WebhookEndpoints Endpoints { get; }

    public Deliveries Deliveries { get; }

    /// <summary>Does what is due.</summary>
    public void Perform(Due due)
    {
        switch (due.What)
        {
            case Deliveries.Due: Deliveries.Begin(due.Id); break;
            case Subscriptions.PeriodDue: Renewals.EndPeriod(due.Id, due.At); break;
            case Subscriptions.TrialDue: Renewals.TellTrialEnds(due.Id); break;
            case Subscriptions.ExpiryDue: Subscriptions.ExpireIncomplete(due.Id); break;
            case Subscriptions.CancelDue: Subscriptions.CancelAt(due.Id, due.At); break;
            case Subscriptions.ResumeDue: SubscriptionChanges.ResumeCollection(due.Id, due.At); break;
            case Invoices.FinalizeDue: Invoices.FinalizeIfDraft(due.Id); break;
            case Collection.Due: Collection.CollectIfOpen(due.Id, due.At); break;
            case Invoices.OverdueDue: Invoices.TellOverdue(due.Id); break;
            case Sessions.ExpiryDue: Sessions.ExpireIfOpen(due.Id); break;
            default: throw new InvalidOperationException($"Nobody knows what to do when {due.What} is due.");
        }
    }
}
