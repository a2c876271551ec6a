using System.Collections.Immutable;
using Dapr.Actors;
using Dapr.Actors.Client;

namespace StripePassKitActors.Customers.DeadLetters;

/// <summary>The dead letters, for the rest of the app: throws where the actor cannot be reached, so that nobody takes silence for success.</summary>
internal sealed partial class DeadLetterBox(IActorProxyFactory actors, CustomersMetrics metrics, ILogger<DeadLetterBox> logger)
{
    private static readonly ActorId TheOne = new("all");

    /// <summary>Parks a letter; the same one again is no second letter.</summary>
    /// <exception cref="DeadLettersUnavailableException">It is not known to be parked.</exception>
    public async Task ParkAsync(DeadLetter letter, CancellationToken patience = default)
    {
        await AskAsync(
            actor => actor.InvokeMethodAsync<DeadLetter, DeadLetterAnswer>(nameof(IDeadLettersActor.ParkAsync), letter), answer => answer.Failure, patience);
        metrics.EventParked();
        LogParked(logger, letter.Id, letter.Kind);
    }

    /// <summary>The letter with its event; null: there is none.</summary>
    /// <exception cref="DeadLettersUnavailableException">It could not be read.</exception>
    public async Task<DeadLetter?> GetAsync(string id) => (await AskAsync(
        actor => actor.InvokeMethodAsync<string, DeadLetterAnswer>(nameof(IDeadLettersActor.GetAsync), id), answer => answer.Failure)).Letter;

    /// <summary>Removes a letter and returns it; null: there was none.</summary>
    /// <exception cref="DeadLettersUnavailableException">It may still be there.</exception>
    public async Task<DeadLetter?> DiscardAsync(string id, CancellationToken patience = default) => (await AskAsync(
        actor => actor.InvokeMethodAsync<string, DeadLetterAnswer>(nameof(IDeadLettersActor.DiscardAsync), id), answer => answer.Failure, patience)).Letter;

    /// <summary>Removes those of some letters that name one of these ids; how many there were, and where to go on.</summary>
    /// <exception cref="DeadLettersUnavailableException">They may still be there.</exception>
    public Task<DeadLetterCountAnswer> DiscardOfAsync(ImmutableArray<string> names, long from, CancellationToken patience) => AskAsync(
        actor => actor.InvokeMethodAsync<DeadLetterSearch, DeadLetterCountAnswer>(nameof(IDeadLettersActor.DiscardOfAsync), new DeadLetterSearch(names, from)), answer => answer.Failure, patience);

    /// <summary>Letters without their events, oldest first, and the number to go on after; null: no more.</summary>
    /// <exception cref="DeadLettersUnavailableException">They could not be read.</exception>
    public Task<DeadLetterListAnswer> ListAsync(DeadLetterQuery query) => AskAsync(
        actor => actor.InvokeMethodAsync<DeadLetterQuery, DeadLetterListAnswer>(nameof(IDeadLettersActor.ListAsync), query), answer => answer.Failure);

    /// <summary>Patience ends the waiting and not the call: a call that is given up lets two turns overlap in the sidecar (ADR 1).</summary>
    private async Task<T> AskAsync<T>(Func<ActorProxy, Task<T>> question, Func<T, string?> failure, CancellationToken patience = default)
    {
        T answer;
        try
        {
            patience.ThrowIfCancellationRequested();
            answer = await question(actors.Create(TheOne, DeadLettersActor.TypeName)).WaitAsync(patience);
        }
        catch (Exception unreachable) when (unreachable is Dapr.DaprException or HttpRequestException or OperationCanceledException)
        {
            throw new DeadLettersUnavailableException("The dead letters' actor cannot be reached.", unreachable);
        }

        return failure(answer) is { } reason ? throw new DeadLettersUnavailableException(reason) : answer;
    }

    [LoggerMessage(2302, LogLevel.Warning, "Parked {Id} ({Kind}) as a dead letter.")]
    private static partial void LogParked(ILogger logger, string id, DeadLetterKind kind);
}

/// <summary>The dead letters cannot be read or written now.</summary>
internal sealed class DeadLettersUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
