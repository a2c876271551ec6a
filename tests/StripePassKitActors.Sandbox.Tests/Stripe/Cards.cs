using StripePassKitActors.Sandbox.Stripe.Checkout;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

/// <summary>Buyers with Stripe's test cards.</summary>
internal static class Cards
{
    public static readonly Buyer Good = new("4242 4242 4242 4242", "ada@example.com", "Ada Lovelace", "+441234567890");
    public static readonly Buyer Declining = Good with { CardNumber = "4000000000000002" };
    public static readonly Buyer FailingLater = Good with { CardNumber = "4000000000000341" };
    public static readonly Buyer Authenticating = Good with { CardNumber = "4000002500003155" };
}
