using System.Globalization;

namespace StripePassKitActors.Core.Membership;

/// <summary>What a one-off purchase entitles to (rule B3).</summary>
internal static class PurchaseClaim
{
    /// <summary>One entitlement a line that maps to a tier; none where the payment went back.</summary>
    public static IEnumerable<Entitlement> Of(PurchaseFact purchase, IEnumerable<PurchaseFact> all, MembershipSettings settings, DateTimeOffset now)
    {
        // The invoice that a session made tells of the same purchase: where the session does not tell what was bought, it does. Of the payment it may not know.
        var sessions = all.Where(other => other.InvoiceId == purchase.Id).ToArray();
        return sessions.Any(session => Lines(session, settings).Any())
            ? []
            : Lines(purchase, settings).Select(line => Of(purchase, purchase.Undone || sessions.Any(session => session.Undone), line.Tier, line.Days, now));
    }

    private static IEnumerable<(Tier Tier, int? Days)> Lines(PurchaseFact purchase, MembershipSettings settings) => purchase.Items
        .Where(item => item.Quantity > 0)
        .Select(item => (Tier: PlanTiers.Of(item, settings), item.Days))
        .Where(line => line.Tier is not null)
        .Select(line => (line.Tier!, line.Days));

    private static Entitlement Of(PurchaseFact purchase, bool undone, Tier tier, int? days, DateTimeOffset now)
    {
        var end = days is { } count ? purchase.PaidAt.AddDays(count) : (DateTimeOffset?)null;
        if (undone) return Over(purchase.PaidAt, "was refunded, or lost in a dispute");
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
