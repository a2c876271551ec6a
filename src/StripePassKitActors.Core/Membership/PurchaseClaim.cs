using System.Globalization;

namespace StripePassKitActors.Core.Membership;

/// <summary>What a one-off purchase entitles to (rule B3).</summary>
internal static class PurchaseClaim
{
    /// <summary>One entitlement a line that maps to a tier; none where the payment went back.</summary>
    public static IEnumerable<Entitlement> Of(PurchaseFact purchase, IEnumerable<PurchaseFact> all, MembershipSettings settings, DateTimeOffset now)
    {
        // The invoice that a session made tells of the same purchase, and does not know of the session's payment.
        if (all.Any(other => other.InvoiceId == purchase.Id)) return [];
        return purchase.Items
            .Where(item => item.Quantity > 0)
            .Select(item => (Tier: PlanTiers.Of(item, settings), item.Days))
            .Where(line => line.Tier is not null)
            .Select(line => Of(purchase, line.Tier!, line.Days, now));
    }

    private static Entitlement Of(PurchaseFact purchase, Tier tier, int? days, DateTimeOffset now)
    {
        var end = days is { } count ? purchase.PaidAt.AddDays(count) : (DateTimeOffset?)null;
        if (purchase.Undone) return Over(purchase.PaidAt, "was refunded, or lost in a dispute");
        if (end <= now) return Over(end.Value, $"granted {tier.Id} until {end.Value.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        return new Entitlement
        {
            Status = EntitlementStatus.Active,
            Tier = tier,
            Reason = $"purchase {purchase.Id} grants {tier.Id}{(days is { } granted ? $" for {granted} days" : "")}",
            ValidUntil = end,
            ExpiresAt = end,
            ChangesAt = end,
        };

        Entitlement Over(DateTimeOffset at, string why) => new()
        {
            Status = EntitlementStatus.Ended,
            Tier = tier,
            Reason = $"purchase {purchase.Id} {why}",
            ValidUntil = at,
            ExpiresAt = at,
        };
    }
}
