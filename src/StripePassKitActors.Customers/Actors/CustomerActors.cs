using System.Collections.Immutable;
using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Actors;

/// <summary>
/// The customers' actors, for the rest of the app: throws where a turn failed or could not begin, so that nobody takes silence for success.
/// Methods are called by name: a typed proxy reads the contracts of all arguments anew for each call, which costs more than the turn (ADR 3).
/// </summary>
internal sealed class CustomerActors(IActorProxyFactory proxies)
{
    /// <summary>Hands events to their customer's actor, all in one turn.</summary>
    /// <exception cref="ActorUnavailableException">Nothing was saved.</exception>
    public async Task<IReadOnlyList<EventAnswer>> ApplyAsync(CustomerId customer, IReadOnlyCollection<CustomerEvent> events) =>
        (await AskAsync(
            customer,
            actor => actor.InvokeMethodAsync<ImmutableArray<CustomerEvent>, TurnAnswer>(nameof(ICustomerActor.ApplyAsync), [.. events]),
            answer => answer.Failure)).Events;

    /// <summary>What is known of a customer; null: nothing.</summary>
    /// <exception cref="ActorUnavailableException">It could not be told.</exception>
    public async Task<Operators.CustomerInspection?> InspectAsync(CustomerId customer) =>
        (await AskAsync(customer, actor => actor.InvokeMethodAsync<InspectionAnswer>(nameof(ICustomerActor.InspectAsync)), answer => answer.Failure)).Customer;

    /// <summary>Recomputes and syncs at once; null: nobody ever heard of this customer.</summary>
    /// <exception cref="ActorUnavailableException">Nothing was saved.</exception>
    public async Task<Operators.CustomerInspection?> SyncAsync(CustomerId customer) =>
        (await AskAsync(customer, actor => actor.InvokeMethodAsync<InspectionAnswer>(nameof(ICustomerActor.SyncAsync)), answer => answer.Failure)).Customer;

    private async Task<T> AskAsync<T>(CustomerId customer, Func<ActorProxy, Task<T>> question, Func<T, string?> failure)
    {
        T answer;
        try
        {
            answer = await question(proxies.Create(new ActorId(customer.Value), CustomerActor.TypeName));
        }
        catch (Exception unreachable) when (unreachable is DaprException or HttpRequestException or OperationCanceledException)
        {
            throw new ActorUnavailableException("The customer's actor cannot be reached.", unreachable);
        }

        return failure(answer) is { } reason ? throw new ActorUnavailableException(reason) : answer;
    }
}

/// <summary>An actor cannot be reached, or its turn failed; whoever called tries again.</summary>
internal sealed class ActorUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
