namespace StripePassKitActors.Core.Membership;

/// <summary>Something that is sold at a price, as far as it tells a tier (rule B2).</summary>
public abstract record PricedItem
{
    /// <summary>The price, <c>price_…</c> or an old plan's id; null where only metadata tells a tier.</summary>
    public string? PriceId { get; init; }

    /// <summary>The price's lookup key, if it has one.</summary>
    public string? LookupKey { get; init; }

    /// <summary>The price's product, <c>prod_…</c>.</summary>
    public string? ProductId { get; init; }

    /// <summary>The tier that the price's own metadata names, under the key of <c>Membership:MetadataKey</c>.</summary>
    public string? MetadataTier { get; init; }

    /// <summary>
    /// The tier that the product's metadata names; empty: it names none; null: not known. Events carry the product's id alone, so that it is
    /// known only where it was read.
    /// </summary>
    public string? ProductTier { get; init; }

    /// <summary>Zero gives no pass (rule B2).</summary>
    public long Quantity { get; init; } = 1;
}
