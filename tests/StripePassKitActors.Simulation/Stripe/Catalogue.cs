using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Stripe;

/// <summary>What the shop sells at first: each way in which a price can name a tier, and prices that name none.</summary>
internal static class Catalogue
{
    public static readonly ImmutableArray<Price> Prices =
    [
        new("price_gold", "prod_club", null, null, 4_000, "usd", 30),
        new("price_gold_year", "prod_club_year", "gold_yearly", null, 40_000, "usd", 365),
        new("price_silver", "prod_card", "silver_plan", null, 1_500, "usd", 30),
        new("price_silver_week", "prod_card", null, "silver", 500, "usd", 7),
        new("price_bronze", "prod_bronze", null, null, 700, "usd", 30),
        new("price_gold_eur", "prod_euro", null, "gold", 3_500, "eur", 30),
        new("price_free", "prod_bronze", null, null, 0, "usd", 30),
        new("price_unmapped", "prod_sticker", null, null, 300, "usd", 30),
        new("price_of_named", "prod_named", null, null, 1_100, "usd", 30) { ProductTier = "silver" },
        new("price_of_named_too", "prod_named", null, null, 1_000, "usd", 30) { ProductTier = "silver" },
        new("price_misspelt", "prod_sticker", null, "platinum", 900, "usd", 30),
    ];

    /// <summary>Sold one at a time.</summary>
    public static readonly ImmutableArray<Price> Single =
    [
        new("price_day_pass", "prod_day", null, "silver", 2_000, "usd", 0) { GrantedDays = 40 },
        new("price_life", "prod_life", null, null, 9_000, "usd", 0),
        new("price_mug", "prod_mug", null, null, 1_200, "usd", 0),
    ];

    public static readonly ImmutableArray<string> Products = [.. Prices.Select(price => price.Product).Distinct()];

    /// <summary>Price id, lookup key or product → tier.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Plans = new Dictionary<string, string>
    {
        ["price_gold"] = "gold",
        ["gold_yearly"] = "gold",
        ["silver_plan"] = "silver",
        ["prod_bronze"] = "bronze",
        ["prod_life"] = "bronze",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
