namespace StripePassKitActors.Core.Membership;

/// <summary>Who gets a pass without being a Stripe customer (rule B11).</summary>
public enum GuestPolicy
{
    /// <summary>Whoever completes and pays a checkout session: one pass a purchase.</summary>
    PerPurchase,

    /// <summary>The same, and purchases with the same e-mail address share a pass.</summary>
    ByEmail,

    /// <summary>Nobody.</summary>
    Ignore,
}
