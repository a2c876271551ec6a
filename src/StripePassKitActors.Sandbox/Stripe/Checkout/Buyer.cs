namespace StripePassKitActors.Sandbox.Stripe.Checkout;

/// <summary>What a buyer types into a checkout.</summary>
/// <param name="CardNumber">One of Stripe's test cards.</param>
/// <param name="Email">Needed where the session names no customer.</param>
/// <param name="Name">As on the card.</param>
/// <param name="Phone">If asked for.</param>
public sealed record Buyer(string CardNumber, string? Email = null, string? Name = null, string? Phone = null);
