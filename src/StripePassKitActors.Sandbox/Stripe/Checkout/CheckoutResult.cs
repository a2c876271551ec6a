namespace StripePassKitActors.Sandbox.Stripe.Checkout;

/// <summary>How an attempt to pay a checkout session went.</summary>
public abstract record CheckoutResult
{
    private CheckoutResult()
    {
    }

    /// <summary>It is complete; the buyer goes on to this address, if the session names one.</summary>
    public sealed record Complete(string? ReturnTo) : CheckoutResult;

    /// <summary>The card was refused; another may be tried.</summary>
    public sealed record Declined(string Message, string DeclineCode) : CheckoutResult;

    /// <summary>The card wants its holder to confirm: to be asked, then paid again with <c>confirmed</c>.</summary>
    public sealed record NeedsAuthentication : CheckoutResult;
}
