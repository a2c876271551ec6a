namespace StripePassKitActors.Benchmarks.Contenders;

/// <summary>Counts the events that an app took, each when its effect is saved.</summary>
internal sealed class Progress
{
    /// <summary>Longer than the broker takes to deliver again what was not answered.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Lock gate = new();
    private TaskCompletionSource reached = new();
    private long taken;
    private long awaited = long.MaxValue;

    /// <summary>One more, or several.</summary>
    public void Add(long count)
    {
        lock (gate)
        {
            taken += count;
            if (taken >= awaited) reached.TrySetResult();
        }
    }

    /// <summary>Names how many more are to come; call it before they can.</summary>
    public void Expect(int count)
    {
        lock (gate)
        {
            awaited = taken + count;
            reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until all are there.</summary>
    /// <exception cref="InvalidOperationException">They never were: events are lost.</exception>
    public async Task AllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await reached.Task.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"Events are lost: {awaited - taken} did not come within {Patience}.", late);
        }
    }
}
