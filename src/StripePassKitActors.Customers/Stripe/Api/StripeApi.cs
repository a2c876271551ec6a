using System.Text.Json;
using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <inheritdoc />
internal sealed class StripeApi(StripeCalls calls) : IStripeApi
{
    private const string HoldersAPage = "20";

    private const int PurchasesOfAKind = 20;

    private readonly ChargeReads charges = new(calls);
    private readonly InvoiceReads invoices = new(calls, new ChargeReads(calls));
    private readonly SessionReads sessions = new(calls, new ChargeReads(calls));
    private readonly SubscriptionReads subscriptions = new(calls, new InvoiceReads(calls, new ChargeReads(calls)));

    public Task<IReadOnlyList<StripeObject>> ReadAsync(string kind, string id, CancellationToken budget) => kind switch
    {
        "charge" => charges.ReadAsync(id, budget),
        "refund" => charges.OfAsync(kind, "refunds", id, budget),
        "dispute" => charges.OfAsync(kind, "disputes", id, budget),
        "subscription" => subscriptions.ReadAsync(id, budget),
        "invoice" => invoices.ReadAsync(id, budget),
        "customer" => OneAsync(kind, "customers", id, budget),
        "product" => OneAsync(kind, "products", id, budget),
        "checkout.session" => sessions.ReadAsync(id, budget),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No pass depends on such an object."),
    };

    public async Task<IReadOnlyList<StripeObject>> ReadCustomerAsync(string customerId, CancellationToken budget)
    {
        if (!StripeCalls.IsId(customerId)) return [];

        // Who is known by an account of Stripe's second API has no customer object and no list of charges.
        if (CustomerAccountId.Is(customerId)) return await subscriptions.OfCustomerAsync(Payer(customerId), budget);

        var customer = await OneAsync("customer", "customers", customerId, budget);
        if (customer.Count == 0) return [];
        var ofSubscriptions = subscriptions.OfCustomerAsync(Payer(customerId), budget);
        var ofCharges = charges.NewestOfAsync(customerId, budget);
        await Task.WhenAll(ofSubscriptions, ofCharges);
        return [.. customer, .. await ofSubscriptions, .. await ofCharges];
    }

    public async Task<IReadOnlyList<StripeReference>> PurchasesAsync(string customerId, IReadOnlySet<string> known, CancellationToken budget)
    {
        if (!StripeCalls.IsId(customerId)) return [];
        var lists = await Task.WhenAll(sessions.PurchasesOfAsync(Payer(customerId), budget), invoices.PurchasesOfAsync(Payer(customerId), budget));
        return [.. lists.SelectMany(purchases => purchases.Where(one => !known.Contains(one.Id)).Take(PurchasesOfAKind)).Select(one => new StripeReference(one.Kind, one.Id))];
    }

    public async Task<string?> CustomerOfChargeAsync(string chargeId, CancellationToken budget) =>
        (await calls.GetAsync("charge", "charges", chargeId, [], budget))?.Json.Deserialize(StripeJson.Default.OwnedJson)?.Owner;

    public async Task<IReadOnlyList<string>> PricesOfProductAsync(string productId, CancellationToken budget)
    {
        if (!StripeCalls.IsId(productId)) return [];

        // Old subscriptions stay on prices that are no longer sold, and whether a list without this filter has those, Stripe tells nowhere.
        var all = await StripeCalls.EachAsync(["true", "false"], active => calls.AllAsync("prices", [("product", productId), ("active", active)], budget));
        return [.. all.SelectMany(prices => prices).Select(price => price.Id).Distinct()];
    }

    public async Task<(IReadOnlyList<StripeObject> Subscriptions, string? Next)> SubscriptionsOfPriceAsync(string priceId, string? after, CancellationToken budget)
    {
        if (!StripeCalls.IsId(priceId)) return ([], null);
        (string, string)[] query = [("price", priceId), ("limit", HoldersAPage)];
        var page = await calls.PageAsync("subscriptions", after is null ? query : [.. query, ("starting_after", after)], budget);
        return page is null ? ([], null) : ([.. StripeCalls.Objects(page)], StripeCalls.After(page));
    }

    private async Task<IReadOnlyList<StripeObject>> OneAsync(string kind, string resource, string id, CancellationToken budget) =>
        await calls.GetAsync(kind, resource, id, [], budget) is { } one ? [one] : [];

    private static (string Name, string Value) Payer(string customerId) => (CustomerAccountId.Is(customerId) ? "customer_account" : "customer", customerId);
}
