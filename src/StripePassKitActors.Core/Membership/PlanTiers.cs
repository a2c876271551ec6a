namespace StripePassKitActors.Core.Membership;

/// <summary>Which tier a subscription earns by what is subscribed to (rule B2).</summary>
public static class PlanTiers
{
    /// <summary>The tier of one item: its price's metadata, else <c>Plans</c> by price id, lookup key, product id; null: none.</summary>
    public static Tier? Of(SubscriptionItem item, MembershipSettings settings)
    {
        string?[] keys = [item.PriceId, item.LookupKey, item.ProductId];
        return settings.Find(item.MetadataTier)
            ?? keys.OfType<string>().Select(key => settings.Find(settings.Plans.GetValueOrDefault(key))).FirstOrDefault(tier => tier is not null);
    }

    /// <summary>Whether a subscription that is paid for, tried or owed earns nothing because none of its prices maps to a tier.</summary>
    public static bool IsUnmapped(SubscriptionFact subscription, MembershipSettings settings) =>
        subscription.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing or SubscriptionStatus.PastDue
        && subscription.Items.Any(item => item.Quantity > 0)
        && Of(subscription, settings) is null;

    /// <summary>
    /// The item that entitles, and its tier: the best mapped one; among equals the one that lasts longest. Items of quantity zero give
    /// none. If no item maps, <c>UnmappedPlanTier</c>; null: none.
    /// </summary>
    public static (Tier Tier, SubscriptionItem Item)? Of(SubscriptionFact subscription, MembershipSettings settings)
    {
        var items = subscription.Items
            .Where(item => item.Quantity > 0)
            .OrderByDescending(item => item.CurrentPeriodEnd ?? DateTimeOffset.MaxValue)
            .ToArray();
        var best = items
            .Select(item => (Tier: Of(item, settings), Item: item))
            .Where(mapped => mapped.Tier is not null)
            .OrderByDescending(mapped => mapped.Tier!.Rank)
            .FirstOrDefault();
        if (best.Tier is not null) return (best.Tier, best.Item);

        return settings.Find(settings.UnmappedPlanTier) is { } unmapped && items.Length > 0 ? (unmapped, items[0]) : null;
    }
}
