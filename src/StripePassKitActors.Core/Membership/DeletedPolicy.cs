namespace StripePassKitActors.Core.Membership;

/// <summary>What becomes of the pass of a customer who is deleted in Stripe (rule B10).</summary>
public enum DeletedPolicy
{
    /// <summary>It expires.</summary>
    End,

    /// <summary>It is deleted with all that is known of the customer.</summary>
    Forget,
}
