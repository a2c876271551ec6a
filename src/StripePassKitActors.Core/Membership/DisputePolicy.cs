namespace StripePassKitActors.Core.Membership;

/// <summary>What a dispute does to a membership (rule B7).</summary>
public enum DisputePolicy
{
    /// <summary>A lost one suspends it, until a later payment.</summary>
    SuspendWhenLost,

    /// <summary>An open or lost one suspends it, until it is won or a later payment comes.</summary>
    SuspendWhenOpened,

    /// <summary>Nothing.</summary>
    Keep,
}
