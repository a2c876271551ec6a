using System.Collections.Immutable;

namespace StripePassKitActors.Core.Membership;

/// <summary>Which tier a subscription earns by what is subscribed to (rule B2).</summary>
public static class PlanTiers
{
    /// <summary>The tier of one item: its price's metadata, its product's, else <c>Plans</c> by price id, lookup key, product id; null: none.</summary>
    public static Tier? Of(PricedItem item, MembershipSettings settings)
    {
        string?[] keys = [item.PriceId, item.LookupKey, item.ProductId];
        return settings.Find(item.MetadataTier)
            ?? settings.Find(item.ProductTier)
            ?? keys.OfType<string>().Select(key => settings.Find(settings.Plans.GetValueOrDefault(key))).FirstOrDefault(tier => tier is not null);
    }

    /// <summary>Whether a subscription that is paid for, tried or owed earns nothing because none of its prices maps to a tier, where prices tell one.</summary>
    public static bool IsUnmapped(SubscriptionFact subscription, MembershipSettings settings) =>
        settings.Source is TierSource.Highest or TierSource.Subscription
        && subscription.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing or SubscriptionStatus.PastDue
        && subscription.Items.Any(item => item.Quantity > 0)
        && Of(subscription, settings) is null;

    /// <summary>
    /// What a subscription grants: its spend's tier where spend decides, else that of its prices; past due, no better one than when it was last
    /// paid or tried, and none where that earned none (rule B5).
    /// </summary>
    public static (Tier Tier, SubscriptionItem Item)? Granted(SubscriptionFact subscription, MembershipSettings settings, Tier? spendTier)
    {
        var paid = subscription.Status == SubscriptionStatus.PastDue ? subscription.Paid : null;
        if (paid is { Progress: SubscriptionFact.TrialProgress } && !settings.HonourTrials) return null;
        if (spendTier is not null)
        {
            var longest = LongestOf(subscription.Items).FirstOrDefault();
            return longest is null || (paid is not null && !LongestOf(paid.Items).Any()) ? null : (spendTier, longest);
        }

        if (Of(subscription, settings) is not var (tier, entitling)) return null;
        if (paid is null) return (tier, entitling);

        // What was paid is a price. Which tier it names is the merchant's word, and may have changed since.
        var paidItems = paid.Items.Select(item => subscription.Items.FirstOrDefault(row => row.PriceId == item.PriceId) is { } named
            ? item with { LookupKey = named.LookupKey, MetadataTier = named.MetadataTier, ProductTier = named.ProductTier ?? item.ProductTier }
            : item);
        return Of([.. paidItems], settings) is not var (paidTier, _) ? null : (paidTier.Rank < tier.Rank ? paidTier : tier, entitling);
    }

    /// <summary>
    /// The item that entitles, and its tier: the best mapped one; among equals the one that lasts longest. Items of quantity zero give
    /// none. If no item maps, <c>UnmappedPlanTier</c>; null: none.
    /// </summary>
    public static (Tier Tier, SubscriptionItem Item)? Of(SubscriptionFact subscription, MembershipSettings settings) => Of(subscription.Items, settings);

    /// <summary>
    /// A subscription that is paid for or tried, as one for each of its items that map to a tier where those are paid until different days: what ends sooner
    /// must not take the other with it.
    /// </summary>
    public static IEnumerable<SubscriptionFact> ByPeriod(SubscriptionFact subscription, MembershipSettings settings)
    {
        if (subscription is not { Items.Length: > 1, Status: SubscriptionStatus.Active or SubscriptionStatus.Trialing }) return [subscription];

        SubscriptionItem[] mapped = [.. subscription.Items.Where(item => item.Quantity > 0 && Of(item, settings) is not null)];
        return mapped.DistinctBy(item => item.CurrentPeriodEnd).Count() < 2 ? [subscription] : mapped.Select(item => subscription with { Items = [item] });
    }

    private static (Tier Tier, SubscriptionItem Item)? Of(ImmutableArray<SubscriptionItem> subscribed, MembershipSettings settings)
    {
        var items = LongestOf(subscribed).ToArray();
        var best = items
            .Select(item => (Tier: Of(item, settings), Item: item))
            .Where(mapped => mapped.Tier is not null)
            .OrderByDescending(mapped => mapped.Tier!.Rank)
            .FirstOrDefault();
        if (best.Tier is not null) return (best.Tier, best.Item);

        return settings.Find(settings.UnmappedPlanTier) is { } unmapped && items.Length > 0 ? (unmapped, items[0]) : null;
    }

    /// <summary>The items that are there at all, that which lasts longest first.</summary>
    private static IEnumerable<SubscriptionItem> LongestOf(ImmutableArray<SubscriptionItem> subscribed) =>
        subscribed.Where(item => item.Quantity > 0).OrderByDescending(item => item.CurrentPeriodEnd ?? DateTimeOffset.MaxValue);
}
