using System.Collections.Immutable;

namespace StripePassKitActors.Core.Membership;

/// <summary>A Stripe subscription. Its status is one of Stripe's words that this version knows; an event with another is parked, so that nothing is taken away unread.</summary>
public sealed record SubscriptionFact : Fact
{
    /// <summary>One of <see cref="SubscriptionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Whether it ends by itself when the current period does.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>When it ends by itself, UTC; null when no end is set.</summary>
    public DateTimeOffset? CancelAt { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether collection is paused (<c>pause_collection</c>): the status stays active.</summary>
    public bool CollectionPaused { get; init; }

    /// <summary>What is subscribed to.</summary>
    public ImmutableArray<SubscriptionItem> Items { get; init; } = [];

    /// <inheritdoc />
    public override bool IsTerminal => Status is SubscriptionStatus.Canceled or SubscriptionStatus.IncompleteExpired;

    /// <summary>Of two statuses of one second, the more entitling (rule F4).</summary>
    public override long Progress => Status switch
    {
        SubscriptionStatus.Active => 6,
        SubscriptionStatus.Trialing => 5,
        SubscriptionStatus.PastDue => 4,
        SubscriptionStatus.Paused => 3,
        SubscriptionStatus.Unpaid => 2,
        SubscriptionStatus.Incomplete => 1,
        _ => 0,
    };
}
