namespace StripePassKitActors.Core.Membership;

/// <summary>One item of a subscription: a price, how many of it, and the period that is paid or owed.</summary>
public sealed record SubscriptionItem
{
    /// <summary>The price, <c>price_…</c> or an old plan's id.</summary>
    public required string PriceId { get; init; }

    /// <summary>The price's lookup key, if it has one.</summary>
    public string? LookupKey { get; init; }

    /// <summary>The price's product, <c>prod_…</c>.</summary>
    public string? ProductId { get; init; }

    /// <summary>The tier that the price's own metadata names, under the key of <c>Membership:MetadataKey</c>.</summary>
    public string? MetadataTier { get; init; }

    /// <summary>Zero gives no pass (rule B2).</summary>
    public long Quantity { get; init; } = 1;

    /// <summary>UTC; null when unknown (rule F7).</summary>
    public DateTimeOffset? CurrentPeriodStart { get; init; }

    /// <summary>UTC; from the item, else from the subscription; null when unknown (rule F7).</summary>
    public DateTimeOffset? CurrentPeriodEnd { get; init; }
}
