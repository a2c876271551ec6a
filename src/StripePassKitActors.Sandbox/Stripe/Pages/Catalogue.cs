using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>What a shop needs to have something to sell: three plans and a single purchase.</summary>
public static class Catalogue
{
    private static readonly (string Key, string Name, long Amount, bool Monthly)[] Goods =
    [
        ("bronze", "Bronze", 500, true),
        ("silver", "Silver", 1000, true),
        ("gold", "Gold", 2000, true),
        ("ticket", "Concert ticket", 12000, false),
    ];

    /// <summary>
    /// Puts them into an account that has no products, each with a price whose lookup key is <c>bronze</c>, <c>silver</c>, <c>gold</c> or
    /// <c>ticket</c>.
    /// </summary>
    public static void StockIfEmpty(StripeSandbox sandbox)
    {
        if (sandbox.Call("GET", "/v1/products", ("limit", "1"))["data"]!.AsArray().Count > 0) return;
        foreach (var (key, name, amount, monthly) in Goods)
        {
            var product = sandbox.Call("POST", "/v1/products", ("name", name)).Text("id");
            sandbox.Call(
                "POST",
                "/v1/prices",
                ("product", product), ("currency", "usd"), ("unit_amount", amount.ToString(CultureInfo.InvariantCulture)), ("lookup_key", key),
                ("recurring[interval]", monthly ? "month" : null));
        }
    }

    /// <summary>Whatever is for sale, plans first, the cheapest of each first.</summary>
    internal static IReadOnlyList<Offer> Of(StripeSandbox sandbox) => sandbox.Read(account =>
    {
        var products = account.All("product", new Filter("active", 1L)).ToDictionary(product => product.Text("id")!);
        return account.All("price", new Filter("active", 1L))
            .Where(price => products.ContainsKey(price.Text("product")!))
            .Select(price => new Offer(price, products[price.Text("product")!].Text("name")!))
            .OrderBy(offer => offer.IsPlan ? 0 : 1).ThenBy(offer => offer.Price.Number("unit_amount"))
            .ToList();
    });
}

/// <summary>Something to buy.</summary>
/// <param name="Price">What it costs.</param>
/// <param name="Name">What it is called.</param>
public sealed record Offer(JsonObject Price, string Name)
{
    /// <summary>The price's id.</summary>
    public string Id => Price.Text("id")!;

    /// <summary>Whether it is paid for again and again.</summary>
    public bool IsPlan => Price.Text("type") == "recurring";

    /// <summary>What gives it its colour.</summary>
    public string Key => Price.Text("lookup_key") ?? Name;
}
