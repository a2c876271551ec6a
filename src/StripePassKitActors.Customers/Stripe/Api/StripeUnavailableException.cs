using Stripe;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Stripe did not answer, or not with what was asked for; it may the next time. The message is our own and may be logged.</summary>
/// <param name="message">What happened.</param>
/// <param name="retryAfter">How long Stripe asked to wait; null: it did not say.</param>
/// <param name="inner">What it came from.</param>
internal sealed class StripeUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : StripeException(message, inner)
{
    /// <summary>How long Stripe asked to wait; null: it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
