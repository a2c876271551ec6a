using System.Globalization;

namespace StripePassKitActors.Core.Membership;

/// <summary>What one subscription entitles to (rules B4, B5 without a key, B6).</summary>
internal static class SubscriptionClaim
{
    /// <summary>Null: it entitles to nothing and never did.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="invoices">What is known of the customer's invoices.</param>
    /// <param name="settings">The merchant's choices.</param>
    /// <param name="spendTier">The tier that it grants whatever its prices are, because spend decides (rule B1); null: its prices decide.</param>
    /// <param name="now">The moment, UTC.</param>
    public static Entitlement? Of(SubscriptionFact subscription, IEnumerable<InvoiceFact> invoices, MembershipSettings settings, Tier? spendTier, DateTimeOffset now)
    {
        if (PlanTiers.Granted(subscription, settings, spendTier) is not var (tier, item)) return PlanTiers.IsUnmapped(subscription, settings) ? Unmapped(subscription) : null;

        return subscription.Status switch
        {
            SubscriptionStatus.Trialing when !settings.HonourTrials => null,
            SubscriptionStatus.Active or SubscriptionStatus.Trialing or SubscriptionStatus.PastDue when subscription.CollectionPaused && !settings.HonourPausedCollection =>
                Over(EntitlementStatus.Suspended, subscription.AsOf.At, $"is {subscription.Status.Replace('_', ' ')}, its collection paused") with { Paused = true },
            SubscriptionStatus.Active or SubscriptionStatus.Trialing => Running(),
            SubscriptionStatus.PastDue => PastDue(),
            SubscriptionStatus.Unpaid => Over(EntitlementStatus.Suspended, subscription.AsOf.At, "is unpaid"),
            SubscriptionStatus.Paused => Over(EntitlementStatus.Suspended, subscription.AsOf.At, "is paused") with { Paused = true },
            SubscriptionStatus.Canceled => Over(EntitlementStatus.Ended, subscription.EndedAt ?? subscription.AsOf.At, "was canceled"),
            _ => null,
        };

        Entitlement Running()
        {
            var periodEnd = item.CurrentPeriodEnd;
            var validUntil = subscription.CancelAt is { } cancelAt && (periodEnd is null || cancelAt < periodEnd) ? cancelAt : periodEnd;
            var ends = subscription.CancelAtPeriodEnd || subscription.CancelAt <= validUntil;
            var expiresAt = ends ? validUntil : validUntil + settings.ExpiryMargin;
            if (expiresAt <= now)
            {
                return Over(EntitlementStatus.Ended, expiresAt.Value, ends ? "was to end" : "was paid, and no renewal is known, until", validUntil);
            }

            return new Entitlement
            {
                Status = EntitlementStatus.Active,
                Tier = tier,
                Reason = $"subscription {subscription.Id} is {subscription.Status}{(ends ? ", to end " + (validUntil is { } end ? Day(end) : "with its period") : "")}",
                ValidUntil = validUntil,
                ExpiresAt = expiresAt,
                ChangesAt = expiresAt,
                RenewsAt = ends || subscription.CollectionPaused ? null : periodEnd,
            };
        }

        Entitlement PastDue()
        {
            var graceEnd = GraceStart(subscription, item, invoices) + settings.Grace;
            if (graceEnd <= now)
            {
                return Over(EntitlementStatus.Suspended, graceEnd, "is past due and its grace ended", graceEnd);
            }

            return new Entitlement
            {
                Status = EntitlementStatus.Grace,
                Tier = tier,
                Reason = $"subscription {subscription.Id} is past due, honoured until {Day(graceEnd)}",
                ValidUntil = graceEnd,
                ExpiresAt = graceEnd,
                ChangesAt = graceEnd,
            };
        }

        Entitlement Over(EntitlementStatus status, DateTimeOffset at, string why, DateTimeOffset? day = null) => new()
        {
            Status = status,
            Tier = tier,
            Reason = $"subscription {subscription.Id} {why}{(day is { } shown ? " " + Day(shown) : "")}",
            ValidUntil = at,
            ExpiresAt = at,
        };
    }

    /// <summary>Grace never starts now: a restart of this program, or a late event, must not lengthen it (rule B5).</summary>
    private static DateTimeOffset GraceStart(SubscriptionFact subscription, SubscriptionItem item, IEnumerable<InvoiceFact> invoices)
    {
        // What is due later than the subscription was past due is not what it owed.
        var oldest = invoices
            .Where(invoice => invoice.SubscriptionId == subscription.Id && invoice.Open && (invoice.FailedAt is not null || invoice.DueAt <= subscription.AsOf.At))
            .MinBy(invoice => (invoice.Created, invoice.FailedAt));
        return oldest?.FailedAt ?? oldest?.DueAt ?? item.CurrentPeriodStart ?? subscription.AsOf.At;
    }

    private static Entitlement Unmapped(SubscriptionFact subscription) => new()
    {
        Status = EntitlementStatus.None,
        Reason = $"subscription {subscription.Id} is {subscription.Status}, but none of its prices maps to a tier "
            + $"({string.Join(", ", subscription.Items.Select(item => item.PriceId))})",
    };

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
