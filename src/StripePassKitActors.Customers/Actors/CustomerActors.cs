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
    /// <summary>Hands events to the actor of their customer, or of a guest, all in one turn; where that guest has become a customer, to that one's.</summary>
    /// <exception cref="ActorUnavailableException">It may not be saved; it can be repeated.</exception>
    public async Task<IReadOnlyList<EventAnswer>> ApplyAsync(CustomerId customer, IReadOnlyCollection<CustomerEvent> events)
    {
        var answer = await FollowAsync(
            customer,
            actor => actor.InvokeMethodAsync<ImmutableArray<CustomerEvent>, TurnAnswer>(nameof(ICustomerActor.ApplyAsync), [.. events]),
            answer => (answer.Failure, answer.ForwardTo));
        return answer.Events;
    }

    /// <summary>What became of the pass that a customer, or a guest, bought in a checkout; where that guest has become a customer, of that one's.</summary>
    /// <exception cref="ActorUnavailableException">It could not be told.</exception>
    public Task<CheckoutAnswer> PassAsync(CustomerId customer, CheckoutClaim claim) => FollowAsync(
        customer, actor => actor.InvokeMethodAsync<CheckoutClaim, CheckoutAnswer>(nameof(ICustomerActor.PassAsync), claim), answer => (answer.Failure, answer.ForwardTo));

    /// <summary>Passes on a hint of PassKit's; whether the member is the customer's.</summary>
    /// <exception cref="ActorUnavailableException">It may not be saved; it can be repeated.</exception>
    public async Task<bool> RefreshAsync(CustomerId customer, string memberId) => (await FollowAsync(
        customer, actor => actor.InvokeMethodAsync<string, HintAnswer>(nameof(ICustomerActor.RefreshAsync), memberId), answer => (answer.Failure, answer.ForwardTo))).Known;

    /// <summary>Tells a guest that its payment has become a customer's.</summary>
    /// <exception cref="ActorUnavailableException">It may not be handed over.</exception>
    public Task HandOverAsync(CustomerId guest, CustomerId customer) => AskAsync(
        guest, actor => actor.InvokeMethodAsync<string, TurnAnswer>(nameof(ICustomerActor.HandOverAsync), customer.Value), answer => answer.Failure);

    /// <summary>Tells whoever shares a pass by e-mail that one of the payments has become a customer's.</summary>
    /// <exception cref="ActorUnavailableException">It may not be handed over.</exception>
    public Task HandOverPaymentAsync(CustomerId shared, PaymentHandover handover) => AskAsync(
        shared, actor => actor.InvokeMethodAsync<PaymentHandover, TurnAnswer>(nameof(ICustomerActor.HandOverPaymentAsync), handover), answer => answer.Failure);

    /// <summary>Gives a customer what a guest hands over.</summary>
    /// <exception cref="ActorUnavailableException">It may not be saved; it can be repeated.</exception>
    public Task<HandoverAnswer> TakeOverAsync(CustomerId customer, Handover handover) => AskAsync(
        customer, actor => actor.InvokeMethodAsync<Handover, HandoverAnswer>(nameof(ICustomerActor.TakeOverAsync), handover), answer => answer.Failure);

    /// <summary>Has PassKit mail the pass of a customer, or of whoever that guest has become.</summary>
    /// <exception cref="ActorUnavailableException">It may not be mailed.</exception>
    public Task<EmailAnswer> EmailAsync(CustomerId customer) =>
        FollowAsync(customer, actor => actor.InvokeMethodAsync<EmailAnswer>(nameof(ICustomerActor.EmailAsync)), answer => (answer.Failure, answer.ForwardTo));

    /// <summary>What is known of a customer; null: nothing.</summary>
    /// <exception cref="ActorUnavailableException">It could not be told.</exception>
    public async Task<Operators.CustomerInspection?> InspectAsync(CustomerId customer) =>
        (await AskAsync(customer, actor => actor.InvokeMethodAsync<InspectionAnswer>(nameof(ICustomerActor.InspectAsync)), answer => answer.Failure)).Customer;

    /// <summary>Recomputes and syncs at once; null: nobody ever heard of this customer.</summary>
    /// <exception cref="ActorUnavailableException">It may not be saved; it can be repeated.</exception>
    public async Task<Operators.CustomerInspection?> SyncAsync(CustomerId customer) =>
        (await AskAsync(customer, actor => actor.InvokeMethodAsync<InspectionAnswer>(nameof(ICustomerActor.SyncAsync)), answer => answer.Failure)).Customer;

    /// <summary>Forgets a customer; who is to be forgotten instead, where that is another.</summary>
    /// <exception cref="ActorUnavailableException">Nothing of the state is forgotten yet.</exception>
    public Task<ForgetAnswer> ForgetAsync(CustomerId customer) =>
        AskAsync(customer, actor => actor.InvokeMethodAsync<ForgetAnswer>(nameof(ICustomerActor.ForgetAsync)), answer => answer.Failure);

    /// <summary>
    /// Forgets a guest who became that customer. Patience ends the waiting and not the call: the guest may be waiting for the customer's turn, to hand over.
    /// </summary>
    /// <exception cref="ActorUnavailableException">The guest may know something yet; it can be repeated.</exception>
    public Task<ForgetAnswer> ForgetFormerGuestAsync(CustomerId guest, CustomerId customer, CancellationToken patience) => AskAsync(
        guest, actor => actor.InvokeMethodAsync<string, ForgetAnswer>(nameof(ICustomerActor.ForgetFormerGuestAsync), customer.Value).WaitAsync(patience), answer => answer.Failure);

    /// <summary>A payment goes from the guest to the guest by e-mail to the customer.</summary>
    private const int MostHops = 4;

    private async Task<T> FollowAsync<T>(CustomerId customer, Func<ActorProxy, Task<T>> question, Func<T, (string? Failure, string? ForwardTo)> outcome)
    {
        for (var hop = 0; hop < MostHops; hop++)
        {
            var answer = await AskAsync(customer, question, answer => outcome(answer).Failure);
            if (!CustomerId.TryParse(outcome(answer).ForwardTo, out var owner)) return answer;
            customer = owner;
        }

        throw new ActorUnavailableException("A guest's payment is forwarded in a circle.");
    }

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
