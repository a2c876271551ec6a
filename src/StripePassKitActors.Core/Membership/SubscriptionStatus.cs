namespace StripePassKitActors.Core.Membership;

/// <summary>Stripe's words for the status of a subscription.</summary>
public static class SubscriptionStatus
{
    /// <summary>The first payment is not done.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The first payment was never done. Terminal.</summary>
    public const string IncompleteExpired = "incomplete_expired";

    /// <summary>In its trial.</summary>
    public const string Trialing = "trialing";

    /// <summary>Paid.</summary>
    public const string Active = "active";

    /// <summary>The latest invoice failed; Stripe still tries.</summary>
    public const string PastDue = "past_due";

    /// <summary>Stripe gave up trying; the subscription goes on.</summary>
    public const string Unpaid = "unpaid";

    /// <summary>Paused, resumable.</summary>
    public const string Paused = "paused";

    /// <summary>Ended. Terminal.</summary>
    public const string Canceled = "canceled";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlySet<string> All =
        new HashSet<string> { Incomplete, IncompleteExpired, Trialing, Active, PastDue, Unpaid, Paused, Canceled };
}
