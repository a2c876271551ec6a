using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Oracle;

/// <summary>The merchant's choices in one world.</summary>
internal sealed record Rules
{
    /// <summary>Best first.</summary>
    public static readonly ImmutableArray<string> Tiers = ["gold", "silver", "bronze"];

    /// <summary>Net spend, in minor units, that earns a tier; spend never earns bronze.</summary>
    public static readonly ImmutableArray<(string Tier, string Currency, long From)> Minimums =
        [("gold", "usd", 100_000), ("gold", "jpy", 60_000), ("silver", "usd", 20_000), ("silver", "eur", 15_000)];

    /// <summary>As <see cref="SpendMonths"/>: the current year.</summary>
    public const int CalendarYear = 0;

    /// <summary>Whether there is a key to read objects from Stripe with.</summary>
    public bool Key { get; init; }

    public Reread Reread { get; init; }

    /// <summary>Whether objects are read from Stripe.</summary>
    public bool Reads => Key && Reread != Reread.Never;

    /// <summary>Whether a customer who is deleted in Stripe is forgotten.</summary>
    public bool Forgets { get; init; }

    public Guests Guests { get; init; }

    public Points Points { get; init; }

    public Source Source { get; init; }

    /// <summary>How many months of spend count, the current one included; null: all of it.</summary>
    public int? SpendMonths { get; init; }

    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether the tier is that which spend would earn had nothing been refunded.</summary>
    public bool KeepRefunded { get; init; }

    public OnDispute OnDispute { get; init; }

    public string? UnmappedPlanTier { get; init; }

    public int GraceDays { get; init; } = 21;

    public int MarginDays { get; init; } = 3;

    public bool HonourTrials { get; init; } = true;

    public bool HonourPausedCollection { get; init; } = true;

    /// <summary>Whether the pass's metadata is ours alone.</summary>
    public bool OwnMetadata { get; init; }
}

/// <summary>When objects are read from Stripe, where there is a key.</summary>
internal enum Reread
{
    WhenNeeded,
    Always,
    Never,
}

/// <summary>What becomes of those who buy and are no customers.</summary>
internal enum Guests
{
    PerPurchase,
    ByEmail,
    Ignore,
}

/// <summary>Which balance of the pass follows net spend.</summary>
internal enum Points
{
    None,
    TierPoints,
    Points,
}

/// <summary>What earns a tier.</summary>
internal enum Source
{
    Highest,
    Subscription,
    Spend,
    SpendWhileSubscribed,
}

/// <summary>What a dispute does to a membership.</summary>
internal enum OnDispute
{
    SuspendWhenLost,
    SuspendWhenOpened,
    Keep,
}
