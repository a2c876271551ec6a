using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Passes;

/// <summary>The tier that a valid pass was last to show, and when it rose to it (rule P13).</summary>
/// <param name="Tier">PassKit's id of the tier.</param>
/// <param name="At">Our clock, UTC; null: it fell to it, or had it before anybody asked.</param>
public sealed record TierReached(string Tier, DateTimeOffset? At)
{
    /// <summary>
    /// The same once the entitlement is as it is now. A tier is reached by rising to it, also to the first; who had it and comes back to it, or falls
    /// to it, has not reached it. Null: nobody asks for it, or no tier was shown yet.
    /// </summary>
    public static TierReached? Of(CustomerState state, Entitlement entitlement, MembershipSettings membership, PassSettings settings, DateTimeOffset now)
    {
        if (settings is { Message: null } or { Messages.TierReached: null }) return null;

        // What the pass shows when it is first asked for was reached some time ago.
        var before = state.TierReached ?? (state.Pass.Told is { Tier: var told } ? new TierReached(told, null) : null);
        if (!entitlement.Honoured || entitlement.Tier is not { } tier || tier.Id == before?.Tier) return before;
        return new TierReached(tier.Id, before is null || tier.Rank > (membership.Find(before.Tier)?.Rank ?? int.MaxValue) ? now : null);
    }
}
