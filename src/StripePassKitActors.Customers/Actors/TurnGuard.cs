namespace StripePassKitActors.Customers.Actors;

/// <summary>
/// Lets one turn at a time into an actor, from its first read to its save. Dapr's own lock does not suffice: a queued caller that gives up
/// starts the next call while another still runs, and service invocation reaches an actor's routes past it (ADR 1).
/// </summary>
internal sealed class TurnGuard
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Runs a turn when all earlier ones are over. It is never cancelled half way: its caller may give up, its effects are wanted.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> body)
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            return await body();
        }
        finally
        {
            turn.Release();
        }
    }
}
