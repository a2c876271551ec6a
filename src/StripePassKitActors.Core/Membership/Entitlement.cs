using System.Collections.Immutable;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Membership;

/// <summary>What a customer has earned, as of a moment.</summary>
public sealed record Entitlement
{
    /// <summary>How the customer stands.</summary>
    public required EntitlementStatus Status { get; init; }

    /// <summary>The tier that was earned or lost; null when there never was one.</summary>
    public Tier? Tier { get; init; }

    /// <summary>Why, in a sentence for the operator.</summary>
    public required string Reason { get; init; }

    /// <summary>Until when it is earned, UTC; null: no end is known.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// When the pass must lapse, UTC: <see cref="ValidUntil"/>, plus a margin while a renewal is expected (rule B6), or later where
    /// something lesser was earned for longer; null: never.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the next period begins and is to be paid, UTC; null: nothing is to be paid, or it is not known when.</summary>
    public DateTimeOffset? RenewsAt { get; init; }

    /// <summary>The next moment, UTC, at which time alone changes this answer; null: never.</summary>
    public DateTimeOffset? ChangesAt { get; init; }

    /// <summary>The spend that counts for a tier, one row a currency (rule M6).</summary>
    public ImmutableArray<Spend> Spend { get; init; } = [];

    /// <summary>Whether it is suspended because it, or its collection, is paused, and not because something is owed or contested.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether the customer should hold a valid pass now.</summary>
    public bool Honoured => Status is EntitlementStatus.Active or EntitlementStatus.Grace;
}
