namespace StripePassKitActors.Core;

/// <summary>A fact that contradicts what Stripe allows. Its event is parked with this message; nothing already known changes.</summary>
public sealed class InvalidFactException(string message) : Exception(message);
