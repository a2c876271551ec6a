using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.Operators;

/// <summary>A customer as operators see it. Amounts in minor units, times UTC; what is unknown is null, never absent.</summary>
/// <param name="CustomerId">The Stripe customer.</param>
/// <param name="Tier">The tier that was earned, or lost; null: none.</param>
/// <param name="Status">How the customer stands.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="ValidUntil">Until when; null: no end is known.</param>
/// <param name="Spend">What counts for the tier.</param>
/// <param name="Pass">The pass.</param>
/// <param name="StripeMetadata">What is written back to Stripe.</param>
/// <param name="Subscriptions">All that were seen.</param>
/// <param name="Charges">The newest twenty.</param>
/// <param name="RecentEvents">The newest fifty, newest first.</param>
public sealed record CustomerInspection(
    string CustomerId,
    string? Tier,
    EntitlementStatus Status,
    string Reason,
    DateTimeOffset? ValidUntil,
    ImmutableArray<SpendInspection> Spend,
    PassInspection Pass,
    StripeMetadataInspection StripeMetadata,
    ImmutableArray<SubscriptionInspection> Subscriptions,
    ImmutableArray<ChargeInspection> Charges,
    ImmutableArray<RecentEvent> RecentEvents)
{
    internal static CustomerInspection Of(
        CustomerState state, ImmutableArray<ChargeLedger> charges, MembershipSettings membership, Func<string?, string?> link, DateTimeOffset now)
    {
        var entitlement = EntitlementRules.Of(state, membership, now);
        return new CustomerInspection(
            state.CustomerId,
            entitlement.Tier?.Id,
            entitlement.Status,
            entitlement.Reason + (state.Reads is { Customer: true } ? "; the pass stays as it is until Stripe confirms that" : ""),
            entitlement.ValidUntil,
            [.. entitlement.Spend.Select(row => new SpendInspection(row.Currency, row.Amount))],
            new PassInspection(
                state.Pass.MemberId,
                link(state.Pass.MemberId),
                state.Pass.State,
                state.Pass.Attempts,
                state.Pass.NextAttempt,
                state.Pass.LastError,
                state.Pass.Installed),
            StripeMetadataInspection.Of(state.StripeMetadata),
            [.. state.Subscriptions.Select(subscription => SubscriptionInspection.Of(subscription, membership))],
            [.. charges.Where(charge => charge.Charge is not null).Select(ChargeInspection.Of)],
            [.. state.RecentEvents.Reverse()]);
    }
}

/// <summary>What is written into the metadata of the customer, and of the subscriptions, in Stripe (rule S1).</summary>
/// <param name="State">How it stands.</param>
/// <param name="LastError">Why the last attempt failed; null: it did not.</param>
/// <param name="NextAttempt">When the next one is due; null: none failed.</param>
public sealed record StripeMetadataInspection(StripeMetadataState State, string? LastError, DateTimeOffset? NextAttempt)
{
    internal static StripeMetadataInspection Of(StripeMetadata? metadata) => metadata is null
        ? new StripeMetadataInspection(StripeMetadataState.None, null, null)
        : new StripeMetadataInspection(metadata.State, metadata.LastError, metadata.NextAttempt);
}

/// <summary>Net spend in one currency, within the configured window (rule M6).</summary>
/// <param name="Currency">Three lower-case letters.</param>
/// <param name="Amount">In minor units.</param>
public sealed record SpendInspection(string Currency, long Amount);

/// <summary>The pass of a customer.</summary>
/// <param name="MemberId">PassKit's id of the member.</param>
/// <param name="Url">Where the holder gets the pass. Whoever has it can install the pass.</param>
/// <param name="State">How PassKit and we stand.</param>
/// <param name="Attempts">Failed attempts in a row.</param>
/// <param name="NextAttempt">The next attempt; null: none is due.</param>
/// <param name="LastError">Why the last one failed, or why there is no pass.</param>
/// <param name="Installed">Whether somebody holds it; null: not known.</param>
public sealed record PassInspection(
    string? MemberId, string? Url, PassState State, int Attempts, DateTimeOffset? NextAttempt, string? LastError, bool? Installed);

/// <summary>A subscription of a customer.</summary>
/// <param name="Id">The subscription.</param>
/// <param name="Status">Stripe's status.</param>
/// <param name="Tier">What it maps to; null: none of its prices maps to a tier.</param>
/// <param name="CurrentPeriodEnd">Of the entitling item.</param>
/// <param name="CancelAtPeriodEnd">Whether it ends then.</param>
public sealed record SubscriptionInspection(string Id, string Status, string? Tier, DateTimeOffset? CurrentPeriodEnd, bool CancelAtPeriodEnd)
{
    internal static SubscriptionInspection Of(SubscriptionFact subscription, MembershipSettings membership)
    {
        var entitling = PlanTiers.Of(subscription, membership);
        return new SubscriptionInspection(
            subscription.Id,
            subscription.Status,
            entitling?.Tier.Id,
            entitling?.Item.CurrentPeriodEnd ?? subscription.Items.Max(item => item.CurrentPeriodEnd),
            subscription.CancelAtPeriodEnd);
    }
}

/// <summary>A charge of a customer, in minor units.</summary>
/// <param name="Id">The charge.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Captured">What was captured.</param>
/// <param name="Refunded">What of it was refunded.</param>
/// <param name="Disputed">What of it is out by disputes.</param>
/// <param name="Net">What of it counts.</param>
/// <param name="At">When it was made: Stripe's time.</param>
public sealed record ChargeInspection(string Id, string Currency, long Captured, long Refunded, long Disputed, long Net, DateTimeOffset At)
{
    internal static ChargeInspection Of(ChargeLedger ledger) => new(
        ledger.Id,
        ledger.Charge!.Currency,
        ledger.Charge.Succeeded ? ledger.Charge.Captured : 0,
        ledger.Refunded,
        ledger.Disputed,
        ledger.Net,
        ledger.Charge.Created);
}
