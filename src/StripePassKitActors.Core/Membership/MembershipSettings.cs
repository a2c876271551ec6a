using System.Collections.Immutable;

namespace StripePassKitActors.Core.Membership;

/// <summary>The merchant's choices about membership, validated: tiers exist, ranks differ, plans name known tiers.</summary>
public sealed record MembershipSettings
{
    /// <summary>All tiers, best first.</summary>
    public required ImmutableArray<Tier> Tiers { get; init; }

    /// <summary>Price id, lookup key or product id → tier id (rule B2).</summary>
    public ImmutableDictionary<string, string> Plans { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The tier of a subscription whose items map to none; null: it gives none (rule B2).</summary>
    public string? UnmappedPlanTier { get; init; }

    /// <summary>How long a failed payment is forgiven (rule B5).</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(21);

    /// <summary>How much longer than the paid period a renewing pass lasts, so that a late renewal takes no card away (rule B6).</summary>
    public TimeSpan ExpiryMargin { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Whether a trial is honoured (rule B4).</summary>
    public bool HonourTrials { get; init; } = true;

    /// <summary>Whether a subscription is honoured while its collection is paused (rule B4).</summary>
    public bool HonourPausedCollection { get; init; } = true;

    /// <summary>What a tier is earned by (rule B1).</summary>
    public TierSource Source { get; init; }

    /// <summary>Which spend counts (rule M6).</summary>
    public SpendWindow SpendWindow { get; init; }

    /// <summary>How many months <see cref="SpendWindow.RollingMonths"/> has, the current one included; 1 to 24.</summary>
    public int SpendMonths { get; init; } = 12;

    /// <summary>In whose calendar years and months begin (rule M6).</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether a tier is kept that was earned by money which was given back (rule M7).</summary>
    public bool KeepRefunded { get; init; }

    /// <summary>What a dispute does to a membership (rule B7).</summary>
    public DisputePolicy OnDispute { get; init; }

    /// <summary>What becomes of a deleted customer's pass (rule B10).</summary>
    public DeletedPolicy OnCustomerDeleted { get; init; }

    /// <summary>Who gets a pass without being a customer (rule B11).</summary>
    public GuestPolicy Guests { get; init; }

    /// <summary>The tier with that id, or null.</summary>
    public Tier? Find(string? tierId) => Tiers.FirstOrDefault(tier => tier.Id == tierId);
}
