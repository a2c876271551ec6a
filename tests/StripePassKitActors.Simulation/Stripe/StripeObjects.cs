using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Stripe;

// Stripe's objects as the simulated account holds them. Immutable, so that an event keeps what its object was. Times are Unix seconds.

/// <summary>Any object of the account.</summary>
internal abstract record StripeObject(string Id)
{
    /// <summary>As <c>object</c> says it.</summary>
    public abstract string Kind { get; }

    /// <summary>Whose it is; null: nobody's.</summary>
    public virtual string? Customer { get; init; }
}

internal sealed record Shopper(string Id) : StripeObject(Id)
{
    public override string Kind => "customer";

    public override string? Customer => Id;

    public required long Created { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public bool Deleted { get; init; }

    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A price of the shop, as it is at a moment: its metadata and its product's may change.</summary>
internal sealed record Price(string Id, string Product, string? LookupKey, string? MetadataTier, long Amount, string Currency, int Days)
{
    /// <summary>In the product's metadata, which no event of a subscription shows.</summary>
    public string? ProductTier { get; init; }

    /// <summary>In the price's metadata, for how long one purchase of it lasts.</summary>
    public int? GrantedDays { get; init; }

    /// <summary>In the product's metadata, for how long one purchase of it lasts.</summary>
    public int? ProductDays { get; init; }
}

/// <summary>A price, or a product, as an event or a read of its own shows it.</summary>
internal sealed record ForSale(string Id, bool IsProduct, Price Price) : StripeObject(Id)
{
    public override string Kind => IsProduct ? "product" : "price";
}

internal sealed record SubscriptionItem(string Id, Price Price, int Quantity);

internal sealed record Subscription(string Id) : StripeObject(Id)
{
    public override string Kind => "subscription";

    public required string Status { get; init; }

    public required long Created { get; init; }

    public required ImmutableArray<SubscriptionItem> Items { get; init; }

    public required long PeriodStart { get; init; }

    public required long PeriodEnd { get; init; }

    public bool CancelAtPeriodEnd { get; init; }

    public long? CancelAt { get; init; }

    public long? CanceledAt { get; init; }

    public long? EndedAt { get; init; }

    public long? TrialEnd { get; init; }

    public bool CollectionPaused { get; init; }

    /// <summary>Whether its invoices are sent, to be paid by a day, and no card is charged.</summary>
    public bool Sends { get; init; }

    /// <summary>What was subscribed to when it was last active or in trial: the truth that no field of the object tells.</summary>
    public ImmutableArray<SubscriptionItem> PaidItems { get; init; } = [];

    /// <summary>Whether it was in trial then.</summary>
    public bool Tried { get; init; }

    /// <summary>When that ended.</summary>
    public long PaidUntil { get; init; }

    public bool Paying => Status is "active" or "trialing";

    public bool Over => Status is "canceled" or "incomplete_expired";
}

internal sealed record Invoice(string Id) : StripeObject(Id)
{
    public override string Kind => "invoice";

    public required string Subscription { get; init; }

    public required string Status { get; init; }

    public required long Created { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public int Attempts { get; init; }

    /// <summary>By when it is to be paid; null: a card is charged.</summary>
    public long? DueAt { get; init; }

    /// <summary>The truth that no field of the object tells.</summary>
    public long? FirstFailedAt { get; init; }
}

internal sealed record Charge(string Id) : StripeObject(Id)
{
    public override string Kind => "charge";

    public required string Intent { get; init; }

    public required long Created { get; init; }

    public required string Currency { get; init; }

    public required long Amount { get; init; }

    public required long Captured { get; init; }

    public required long AmountRefunded { get; init; }

    public required string Status { get; init; }

    public string? Invoice { get; init; }

    /// <summary>Embedded in old API versions.</summary>
    public ImmutableArray<Refund> Refunds { get; init; } = [];
}

internal sealed record Refund(string Id) : StripeObject(Id)
{
    public override string Kind => "refund";

    public required string Intent { get; init; }

    public required string Charge { get; init; }

    public required long Amount { get; init; }

    public required string Status { get; init; }

    public required long Created { get; init; }

    /// <summary>Money that was never captured, reported by Stripe as refunded: the truth that no field of the object tells.</summary>
    public bool Released { get; init; }
}

internal sealed record Dispute(string Id) : StripeObject(Id)
{
    public override string Kind => "dispute";

    public required string Charge { get; init; }

    public required string Intent { get; init; }

    public required long Amount { get; init; }

    public required string Status { get; init; }

    public required long Created { get; init; }

    /// <summary>The truth that no field of the object tells.</summary>
    public long? LostAt { get; init; }
}

internal sealed record Session(string Id) : StripeObject(Id)
{
    public override string Kind => "checkout.session";

    public required string Mode { get; init; }

    public bool Paid { get; init; } = true;

    /// <summary>When it was paid; null: it was not, yet.</summary>
    public long? PaidAt { get; init; }

    /// <summary>When its charge was begun, where that was before it was paid.</summary>
    public long? ChargedAt { get; init; }

    /// <summary>In its own metadata.</summary>
    public string? Tier { get; init; }

    /// <summary>In its own metadata.</summary>
    public int? Days { get; init; }

    /// <summary>Its one line, which no event shows, as it was sold.</summary>
    public Price? Line { get; init; }

    public required long Created { get; init; }

    public string? Intent { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }
}

/// <summary>A paid invoice of nothing that renews: somebody was billed for one thing.</summary>
internal sealed record Bill(string Id) : StripeObject(Id)
{
    public override string Kind => "invoice";

    public required long PaidAt { get; init; }

    public required string Intent { get; init; }

    /// <summary>In its own metadata.</summary>
    public string? Tier { get; init; }

    /// <summary>In its own metadata.</summary>
    public int? Days { get; init; }

    /// <summary>Its one line, as it was sold.</summary>
    public required Price Line { get; init; }

    /// <summary>In which shape it was told: since 2025 an event shows neither the payment nor more of the price than its id and its product's.</summary>
    public required ApiVersion Told { get; init; }
}

/// <summary>One event, with its object as it was then.</summary>
internal sealed record StripeEvent(string Id, string Type, long Created, StripeObject Object, ApiVersion Version)
{
    /// <summary>Whether its charge has just become a customer's.</summary>
    public bool Gained { get; init; }

    /// <summary>Whether the metadata of a price or a product changed.</summary>
    public bool Relabelled { get; init; }

    /// <summary>As it is delivered; made once.</summary>
    public System.Text.Json.JsonElement Json => field.ValueKind == System.Text.Json.JsonValueKind.Undefined ? field = EventJson.Of(this) : field;
}

/// <summary>In which shape an endpoint gets its events.</summary>
internal enum ApiVersion
{
    /// <summary>Periods on the subscription, <c>invoice.subscription</c>, <c>charge.invoice</c>, refunds within their charge.</summary>
    Of2020,

    /// <summary>Periods on the items, <c>invoice.parent</c>; refunds stand alone and do not say whose they are.</summary>
    Of2025,

    /// <summary>As 2025, and refunds say whose they are.</summary>
    Newest,
}
