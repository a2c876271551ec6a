using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Core.Membership;

/// <summary>From what is known of a customer to what they have earned (the rules B). Pure: the moment is a parameter.</summary>
public static class EntitlementRules
{
    /// <summary>The entitlement at <paramref name="now"/>.</summary>
    public static Entitlement Of(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        var (standing, spend) = (Standing(state, settings, now), CountedSpend.Of(state, settings, now));

        // What leaves the window may change no tier, and yet the spend and the points that a valid pass shows.
        var fades = standing.Honoured
            ? CountedSpend.Changes(settings, now).Where(moment => !CountedSpend.Of(state, settings, moment).SequenceEqual(spend)).Select(moment => (DateTimeOffset?)moment).FirstOrDefault()
            : null;
        return standing with { Spend = spend, ChangesAt = Earliest(standing.ChangesAt, fades) };
    }

    private static Entitlement Standing(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        if (state.Customer is { Deleted: true } deleted)
        {
            return Ended(state, settings, deleted.AsOf.At, "the customer was deleted in Stripe");
        }

        if (MerchantsWord.OptsOut(state.Metadata))
        {
            return Ended(state, settings, state.Customer!.AsOf.At, $"the customer's metadata has {MerchantsWord.OptOut}");
        }

        if (state.IsGuest && state.Checkout is not { Paid: true })
        {
            var why = state.ForwardTo is { } owner ? $"the guest's payment belongs to {owner}" : "a guest's payment, and no paid checkout session of it is known";
            return state.Pass.Told is null
                ? new Entitlement { Status = EntitlementStatus.None, Reason = why }
                : Ended(state, settings, state.Pass.LapsedAt(now) ?? now, why);
        }

        var earned = Earned(state, settings, now);
        return earned with { Reason = earned.Reason + MerchantsWord.Complaint(state.Metadata, settings) };
    }

    private static Entitlement Earned(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        Entitlement[] claims = [.. Claims(state, settings, now)];
        if (MerchantsWord.Pin(state.Metadata, settings, now) is { } pin) return pin with { ExpiresAt = LastEnd([pin, .. claims]) };

        var best = Best(claims) ?? new Entitlement
        {
            Status = EntitlementStatus.None,
            Reason = settings.Source == TierSource.SpendWhileSubscribed && state.Subscriptions.Any(subscription => !subscription.IsTerminal)
                ? "subscribed, and no spend reaches a tier"
                : "no subscription, no purchase, no spend and no pin earns a tier",
        };
        if (best.Honoured)
        {
            return Suspension(state, settings) is var (dispute, since)
                ? best with { Status = EntitlementStatus.Suspended, Reason = dispute, ValidUntil = since, ExpiresAt = since, RenewsAt = null }
                : best with { ExpiresAt = LastEnd(claims) };
        }

        // Without a claim a pass that was once earned is over: the spend behind it was refunded, or its price maps to no tier any more.
        return best.Status == EntitlementStatus.None && state.Pass.Told is not null
            ? Ended(state, settings, state.Pass.LapsedAt(now) ?? now, best.Reason)
            : best;
    }

    /// <summary>Rule B1: what each source says.</summary>
    private static IEnumerable<Entitlement> Claims(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        var spend = settings.Source == TierSource.Subscription ? null : SpendClaim.Of(state, settings, now);
        var subscriptions = settings.Source switch
        {
            TierSource.Spend => [],
            TierSource.SpendWhileSubscribed when spend is null => [],
            TierSource.SpendWhileSubscribed => state.Subscriptions
                .Select(subscription => SubscriptionClaim.Of(subscription, state.Invoices, settings, spend.Tier, now)).OfType<Entitlement>()
                .Select(claim => claim with
                {
                    ValidUntil = Earliest(claim.ValidUntil, spend.ValidUntil),
                    ChangesAt = Earliest(claim.ChangesAt, spend.ChangesAt),
                    ExpiresAt = Earliest(claim.ExpiresAt, spend.ExpiresAt),
                }),
            _ => state.Subscriptions.SelectMany(subscription => PlanTiers.ByPeriod(subscription, settings))
                .Select(part => SubscriptionClaim.Of(part, state.Invoices, settings, null, now)).OfType<Entitlement>(),
        };
        var purchases = settings.Source is TierSource.Highest or TierSource.Subscription
            ? state.Purchases.SelectMany(purchase => PurchaseClaim.Of(purchase, state.Purchases, settings, now))
            : [];
        return [.. subscriptions, .. purchases, .. spend is not null && settings.Source != TierSource.SpendWhileSubscribed ? new[] { spend } : []];
    }

    /// <summary>The newest dispute that suspends, and since when; a payment that is made later lifts it (rule B7). Null: none.</summary>
    private static (string Reason, DateTimeOffset Since)? Suspension(CustomerState state, MembershipSettings settings) => settings.OnDispute switch
    {
        DisputePolicy.SuspendWhenLost => state.Disputes
            .Where(dispute => dispute.LostAt is not null)
            .Select(dispute => ((string, DateTimeOffset Since)?)($"dispute {dispute.Id} was lost, and nothing was paid since", dispute.LostAt!.Value))
            .MaxBy(dispute => dispute?.Since) is { } lost && !(state.LastPaidAt > lost.Since) ? lost : null,
        DisputePolicy.SuspendWhenOpened => state.Disputes
            .Select(dispute => ((string, DateTimeOffset Since)?)($"dispute {dispute.Id} is {(dispute.LostAt is null ? "open" : "lost")}, and nothing was paid since", dispute.OpenedAt))
            .MaxBy(dispute => dispute?.Since) is { } opened && !(state.LastPaidAt > opened.Since) ? opened : null,
        _ => null,
    };

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

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one < other ? one : other ?? one;

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
