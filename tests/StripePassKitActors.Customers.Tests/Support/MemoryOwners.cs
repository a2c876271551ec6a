using System.Collections.Concurrent;
using StripePassKitActors.Customers.Events;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Who paid what, in memory.</summary>
internal sealed class MemoryOwners : IPaymentOwners
{
    private readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);

    /// <summary>What was asked for, oldest first.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public Task RememberAsync(IReadOnlyDictionary<string, string> owners, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (payment, owner) in owners) known[payment] = owner;
        return Task.CompletedTask;
    }

    public Task<string?> FindAsync(string payment, CancellationToken cancellationToken = default)
    {
        Asked.Enqueue(payment);
        return Task.FromResult(known.GetValueOrDefault(payment));
    }

    public Task ForgetAsync(IReadOnlyCollection<string> payments, CancellationToken cancellationToken = default)
    {
        foreach (var payment in payments) known.TryRemove(payment, out _);
        return Task.CompletedTask;
    }
}
