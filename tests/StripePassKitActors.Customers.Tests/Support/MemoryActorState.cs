using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Actor state in memory, kept as the JSON that a store would keep. Fails when told to.</summary>
/// <param name="journal">Where each commit is written down.</param>
internal sealed class MemoryActorState(ConcurrentQueue<string> journal) : IActorState
{
    private readonly ConcurrentDictionary<(string Type, string Actor, string Key), byte[]> values = new();
    private readonly SemaphoreSlim failed = new(0);

    /// <summary>How many of the next reads fail.</summary>
    public int FailingReads { get; set; }

    /// <summary>How many of the next commits fail, leaving nothing behind.</summary>
    public int FailingCommits { get; set; }

    /// <summary>How many more commits work before one fails; null: none fails.</summary>
    public int? CommitsUntilFailure { get; set; }

    /// <summary>Bytes of JSON that were read, since it was last set to nothing.</summary>
    public long BytesRead { get; set; }

    /// <summary>Bytes of keys and JSON that were written, since it was last set to nothing.</summary>
    public long BytesWritten { get; set; }

    /// <summary>What happens once the next commit is made; then nothing.</summary>
    public Action? AfterNextCommit { get; set; }

    /// <summary>Waits until so many commits have failed.</summary>
    public async Task FailedAsync(int commits)
    {
        for (var i = 0; i < commits; i++) await failed.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Keys of each commit that worked, oldest first.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Commits { get; } = [];

    /// <summary>The keys of an actor, in their order; without the stamp that stands beside every customer's record.</summary>
    public IReadOnlyList<string> Keys(string type, string actor) =>
        [.. values.Keys.Where(key => key.Type == type && key.Actor == actor && key.Key != "stamp").Select(key => key.Key).Order(StringComparer.Ordinal)];

    /// <summary>Forgets all keys of an actor, as if they had never been saved.</summary>
    public void Lose(string type, string actor)
    {
        foreach (var key in values.Keys.Where(key => key.Type == type && key.Actor == actor)) values.TryRemove(key, out _);
    }

    public string Stored(string type, string actor, string key) => Encoding.UTF8.GetString(values[(type, actor, key)]);

    public void Store(string type, string actor, string key, string json) => values[(type, actor, key)] = Encoding.UTF8.GetBytes(json);

    public Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class
    {
        if (FailingReads > 0)
        {
            FailingReads--;
            throw new HttpRequestException("The state store is away.");
        }

        if (!values.TryGetValue((actorType, actor.GetId(), key), out var json)) return Task.FromResult<T?>(null);
        BytesRead += json.Length;
        return Task.FromResult(JsonSerializer.Deserialize(json, type));
    }

    public Task CommitAsync(string actorType, ActorId actor, StateChanges changes)
    {
        if (CommitsUntilFailure-- == 0)
        {
            CommitsUntilFailure = null;
            FailingCommits++;
        }

        if (FailingCommits > 0)
        {
            FailingCommits--;
            failed.Release();
            throw new HttpRequestException("The state store is away.");
        }

        foreach (var (key, value) in changes.All)
        {
            if (value is null) values.TryRemove((actorType, actor.GetId(), key), out _);
            else values[(actorType, actor.GetId(), key)] = value;
        }

        BytesWritten += changes.All.Sum(change => (long)change.Key.Length + (change.Value?.Length ?? 0));
        Commits.Enqueue([.. changes.All.Select(change => change.Key)]);
        journal.Enqueue($"{actorType} saved");
        var after = AfterNextCommit;
        AfterNextCommit = null;
        after?.Invoke();
        return Task.CompletedTask;
    }
}
