using System.Collections.Immutable;

namespace StripePassKitActors.Core.Passes;

/// <summary>What a pass shows, and under which metadata keys (rules P2, P6). A null name leaves the field out.</summary>
public sealed record PassSettings
{
    /// <summary>Names the owner of the member; always written (rule P1).</summary>
    public string StripeCustomerId { get; init; } = "stripeCustomerId";

    /// <summary>The entitlement's status.</summary>
    public string? Status { get; init; } = "status";

    /// <summary>The tier's name.</summary>
    public string? TierName { get; init; } = "tierName";

    /// <summary>The day until which the membership holds, UTC, <c>yyyy-MM-dd</c>; empty: no end.</summary>
    public string? ValidUntil { get; init; } = "validUntil";

    /// <summary>Net spend. Left out by default: every charge would push an update to the phone.</summary>
    public string? Spend { get; init; }

    /// <summary>A sentence for the holder, one of <see cref="Messages"/>; empty while there is nothing to say.</summary>
    public string? Message { get; init; } = "message";

    /// <summary>The sentences.</summary>
    public PassMessages Messages { get; init; } = new();

    /// <summary>Which balance follows net spend. None by default: points may be the business of a till (rule P6).</summary>
    public PointsField Points { get; init; }

    /// <summary>Stripe customer metadata key → PassKit metadata key, copied as it is.</summary>
    public ImmutableSortedDictionary<string, string> CustomerMetadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
