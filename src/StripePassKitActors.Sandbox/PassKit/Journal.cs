namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>What happened, in order, for whoever looks back or waits for it. Safe for several threads.</summary>
public abstract class Journal<TEntry>
    where TEntry : class
{
    private readonly Lock gate = new();
    private readonly List<(long Number, TEntry Entry)> entries = [];
    private TaskCompletionSource changed = NewSignal();
    private long count;

    /// <summary>A snapshot.</summary>
    public IReadOnlyList<TEntry> All
    {
        get
        {
            lock (gate) return [.. entries.Select(known => known.Entry)];
        }
    }

    /// <summary>Forgets every entry, those under way included.</summary>
    public void Clear()
    {
        lock (gate) entries.Clear();
    }

    /// <summary>Waits until there is an entry that matches, and returns the first such.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task<TEntry> WaitForAsync(Func<TEntry, bool> matches, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (entries.Find(known => matches(known.Entry)).Entry is { } found) return found;
                next = changed.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends with the next entry, or the next change of one.</summary>
    internal Task NextChange()
    {
        lock (gate) return changed.Task;
    }

    /// <summary>Changes an entry, unless it was forgotten.</summary>
    internal void Update(long number, Func<TEntry, TEntry> change)
    {
        lock (gate)
        {
            var index = entries.FindLastIndex(known => known.Number == number);
            if (index < 0) return;
            entries[index] = (number, change(entries[index].Entry));
            Announce();
        }
    }

    /// <summary>Adds an entry, made with its number: they count from 1.</summary>
    private protected long Add(Func<long, TEntry> make)
    {
        lock (gate)
        {
            entries.Add((++count, make(count)));
            Announce();
            return count;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Announce()
    {
        changed.SetResult();
        changed = NewSignal();
    }
}
