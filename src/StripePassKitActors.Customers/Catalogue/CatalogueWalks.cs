using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Stripe;

namespace StripePassKitActors.Customers.Catalogue;

/// <summary>The actors of prices and products, for the rest of the app.</summary>
internal sealed class CatalogueWalks(IActorProxyFactory proxies, Rereading rereading)
{
    /// <summary>Whether holders are looked for: it takes reading. Otherwise a price's change reaches them with their own next event.</summary>
    public bool IsOn => rereading.IsOn;

    /// <summary>Returns once it is saved that those who hold what changed are to be told.</summary>
    /// <exception cref="ActorUnavailableException">Nothing was saved.</exception>
    public async Task BeginAsync(EventReading.Catalogue changed)
    {
        var (kind, id) = (changed.Changed.Kind, changed.Changed.Id);
        CatalogueAnswer answer;
        try
        {
            // With its kind: merchants choose ids of products and of old prices, and may choose the same.
            answer = await proxies.Create(new ActorId($"{kind}-{id}"), CatalogueActor.TypeName)
                .InvokeMethodAsync<CatalogueChange, CatalogueAnswer>(nameof(ICatalogueActor.ChangedAsync), new CatalogueChange(changed.EventId, changed.Type, kind, id));
        }
        catch (Exception unreachable) when (unreachable is DaprException or HttpRequestException or OperationCanceledException)
        {
            throw new ActorUnavailableException($"The {kind}'s actor cannot be reached.", unreachable);
        }

        if (answer.Failure is { } reason) throw new ActorUnavailableException(reason);
    }
}
