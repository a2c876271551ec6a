namespace StripePassKitActors.Core.Customers;

/// <summary>Under which keys of a Stripe customer's metadata the merchant sees the pass. Null: that one is not written.</summary>
public sealed record StripeMetadataKeys
{
    /// <summary>PassKit's id of the member.</summary>
    public string? MemberId { get; init; } = "passkit_member_id";

    /// <summary>Where the holder gets the pass; on subscriptions too.</summary>
    public string? Url { get; init; } = "passkit_url";

    /// <summary>The tier that the pass shows.</summary>
    public string? Tier { get; init; } = "passkit_tier";

    /// <summary>How the membership stands: <c>active</c>, <c>grace</c>, <c>suspended</c>, <c>ended</c>.</summary>
    public string? Status { get; init; } = "passkit_status";

    /// <summary>When the pass was first installed, RFC 3339, UTC.</summary>
    public string? InstalledAt { get; init; } = "passkit_installed_at";

    /// <summary>When it was removed from the last device, RFC 3339, UTC.</summary>
    public string? RemovedAt { get; init; } = "passkit_removed_at";

    /// <summary>Those that are written.</summary>
    public IEnumerable<string> Names => new[] { MemberId, Url, Tier, Status, InstalledAt, RemovedAt }.OfType<string>();
}
