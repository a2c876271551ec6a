using Stripe;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>
/// Stripe refuses the call itself: the key, a permission of it, the account. Nothing that is asked again will help until a person mends the
/// set-up. The message is our own but for Stripe's code, and may be logged: Stripe's sentence may quote the key.
/// </summary>
internal sealed class StripeRefusedException(string message) : StripeException(message);
