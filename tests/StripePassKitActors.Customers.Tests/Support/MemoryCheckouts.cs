using System.Collections.Concurrent;
using StripePassKitActors.Customers.Checkout;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Checkout sessions in memory.</summary>
internal sealed class MemoryCheckouts : ICheckoutSessions
{
    private readonly ConcurrentDictionary<string, CheckoutSession> known = new(StringComparer.Ordinal);

    public Task RememberAsync(IReadOnlyCollection<KeyValuePair<string, CheckoutSession>> sessions, CancellationToken cancellationToken = default)
    {
        foreach (var (id, session) in sessions) known.AddOrUpdate(id, session, (_, before) => before.With(session));
        return Task.CompletedTask;
    }

    public Task<CheckoutSession?> FindAsync(string sessionId, CancellationToken cancellationToken = default) => Task.FromResult(known.GetValueOrDefault(sessionId));

    public Task ForgetAsync(IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken = default)
    {
        foreach (var id in sessionIds) known.TryRemove(id, out _);
        return Task.CompletedTask;
    }
}
