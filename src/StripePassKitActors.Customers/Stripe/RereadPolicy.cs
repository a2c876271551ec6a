namespace StripePassKitActors.Customers.Stripe;

/// <summary>When an object is read from Stripe although an event told of it (rule F2). Nothing is read without a key.</summary>
public enum RereadPolicy
{
    /// <summary>Where the event does not settle it, does not tell all of it, or takes something away.</summary>
    WhenNeeded,

    /// <summary>After every event that no later reading answered already.</summary>
    Always,

    /// <summary>Never: events decide, and what they take away is taken away.</summary>
    Never,
}
