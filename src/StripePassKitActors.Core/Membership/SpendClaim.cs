using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Membership;

/// <summary>What net spend entitles to (rules B1, M5).</summary>
internal static class SpendClaim
{
    /// <summary>The best tier that any one currency reaches; null: none. Spend of zero reaches nothing.</summary>
    public static Entitlement? Of(IReadOnlyCollection<Spend> spend, MembershipSettings settings)
    {
        var best = (
            from tier in settings.Tiers
            from minimum in tier.MinimumSpend
            from total in spend
            where total.Currency == minimum.Key && total.Amount > 0 && total.Amount >= minimum.Value
            orderby tier.Rank descending, total.Currency
            select (tier, total, minimum.Value)).FirstOrDefault();
        if (best.tier is null) return null;

        return new Entitlement
        {
            Status = EntitlementStatus.Active,
            Tier = best.tier,
            Reason = $"net spend of {Currency.Format(best.total.Amount, best.total.Currency)} reaches {best.tier.Id} "
                + $"(from {Currency.Format(best.Value, best.total.Currency)})",
        };
    }
}
