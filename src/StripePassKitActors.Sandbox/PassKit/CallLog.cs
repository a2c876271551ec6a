namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>One call that reached the sandbox.</summary>
/// <param name="Number">Counts from 1 in order of arrival, over the sandbox's life.</param>
/// <param name="At">When it arrived, on the sandbox's clock, in UTC.</param>
/// <param name="Verb">Upper case.</param>
/// <param name="Path">As it came, escapes and all.</param>
/// <param name="Status">What was answered; null while, or if ever, nothing was: too slow for the caller, or cut off.</param>
/// <param name="MemberId">The member it was about, as far as known.</param>
/// <param name="ExternalId">That member's external id, as far as known.</param>
public sealed record Call(long Number, DateTimeOffset At, string Verb, string Path, int? Status, string? MemberId, string? ExternalId);

/// <summary>What was called, in order of arrival. Safe for several threads. A call is in it before its answer leaves.</summary>
public sealed class CallLog
{
    private readonly Lock gate = new();
    private readonly List<Call> calls = [];
    private TaskCompletionSource changed = NewSignal();
    private long count;

    /// <summary>A snapshot.</summary>
    public IReadOnlyList<Call> All
    {
        get
        {
            lock (gate) return [.. calls];
        }
    }

    /// <summary>Forgets every call, those under way included.</summary>
    public void Clear()
    {
        lock (gate) calls.Clear();
    }

    /// <summary>Waits until the log holds a call that matches, and returns the first such.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task<Call> WaitForAsync(Func<Call, bool> matches, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (calls.Find(call => matches(call)) is { } found) return found;
                next = changed.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends when the next call comes or is answered.</summary>
    internal Task NextChange()
    {
        lock (gate) return changed.Task;
    }

    internal long Arrived(DateTimeOffset at, string verb, string path)
    {
        lock (gate)
        {
            calls.Add(new Call(++count, at, verb, path, null, null, null));
            Announce();
            return count;
        }
    }

    internal void Update(long number, Func<Call, Call> change)
    {
        lock (gate)
        {
            var index = calls.FindLastIndex(call => call.Number == number);
            if (index < 0) return;
            calls[index] = change(calls[index]);
            Announce();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Announce()
    {
        changed.SetResult();
        changed = NewSignal();
    }
}
