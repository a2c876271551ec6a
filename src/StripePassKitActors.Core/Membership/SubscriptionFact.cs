using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Membership;

/// <summary>A Stripe subscription. Its status is one of Stripe's words that this version knows; an event with another is parked, so that nothing is taken away unread.</summary>
public sealed record SubscriptionFact : Fact
{
    /// <summary>One of <see cref="SubscriptionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was made, UTC; null where older code wrote it, or Stripe did not say.</summary>
    public DateTimeOffset? Created { get; init; }

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

    /// <summary>Whether it has more items than an event shows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasMoreItems { get; init; }

    /// <summary>
    /// What was subscribed to when it was last seen active or in trial; null while it is, or where it never was seen so. Past due, it earns no
    /// more than that (rule B5).
    /// </summary>
    public PaidItems? Paid { get; init; }

    /// <summary>The <see cref="Progress"/> of a trial.</summary>
    internal const long TrialProgress = 5;

    /// <inheritdoc />
    public override bool IsTerminal => Status is SubscriptionStatus.Canceled or SubscriptionStatus.IncompleteExpired;

    /// <inheritdoc />
    public override bool IsIncomplete => !IsTerminal && (HasMoreItems || Items.Any(item => item is { Quantity: > 0, MetadataTier: null, ProductTier: null }));

    /// <summary>Of two statuses of one second, the more entitling (rule F4).</summary>
    public override long Progress => Status switch
    {
        SubscriptionStatus.Active => 6,
        SubscriptionStatus.Trialing => TrialProgress,
        SubscriptionStatus.PastDue => 4,
        SubscriptionStatus.Paused => 3,
        SubscriptionStatus.Unpaid => 2,
        SubscriptionStatus.Incomplete => 1,
        _ => 0,
    };

    /// <summary>The row after another snapshot of the same subscription: the later one, which remembers what was paid last (rule B5).</summary>
    public SubscriptionFact With(SubscriptionFact fact)
    {
        var newest = fact.Beats(this) ? fact with { Items = WithProductsOf(fact.Items, Items) } : WithProductsRead(fact);
        if (newest.IsPaid) return newest;

        var paid = new[] { Paid, fact.Paid, PaidOf(this), PaidOf(fact) }.OfType<PaidItems>().Aggregate((PaidItems?)null, (best, one) => one.IsLaterThan(best) ? one : best);
        if (paid is not null) paid = paid with { Items = WithProductsOf(paid.Items, newest.Items, ofOtherPrices: true) };
        return newest.Paid == paid ? newest : newest with { Paid = paid };
    }

    /// <summary>
    /// An event names the product alone: what was read of it stays known. A change of it reaches us by the product's own event, from price to price: whoever goes from
    /// one to another meanwhile may have been missed, and is to be read.
    /// </summary>
    private static ImmutableArray<SubscriptionItem> WithProductsOf(ImmutableArray<SubscriptionItem> items, ImmutableArray<SubscriptionItem> known, bool ofOtherPrices = false) =>
    [
        .. items.Select(item => item.ProductTier is null
            && known.FirstOrDefault(row => row.ProductId == item.ProductId && row.ProductTier is not null && (ofOtherPrices || row.PriceId == item.PriceId)) is { } read
            ? item with { ProductTier = read.ProductTier }
            : item),
    ];

    /// <summary>This row beside an older one that was read: what an event's row knows of products is older than both.</summary>
    private SubscriptionFact WithProductsRead(SubscriptionFact older)
    {
        if (AsOf.Read || !older.AsOf.Read) return this;
        var items = WithProductsOf([.. Items.Select(item => item with { ProductTier = null })], older.Items);
        items = WithProductsOf(items, Items);
        return items.SequenceEqual(Items) ? this : this with { Items = items };
    }

    private bool IsPaid => Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing;

    private static PaidItems? PaidOf(SubscriptionFact fact) => fact.IsPaid ? new PaidItems(fact.AsOf, fact.Progress, fact.Items) : null;
}

/// <summary>What a subscription's items were at its last active or trialing snapshot.</summary>
/// <param name="AsOf">When that was.</param>
/// <param name="Progress">Of its status: it decides between two of one second (rule F4).</param>
/// <param name="Items">The items.</param>
public sealed record PaidItems(AsOf AsOf, long Progress, ImmutableArray<SubscriptionItem> Items)
{
    /// <summary>Compares as snapshots of one subscription are compared.</summary>
    public bool IsLaterThan(PaidItems? other)
    {
        if (other is null) return true;
        if (AsOf.At != other.AsOf.At) return AsOf.At > other.AsOf.At;
        if (AsOf.Read != other.AsOf.Read) return AsOf.Read;
        return Progress != other.Progress ? Progress > other.Progress : string.CompareOrdinal(AsOf.EventId, other.AsOf.EventId) > 0;
    }

    /// <inheritdoc />
    public bool Equals(PaidItems? other) => other is not null && AsOf == other.AsOf && Progress == other.Progress && Items.SequenceEqual(other.Items);

    /// <inheritdoc />
    public override int GetHashCode() => AsOf.GetHashCode();
}
