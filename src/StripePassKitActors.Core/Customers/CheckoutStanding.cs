namespace StripePassKitActors.Core.Customers;

/// <summary>Whether what was bought in one checkout earns the pass.</summary>
public enum CheckoutStanding
{
    /// <summary>Not all of it is known yet.</summary>
    Unknown,

    /// <summary>It earns a valid pass.</summary>
    Earned,

    /// <summary>It earns none, however many passes other purchases earn.</summary>
    Nothing,
}
