using System.Collections.Immutable;

namespace StripePassKitActors.Core.Customers;

/// <summary>One Stripe event of one customer, as facts.</summary>
/// <param name="Id">The event's id, <c>evt_…</c>.</param>
/// <param name="Type">The event's type, as Stripe writes it.</param>
/// <param name="Facts">What it says; empty when nothing of it matters to a pass.</param>
public sealed record CustomerEvent(string Id, string Type, ImmutableArray<Fact> Facts);
