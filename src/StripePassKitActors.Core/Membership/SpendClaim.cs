using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Membership;

/// <summary>What net spend entitles to (rules B1, M5, M6, M7).</summary>
internal static class SpendClaim
{
    /// <summary>The best tier that any one currency reaches at <paramref name="now"/>; null: none.</summary>
    public static Entitlement? Of(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        if (Reached(state, settings, now) is not { } best) return null;

        // As if nothing more were ever spent: when this tier is lost, and when the last one is.
        var falls = CountedSpend.Changes(settings, now).Select(moment => (Moment: moment, Reached(state, settings, moment)?.Tier)).ToArray();
        var lost = falls.Where(fall => fall.Tier?.Id != best.Tier.Id).Select(fall => (DateTimeOffset?)fall.Moment).FirstOrDefault();
        var over = falls.Where(fall => fall.Tier is null).Select(fall => (DateTimeOffset?)fall.Moment).FirstOrDefault();
        return new Entitlement
        {
            Status = EntitlementStatus.Active,
            Tier = best.Tier,
            Reason = $"{Word(settings)} of {Currency.Format(best.Amount, best.Currency)} reaches {best.Tier.Id} (from {Currency.Format(best.Minimum, best.Currency)})",
            ValidUntil = lost,
            ExpiresAt = over,
            ChangesAt = lost,
        };
    }

    /// <summary>Spend of zero reaches nothing, not even where refunds are kept: somebody whose all money went back has bought nothing.</summary>
    private static (Tier Tier, string Currency, long Amount, long Minimum)? Reached(CustomerState state, MembershipSettings settings, DateTimeOffset now) => (
        from tier in settings.Tiers
        from minimum in tier.MinimumSpend
        from total in CountedSpend.Of(state, settings, now)
        let amount = settings.KeepRefunded ? total.Amount + total.Refunds : total.Amount
        where total.Currency == minimum.Key && total.Amount > 0 && amount >= minimum.Value
        orderby tier.Rank descending, total.Currency
        select ((Tier Tier, string Currency, long Amount, long Minimum)?)(tier, total.Currency, amount, minimum.Value)).FirstOrDefault();

    private static string Word(MembershipSettings settings) => settings.KeepRefunded ? "spend before refunds" : "net spend";
}
