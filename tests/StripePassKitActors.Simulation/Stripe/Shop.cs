using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Stripe;

/// <summary>The merchant changes what a price or a product says of itself, at a moment (Unix seconds); the salt decides the details.</summary>
/// <param name="At">The moment.</param>
/// <param name="Salt">The details.</param>
/// <param name="Near">In which life something happens at about that time: something that it holds is changed; null: in none, something that anybody holds.</param>
/// <param name="Single">Whether it is something that is sold one at a time.</param>
internal sealed record ShopStep(long At, int Salt, int? Near = null, bool Single = false);

/// <summary>The account's prices and products as they are now, and as they were.</summary>
internal sealed class Shop(ulong seed, Action<StripeEvent> say)
{
    private readonly List<(long Since, ImmutableDictionary<string, Price> Prices)> versions =
        [(0, Catalogue.Prices.Concat(Catalogue.Single).ToImmutableDictionary(price => price.Id, StringComparer.Ordinal))];

    private ImmutableDictionary<string, Price> Prices => versions[^1].Prices;

    public Price Now(Price price) => Prices[price.Id];

    public ImmutableArray<SubscriptionItem> Now(ImmutableArray<SubscriptionItem> items) => Priced(items, Prices);

    /// <summary>A product, as a read of it shows it; null: there is none.</summary>
    public ForSale? Product(string id) => Prices.Values.FirstOrDefault(price => price.Product == id) is { } price ? new ForSale(id, IsProduct: true, price) : null;

    /// <summary>The forms that items had at any time since a moment, the newest first.</summary>
    public IEnumerable<ImmutableArray<SubscriptionItem>> FormsSince(ImmutableArray<SubscriptionItem> items, long moment)
    {
        for (var number = versions.Count - 1; number >= 0; number--)
        {
            yield return Priced(items, versions[number].Prices);
            if (versions[number].Since <= moment) yield break;
        }
    }

    /// <summary>Does a step at a moment, to one of the prices that are held or, where none is, to any. Merchants edit field by field: at times there are two, of one thing or of two.</summary>
    public void Do(ShopStep step, long now, ImmutableArray<Price> held)
    {
        var chance = Chance.Sequence(Chance.Of(seed, "shop", (ulong)step.Salt));
        var sold = !held.IsEmpty ? held : step.Single ? Catalogue.Single : Catalogue.Prices;
        var price = Now(sold[chance.Next(sold.Length)]);
        Change(price, product: chance.Next(2) == 0, step, now, 0, chance);
        if (chance.Next(4) == 0) Change(Now(price), product: chance.Next(2) == 0, step, now, 1, chance);
    }

    private void Change(Price price, bool product, ShopStep step, long now, int number, Random chance)
    {
        string? tier = chance.Next(8) switch { < 2 => "gold", < 4 => "silver", 4 => "bronze", 5 when !step.Single => "platinum", _ => null };
        int? days = step.Single && tier is not null && chance.Next(3) > 0 ? chance.Next(5, 120) : null;
        Price changed = product ? price with { ProductTier = tier, ProductDays = days } : price with { MetadataTier = tier, GrantedDays = days };
        if (changed == price) return;

        var prices = product
            ? Prices.SetItems(Prices.Values.Where(other => other.Product == price.Product).Select(other => KeyValuePair.Create(other.Id, other with { ProductTier = tier, ProductDays = days })))
            : Prices.SetItem(price.Id, changed);
        versions.Add((now, prices));
        var shown = new ForSale(product ? price.Product : price.Id, product, changed);
        var name = $"shop{step.Salt}n{number}";
        say(new StripeEvent($"evt_{Chance.Of(seed, name) & 0xFFFFFF:x6}_{name}", $"{shown.Kind}.updated", now, shown, ApiVersion.Newest) { Relabelled = true });
    }

    private static ImmutableArray<SubscriptionItem> Priced(ImmutableArray<SubscriptionItem> items, ImmutableDictionary<string, Price> prices) =>
        [.. items.Select(item => prices[item.Price.Id] is var price && price == item.Price ? item : item with { Price = price })];
}
