using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;
using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>What the dashboard shows, each page read as it is at one moment.</summary>
internal sealed class Ledger(StripeSandbox sandbox)
{
    /// <summary>How many of a kind fit on a page.</summary>
    public const int Most = 50;

    private static readonly IReadOnlyList<string> PaidByGuests = ["charge", "payment_intent", "refund", "dispute", "checkout.session"];

    /// <summary>Customers, newest first.</summary>
    public IReadOnlyList<JsonObject> Newest() => sandbox.Read(account => account.Store.Query("customer", [], newestFirst: true, limit: Most));

    /// <summary>A page of customers, newest first: those made before this one, or the newest.</summary>
    public IReadOnlyList<CustomerRow> Rows(string? before) => sandbox.Read(account =>
    {
        Filter[] older = before is not null && account.Store.NumberOf(before) is { } number ? [new("number", "<", number)] : [];
        return account.Store.Query("customer", older, newestFirst: true, limit: Most)
            .Select(customer => new CustomerRow(
                customer,
                Paid(account.All("charge", new Filter("customer", customer.Text("id")!))),
                [.. account.All("subscription", new Filter("customer", customer.Text("id")!)).Select(PlanOf)]))
            .ToList();

        (string Plan, string Status) PlanOf(JsonObject subscription) => (NameOf(account, subscription), subscription.Text("status")!);
    });

    /// <summary>What guests paid; null: none ever did.</summary>
    public string? PaidOfGuests() => sandbox.Read(account =>
        account.All("charge", new Filter("customer", "IS", null)) is { Count: > 0 } charges ? Paid(charges) : null);

    /// <summary>Everything of a customer, deleted or not; null: there was never such a customer.</summary>
    public CustomerFile? Of(string id) => sandbox.Read(account =>
        account.Store.Find(id) is { } customer && customer.Text("object") == "customer"
            ? Read(account, customer, new Filter("customer", id), [new Filter("_customer", id)])
            : null);

    /// <summary>Everything of those who paid without becoming customers.</summary>
    public CustomerFile Guests() => sandbox.Read(account =>
    {
        Filter[] events = [new Filter("_customer", "IS", null), Listing.AnyOf("data.object.object", PaidByGuests)];
        return Read(account, null, new Filter("customer", "IS", null), events);
    });

    /// <summary>Whose page shows an object: a customer's id, or an empty text for the guests'; null: there is no such object.</summary>
    public string? OwnerOf(string kind, string id) => sandbox.Read(account =>
        account.Store.Find(id) is { } found && found.Text("object") == kind ? account.OwnerOf(found) ?? "" : null);

    private static CustomerFile Read(Account account, JsonObject? customer, Filter his, IReadOnlyList<Filter> told)
    {
        var charges = account.Store.Query("charge", [his], newestFirst: true, limit: Most);
        var subscriptions = account.Store.Query("subscription", [his], newestFirst: true, limit: Most);
        var events = account.Store.Query("event", told, newestFirst: true, limit: Most);
        var outstanding = new Deliveries(account).Pending(Listing.AnyOf("event", [.. events.Select(one => one.Text("id")!)])).ToLookup(one => one.EventId);
        return new CustomerFile
        {
            Customer = customer,
            Paid = Paid(account.All("charge", his)),
            Card = Card(customer?["invoice_settings"]!.Text("default_payment_method")),
            Subscriptions = [.. subscriptions.Select(one => new Membership(one, NameOf(account, one), Card(one.Text("default_payment_method"))))],
            Invoices = customer is null ? [] : account.Store.Query("invoice", [his], newestFirst: true, limit: Most),
            Payments =
            [
                .. charges.Select(charge => new Payment(
                    charge,
                    account.All("refund", new Filter("charge", charge.Text("id")!)),
                    account.All("dispute", new Filter("charge", charge.Text("id")!)))),
            ],
            Events = [.. events.Select(one => new ToldEvent(one, [.. outstanding[one.Text("id")!]]))],
            HasEndpoint = account.First("webhook_endpoint", new Filter("status", "enabled")) is not null,
        };

        JsonObject? Card(string? method) => method is null ? null : account.Store.Find(method);
    }

    private static string NameOf(Account account, JsonObject subscription) =>
        account.Store.Find(subscription.Listed("items")[0]!["price"]!.Text("product")!)?.Text("name") ?? "Subscription";

    private static string Paid(IReadOnlyList<JsonObject> charges)
    {
        var sums = charges.Where(charge => charge.Flag("captured"))
            .GroupBy(charge => charge.Text("currency"), charge => charge.Number("amount") - charge.Number("amount_refunded"))
            .Select(sum => Shown.Money(sum.Sum(), sum.Key)).ToList();
        return sums.Count > 0 ? string.Join(", ", sums) : "nothing";
    }
}

/// <summary>A customer among others.</summary>
/// <param name="Customer">Who.</param>
/// <param name="Paid">How much, less what went back.</param>
/// <param name="Subscriptions">What is, or was, subscribed to.</param>
public sealed record CustomerRow(JsonObject Customer, string Paid, IReadOnlyList<(string Plan, string Status)> Subscriptions);

/// <summary>Everything of a customer, or of all guests, newest first.</summary>
public sealed record CustomerFile
{
    /// <summary>Who; null: guests.</summary>
    public required JsonObject? Customer { get; init; }

    /// <summary>How much was paid, less what went back.</summary>
    public required string Paid { get; init; }

    /// <summary>What bills are paid with.</summary>
    public required JsonObject? Card { get; init; }

    /// <summary>What is, or was, subscribed to.</summary>
    public required IReadOnlyList<Membership> Subscriptions { get; init; }

    /// <summary>Bills.</summary>
    public required IReadOnlyList<JsonObject> Invoices { get; init; }

    /// <summary>Payments, those that failed as well.</summary>
    public required IReadOnlyList<Payment> Payments { get; init; }

    /// <summary>What webhooks are told.</summary>
    public required IReadOnlyList<ToldEvent> Events { get; init; }

    /// <summary>Whether there is anybody to tell.</summary>
    public required bool HasEndpoint { get; init; }

    /// <summary>Whether the customer was deleted.</summary>
    public bool IsGone => Customer?.Flag("deleted") == true;

    /// <summary>Where its page is.</summary>
    public string Path => Customer is null ? "/dashboard/guests" : $"/dashboard/customers/{Customer.Text("id")}";
}

/// <summary>A subscription, and what it does not say itself.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Plan">What its plan is called.</param>
/// <param name="Card">Its own card; null: the customer's pays.</param>
public sealed record Membership(JsonObject Subscription, string Plan, JsonObject? Card);

/// <summary>A payment and what became of it.</summary>
/// <param name="Charge">The payment.</param>
/// <param name="Refunds">What went back.</param>
/// <param name="Disputes">How it was contested.</param>
public sealed record Payment(JsonObject Charge, IReadOnlyList<JsonObject> Refunds, IReadOnlyList<JsonObject> Disputes);

/// <summary>An event and where it has not arrived.</summary>
/// <param name="Event">The event.</param>
/// <param name="Outstanding">Deliveries that nobody took yet.</param>
public sealed record ToldEvent(JsonObject Event, IReadOnlyList<PendingDelivery> Outstanding);
