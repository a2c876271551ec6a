using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether what is sold earns a tier, and what the settings name is sold.</summary>
internal static class PlanCheck
{
    private const string Subject = "plans";

    private const int MostNamed = 5;

    public static IEnumerable<Finding> Judge(StripeReading read, MembershipSettings membership, string tierKey)
    {
        if (read.Prices is not { } prices) return read.Unread is null ? [Finding.Skipped(Subject, "the key may not read prices and products")] : [];
        return
        [
            .. membership.Plans.Keys.Order(StringComparer.Ordinal).Select(plan => Judge(plan, read, prices)).OfType<Finding>(),
            .. WrongMetadata(prices, membership, tierKey),
            .. Sold(prices, membership),
        ];
    }

    private static Finding? Judge(string plan, StripeReading read, IReadOnlyList<StripePrice> prices)
    {
        var subject = $"plan {plan}";
        StripePrice[] named = [.. prices.Where(price => StripeReader.Names(price.Item, plan))];
        if (named.Length == 0 && !read.Products.ContainsKey(plan))
            return Finding.Warn(subject, "is no price, lookup key or product that Stripe knows.", $"Mend or remove Membership:Plans:{plan}.");
        return named.Any(price => price.Active) || read.Products.GetValueOrDefault(plan) ? null
            : Finding.Warn(subject, "is no longer sold: it counts for who holds it, and nobody can buy it.", $"If nobody holds it, remove Membership:Plans:{plan}; else sell it again in Stripe.");
    }

    private static IEnumerable<Finding> WrongMetadata(IReadOnlyList<StripePrice> prices, MembershipSettings membership, string tierKey) => prices
        .SelectMany(price => new[] { (Of: $"price {price.Item.PriceId}", Tier: price.Item.MetadataTier), (Of: $"product {price.Item.ProductId}", Tier: price.Item.ProductTier) })
        .Where(named => !string.IsNullOrEmpty(named.Tier) && membership.Find(named.Tier) is null)
        .Distinct()
        .Select(named => Finding.Warn(named.Of, $"its metadata {tierKey} names tier '{named.Tier}', which Membership:Tiers does not have.", "Mend it in Stripe's dashboard, or add the tier."));

    private static IEnumerable<Finding> Sold(IReadOnlyList<StripePrice> prices, MembershipSettings membership)
    {
        StripePrice[] sold = [.. prices.Where(price => price.Active)];
        StripePrice[] earning = [.. sold.Where(price => PlanTiers.Of(price.Item, membership) is not null)];
        StripePrice[] nothing = [.. sold.Where(price => price.Recurring).Except(earning)];
        var unmapped = membership.Find(membership.UnmappedPlanTier);

        if (membership.Source is TierSource.Spend or TierSource.SpendWhileSubscribed) yield break; // what is bought tells no tier
        if (nothing.Length > 0)
        {
            var names = string.Join(", ", nothing.Take(MostNamed).Select(price => $"{price.Item.PriceId} ({price.Product})")) + (nothing.Length > MostNamed ? " and others" : "");
            yield return unmapped is null
                ? Finding.Warn(
                    Subject,
                    $"{nothing.Length} of the prices on sale can be subscribed to and earn no tier: {names}.",
                    "If they should, name them in Membership:Plans or give the price the metadata of Membership:MetadataKey.")
                : Finding.Ok(Subject, $"{nothing.Length} of the prices on sale map to no tier and earn {unmapped.Id} (Membership:UnmappedPlanTier): {names}");
        }

        var bySpend = membership.Tiers.Any(tier => !tier.MinimumSpend.IsEmpty);
        if (earning.Length > 0) yield return Finding.Ok(Subject, $"{earning.Length} of {sold.Length} prices on sale earn a tier");
        else if (unmapped is null && !bySpend) yield return Finding.Error(Subject, "nothing that can be bought earns a tier: nobody gets a pass.", "Name a price, lookup key or product in Membership:Plans.");
    }
}
