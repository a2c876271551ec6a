using System.Text.Json;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>A Stripe of one product, its prices, and who subscribes to them: <c>sub_n</c> is of <c>cus_n</c>.</summary>
internal sealed class ListedStripe(TimeProvider time) : IStripeApi
{
    /// <summary>Prices and the numbers of their subscriptions, in the list's order.</summary>
    public Dictionary<string, int[]> Holders { get; } = new(StringComparer.Ordinal);

    /// <summary>The product's metadata, as JSON.</summary>
    public string ProductMetadata { get; set; } = "{}";

    /// <summary>The price's metadata, as JSON.</summary>
    public string PriceMetadata { get; set; } = "{}";

    /// <summary>Subscriptions of which a list shows the first items only.</summary>
    public HashSet<int> Long { get; } = [];

    /// <summary>What the next calls throw, in order.</summary>
    public Queue<Exception> Faults { get; } = [];

    /// <summary>What was asked, oldest first.</summary>
    public List<string> Asked { get; } = [];

    public int PageSize { get; set; } = 2;

    public Task<IReadOnlyList<StripeObject>> ReadAsync(string kind, string id, CancellationToken budget)
    {
        Ask($"{kind} {id}");
        return Task.FromResult<IReadOnlyList<StripeObject>>(kind == "product"
            ? [Shown(kind, $$"""{"id":"{{id}}","object":"product","metadata":{{ProductMetadata}}}""")]
            : [Shown(kind, Subscription(int.Parse(id[4..], System.Globalization.CultureInfo.InvariantCulture), "price_1", whole: true))]);
    }

    public Task<IReadOnlyList<StripeObject>> ReadCustomerAsync(string customerId, CancellationToken budget) => throw new NotSupportedException();

    public Task<IReadOnlyList<StripeReference>> PurchasesAsync(string customerId, IReadOnlySet<string> known, CancellationToken budget) => throw new NotSupportedException();

    public Task<string?> CustomerOfChargeAsync(string chargeId, CancellationToken budget) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> PricesOfProductAsync(string productId, CancellationToken budget)
    {
        Ask($"prices of {productId}");
        return Task.FromResult<IReadOnlyList<string>>([.. Holders.Keys]);
    }

    public Task<(IReadOnlyList<StripeObject> Subscriptions, string? Next)> SubscriptionsOfPriceAsync(string priceId, string? after, CancellationToken budget)
    {
        Ask($"{priceId} after {after ?? "nothing"}");
        int[] left = [.. Holders[priceId].SkipWhile(number => after is not null && $"sub_{number}" != after).Skip(after is null ? 0 : 1)];
        IReadOnlyList<StripeObject> page = [.. left.Take(PageSize).Select(number => Shown("subscription", Subscription(number, priceId, whole: !Long.Contains(number))))];
        return Task.FromResult((page, left.Length > PageSize ? page[^1].Id : null));
    }

    private string Subscription(int number, string price, bool whole)
    {
        var first = Item(price, "prod_1");
        return $$"""
            {"id":"sub_{{number}}","object":"subscription","customer":"cus_{{number}}","status":"active",
             "items":{"has_more":{{(whole ? "false" : "true")}},"data":[{{(whole && Long.Contains(number) ? $"{first},{Item("price_other", "prod_other")}" : first)}}]} }
            """;
    }

    private string Item(string price, string product) =>
        $$"""{"price":{"id":"{{price}}","product":"{{product}}","metadata":{{PriceMetadata}}},"current_period_end":{{PassKitWorld.Start.AddDays(30).ToUnixTimeSeconds()}}}""";

    private void Ask(string question)
    {
        Asked.Add(question);
        if (Faults.TryDequeue(out var fault)) throw fault;
    }

    private StripeObject Shown(string kind, string json) => new(kind, JsonElement.Parse(json), time.GetUtcNow());
}
