using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using StripePassKitActors.Customers.Actors;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>The sidecar's state, with commits of customers that fail on demand.</summary>
internal sealed class FailingState(IActorState inner) : IActorState
{
    private int failures;

    /// <summary>How many have failed.</summary>
    public int Failed { get; private set; }

    public void FailNextCommits(int count) => Interlocked.Exchange(ref failures, count);

    public Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class => inner.ReadAsync(actorType, actor, key, type);

    public Task CommitAsync(string actorType, ActorId actor, StateChanges changes)
    {
        if (actorType != CustomerActor.TypeName || Interlocked.Decrement(ref failures) < 0) return inner.CommitAsync(actorType, actor, changes);
        Failed++;
        throw new HttpRequestException("This commit was told to fail.");
    }
}
