namespace StripePassKitActors.Core.Customers;

/// <summary>An event that this customer's actor took.</summary>
/// <param name="Id">The event's id, <c>evt_…</c>.</param>
/// <param name="Type">The event's type, as Stripe writes it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">When it was taken, UTC, our clock.</param>
public sealed record RecentEvent(string Id, string Type, Outcome Outcome, DateTimeOffset At);
