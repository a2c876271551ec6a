using System.Text.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Subscriptions, with the products of their prices, and what is owed for those past due.</summary>
internal sealed class SubscriptionReads(StripeCalls calls, InvoiceReads invoices)
{
    private const int ProductsAPage = 100;

    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string id, CancellationToken budget)
    {
        if (await calls.GetAsync("subscription", "subscriptions", id, ["items.data.price.product"], budget) is not { } found) return [];
        return await WithOwedAsync(
            await calls.CompleteAsync(found, "items", "subscription_items", [("subscription", id), ("expand[]", "data.price.product")], budget), budget);
    }

    /// <summary>
    /// All of a customer. A list cannot show products, which would be five levels deep: those of what still runs are listed beside it. Whoever has hundreds of
    /// subscriptions would not be read within a turn's time one by one.
    /// </summary>
    public async Task<IReadOnlyList<StripeObject>> OfCustomerAsync((string Name, string Value) customer, CancellationToken budget)
    {
        var all = await calls.AllAsync("subscriptions", [customer, ("status", "all")], budget);
        var products = await ProductsAsync([.. all.Where(one => !HasEnded(one)).SelectMany(ProductsOf).Where(StripeCalls.IsId).Distinct().OfType<string>()], budget);
        return [.. (await StripeCalls.EachAsync(all, ReadListedAsync)).SelectMany(read => read)];

        async Task<IReadOnlyList<StripeObject>> ReadListedAsync(StripeObject listed) =>
            HasEnded(listed) ? [listed]
            : listed.Json.Part("items")?.Flag("has_more") == true || !ProductsOf(listed).All(id => id is not null && products.ContainsKey(id)) ? await ReadAsync(listed.Id, budget)
            : await WithOwedAsync(WithProducts(listed, products), budget);
    }

    private async Task<IReadOnlyList<StripeObject>> WithOwedAsync(StripeObject subscription, CancellationToken budget) =>
        subscription.Json.Text("status") == SubscriptionStatus.PastDue ? [subscription, .. await invoices.OpenOfAsync(subscription.Id, budget)] : [subscription];

    private async Task<IReadOnlyDictionary<string, JsonElement>> ProductsAsync(IReadOnlyList<string> ids, CancellationToken budget)
    {
        var pages = await StripeCalls.EachAsync(
            [.. ids.Chunk(ProductsAPage)], some => calls.PageAsync("products", [.. some.Select(id => ("ids[]", id)), ("limit", StripeCalls.WholePage)], budget));
        return pages.OfType<StripeObject>().SelectMany(StripeCalls.Objects).ToDictionary(product => product.Id, product => product.Json, StringComparer.Ordinal);
    }

    private static StripeObject WithProducts(StripeObject subscription, IReadOnlyDictionary<string, JsonElement> products)
    {
        var items = JsonNode.Parse(subscription.Json.Part("items")!.Value.GetRawText())!;
        foreach (var item in items["data"]!.AsArray())
        {
            var price = item!["price"]!;
            price["product"] = JsonObject.Create(products[(string)price["product"]!]);
        }

        return subscription.With("items", items);
    }

    private static IEnumerable<string?> ProductsOf(StripeObject subscription) => subscription.Json.Listed("items").Select(item => item.Part("price")?.Text("product"));

    private static bool HasEnded(StripeObject subscription) => subscription.Json.Text("status") is SubscriptionStatus.Canceled or SubscriptionStatus.IncompleteExpired;
}
