namespace StripePassKitActors.Local.Sidecar.Actors;

/// <summary>
/// One actor's turns: one at a time, in the order in which they were asked for. Who gives up while waiting gives up only their own turn.
/// </summary>
internal sealed class Turns
{
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;
    private int count;

    /// <summary>Whether nobody is inside and nobody waits.</summary>
    public bool IsIdle
    {
        get { lock (gate) return count == 0; }
    }

    public async Task<T> TakeAsync<T>(Func<Task<T>> turn, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (gate)
        {
            (before, last) = (last, mine.Task);
            count++;
        }

        try
        {
            await before.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = PassOnAsync(before, mine);
            throw;
        }

        try
        {
            return await turn();
        }
        finally
        {
            End(mine);
        }
    }

    private async Task PassOnAsync(Task before, TaskCompletionSource mine)
    {
        await before;
        End(mine);
    }

    private void End(TaskCompletionSource mine)
    {
        lock (gate) count--;
        mine.SetResult();
    }
}
