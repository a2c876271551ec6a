namespace StripePassKitActors.Sandbox.Stripe.Webhooks;

/// <summary>An event that an endpoint has not taken.</summary>
/// <param name="EventId">The event.</param>
/// <param name="EndpointId">The endpoint.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastStatus">What the endpoint answered last; null: nothing, or it was not tried yet.</param>
/// <param name="Continues">Whether it will be tried again.</param>
/// <param name="IsHeld">Whether it is held back, and not tried before it is let go.</param>
public sealed record PendingDelivery(string EventId, string EndpointId, int Attempts, int? LastStatus, bool Continues, bool IsHeld);
