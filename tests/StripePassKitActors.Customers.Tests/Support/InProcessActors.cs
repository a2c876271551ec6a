using Dapr.Actors;
using Dapr.Actors.Client;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Proxies that call the actor itself.</summary>
/// <param name="find">The actor of a type and an id.</param>
internal sealed class InProcessActors(Func<string, ActorId, object> find) : IActorProxyFactory
{
    /// <summary>How many of the next calls find no actor.</summary>
    public int Failing { get; set; }

    public TActorInterface CreateActorProxy<TActorInterface>(ActorId actorId, string actorType, ActorProxyOptions? options = null)
        where TActorInterface : IActor
    {
        if (Failing == 0) return (TActorInterface)find(actorType, actorId);
        Failing--;
        throw new HttpRequestException("The sidecar is away.");
    }

    public object CreateActorProxy(ActorId actorId, Type actorInterfaceType, string actorType, ActorProxyOptions? options = null) =>
        throw new NotSupportedException();

    public ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null) => throw new NotSupportedException();
}
