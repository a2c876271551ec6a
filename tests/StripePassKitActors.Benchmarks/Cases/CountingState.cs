using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>The sidecar's state, with the bytes of JSON counted that go each way. Counting is put off until somebody asks, so that no turn pays for it.</summary>
internal sealed class CountingState(IActorState inner) : IActorState
{
    private readonly ConcurrentQueue<Func<long>> reads = new();
    private readonly ConcurrentQueue<StateChanges> writes = new();

    public async Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class
    {
        var value = await inner.ReadAsync(actorType, actor, key, type);
        if (value is not null) reads.Enqueue(() => JsonSerializer.SerializeToUtf8Bytes(value, type).Length);
        return value;
    }

    public Task CommitAsync(string actorType, ActorId actor, StateChanges changes)
    {
        writes.Enqueue(changes);
        return inner.CommitAsync(actorType, actor, changes);
    }

    /// <summary>Bytes read and written since it was last asked.</summary>
    public (long Read, long Written) Take()
    {
        var counted = (
            reads.Sum(size => size()),
            writes.Sum(changes => changes.All.Sum(change => (long)change.Key.Length + (change.Value?.Length ?? 0))));
        reads.Clear();
        writes.Clear();
        return counted;
    }
}
