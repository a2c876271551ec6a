namespace StripePassKitActors.Core.Membership;

/// <summary>One item of a subscription: a price, how many of it, and the period that is paid or owed.</summary>
public sealed record SubscriptionItem : PricedItem
{
    /// <summary>UTC; null when unknown (rule F7).</summary>
    public DateTimeOffset? CurrentPeriodStart { get; init; }

    /// <summary>UTC; from the item, else from the subscription; null when unknown (rule F7).</summary>
    public DateTimeOffset? CurrentPeriodEnd { get; init; }
}
