namespace StripePassKitActors.Core;

/// <summary>The moment at which a fact was true, and the event that said so (rules F1, F2).</summary>
/// <param name="At">The event's <c>created</c>, UTC, whole seconds. Never our own clock.</param>
/// <param name="EventId">The event, <c>evt_…</c>: the last tie-breaker of rule F4.</param>
public sealed record AsOf(DateTimeOffset At, string EventId);
