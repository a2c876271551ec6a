using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>The sidecar's state, with what happens to customers' records written down, and commits that fail on demand.</summary>
internal sealed class RecordedState(IActorState inner) : IActorState
{
    private int failures;

    /// <summary><c>read</c> when a turn begins, <c>saved</c> when it has ended.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public void FailNextCommits(int count) => Interlocked.Exchange(ref failures, count);

    public Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class
    {
        if (key == "customer") Log.Enqueue("read");
        return inner.ReadAsync(actorType, actor, key, type);
    }

    public async Task CommitAsync(string actorType, ActorId actor, StateChanges changes)
    {
        if (actorType == CustomerActor.TypeName && Interlocked.Decrement(ref failures) >= 0)
        {
            Log.Enqueue("failed");
            throw new HttpRequestException("This commit was told to fail.");
        }

        await inner.CommitAsync(actorType, actor, changes);
        if (actorType == CustomerActor.TypeName) Log.Enqueue("saved");
    }
}
