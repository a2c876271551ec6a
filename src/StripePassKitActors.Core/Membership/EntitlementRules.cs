using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Core.Membership;

/// <summary>From what is known of a customer to what they have earned (rules B1 <c>Highest</c>, B4, B6, B9). Pure: the moment is a parameter.</summary>
public static class EntitlementRules
{
    /// <summary>The entitlement at <paramref name="now"/>.</summary>
    public static Entitlement Of(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        if (state.Customer is { Deleted: true } deleted)
        {
            return Ended(state, settings, deleted.AsOf.At, "the customer was deleted in Stripe");
        }

        if (MerchantsWord.OptsOut(state.Metadata))
        {
            return Ended(state, settings, state.Customer!.AsOf.At, $"the customer's metadata has {MerchantsWord.OptOut}");
        }

        var earned = Earned(state, settings, now);
        return earned with { Reason = earned.Reason + MerchantsWord.Complaint(state.Metadata, settings) };
    }

    private static Entitlement Earned(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        Entitlement[] claims =
        [
            .. state.Subscriptions.Select(subscription => SubscriptionClaim.Of(subscription, state.Invoices, settings, now)).OfType<Entitlement>(),
            .. SpendClaim.Of(state.Spend, settings) is { } spend ? new[] { spend } : [],
        ];
        var best = MerchantsWord.Pin(state.Metadata, settings, now) ?? Best(claims) ?? new Entitlement
        {
            Status = EntitlementStatus.None,
            Reason = "no subscription, no spend and no pin earns a tier",
        };
        if (best.Honoured) return best with { ExpiresAt = LastEnd([best, .. claims]) };

        // Without a claim a pass that was once earned is over: the spend behind it was refunded, or its price maps to no tier any more.
        return best.Status == EntitlementStatus.None && state.Pass.Told is not null
            ? Ended(state, settings, state.Pass.LapsedAt(now) ?? now, best.Reason)
            : best;
    }

    private static Entitlement Ended(CustomerState state, MembershipSettings settings, DateTimeOffset at, string reason) => new()
    {
        Status = EntitlementStatus.Ended,
        Tier = settings.Find(state.Pass.Told?.Tier),
        Reason = reason,
        ValidUntil = at,
        ExpiresAt = at,
    };

    /// <summary>
    /// PassKit must not let a pass lapse that another claim still honours: where this system is down when the best claim ends, the pass
    /// shows too good a tier for a while, and nobody loses a pass that is theirs. Null: never.
    /// </summary>
    private static DateTimeOffset? LastEnd(IEnumerable<Entitlement> claims) => claims
        .Where(claim => claim.Honoured)
        .Select(claim => claim.ExpiresAt)
        .Aggregate((one, other) => one > other || one is null ? one : other);

    /// <summary>What is honoured beats what is suspended, that beats what is over; then rank, then certainty, then duration.</summary>
    private static Entitlement? Best(IEnumerable<Entitlement> claims) => claims
        .OrderBy(claim => claim.Status switch
        {
            EntitlementStatus.Active or EntitlementStatus.Grace => 0,
            EntitlementStatus.Suspended => 1,
            EntitlementStatus.Ended => 2,
            _ => 3,
        })
        .ThenByDescending(claim => claim.Status == EntitlementStatus.Ended ? claim.ExpiresAt : null)
        .ThenByDescending(claim => claim.Tier?.Rank)
        .ThenBy(claim => claim.Status)
        .ThenByDescending(claim => claim.ExpiresAt ?? DateTimeOffset.MaxValue)
        .FirstOrDefault();
}
