using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The state store: outlives every process, makes a transaction whole or not at all, and has no ETags (ADR 1).</summary>
internal sealed class StateStore
{
    private readonly Dictionary<string, Shelf> shelves = new(StringComparer.Ordinal);

    public int LargestTurn { get; private set; }

    public long VersionOf(string actor) => shelves.GetValueOrDefault(actor)?.Version ?? 0;

    public T? Read<T>(string actorType, string actor, string key, JsonTypeInfo<T> type)
        where T : class =>
        shelves.TryGetValue(actorType + actor, out var shelf) && shelf.Values.TryGetValue(key, out var json) ? JsonSerializer.Deserialize(json, type) : null;

    public IReadOnlyCollection<string> KeysOf(string actorType, string actor) => shelves.TryGetValue(actorType + actor, out var shelf) ? shelf.Values.Keys : [];

    public long Commit(string actorType, string actor, StateChanges changes)
    {
        if (!shelves.TryGetValue(actorType + actor, out var shelf)) shelves[actorType + actor] = shelf = new Shelf();
        var size = 0;
        foreach (var (key, value) in changes.All)
        {
            if (value is null) shelf.Values.Remove(key);
            else shelf.Values[key] = value;
            size += value?.Length ?? 0;
        }

        LargestTurn = Math.Max(LargestTurn, size);
        return ++shelf.Version;
    }

    private sealed class Shelf
    {
        public Dictionary<string, byte[]> Values { get; } = new(StringComparer.Ordinal);

        public long Version { get; set; }
    }
}

/// <summary>The way from one process to the store.</summary>
internal sealed class ProcessState(Process process, StateStore store) : IActorState
{
    public Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class => process.EffectAsync(actor.GetId(), Effect.StateRead, () =>
        {
            if (Turn.Current is { } turn && (turn.ReadVersion is null || key == "customer")) turn.ReadVersion = store.VersionOf(actorType + actor.GetId());
            return store.Read(actorType, actor.GetId(), key, type);
        });

    public Task CommitAsync(string actorType, ActorId actor, StateChanges changes) => process.EffectAsync(actor.GetId(), Effect.StateCommit, () =>
    {
        process.World.Committed(actor.GetId(), store.VersionOf(actorType + actor.GetId()), store.Commit(actorType, actor.GetId(), changes));
        return true;
    });
}
