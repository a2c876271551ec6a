namespace StripePassKitActors.Core.Membership;

/// <summary>What a tier is earned by (rule B1).</summary>
public enum TierSource
{
    /// <summary>The best of plan, purchase and spend.</summary>
    Highest,

    /// <summary>Plans and purchases; spend earns nothing.</summary>
    Subscription,

    /// <summary>Spend alone.</summary>
    Spend,

    /// <summary>Spend decides which tier, a subscription whether there is one.</summary>
    SpendWhileSubscribed,
}
