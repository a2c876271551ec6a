namespace StripePassKitActors.Core.Membership;

/// <summary>One line of a one-off purchase.</summary>
public sealed record PurchasedItem : PricedItem
{
    /// <summary>How many days it grants its tier for; null: without an end (rule B3).</summary>
    public int? Days { get; init; }
}
