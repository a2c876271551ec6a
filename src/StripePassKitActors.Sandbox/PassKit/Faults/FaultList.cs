namespace StripePassKitActors.Sandbox.PassKit.Faults;

/// <summary>The faults in force. Safe for several threads.</summary>
public sealed class FaultList
{
    private readonly Lock gate = new();
    private List<Fault> faults = [];

    /// <summary>A snapshot; <see cref="Fault.Times"/> is what is left.</summary>
    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (gate) return [.. faults];
        }
    }

    /// <summary>Puts these in force in place of all others.</summary>
    public void Set(params IEnumerable<Fault> inForce)
    {
        lock (gate) faults = [.. inForce.Where(fault => fault.Times is not <= 0)];
    }

    /// <summary>Everything works again, for calls to come.</summary>
    public void Clear() => Set();

    /// <summary>What happens to this call: the first fault that slows it, and the first that does anything else.</summary>
    internal (Fault? Slow, Fault? Other) Take(string verb, string path)
    {
        lock (gate)
        {
            return (TakeFirst(fault => fault.Kind is FaultKind.Slow && fault.Concerns(verb, path)),
                TakeFirst(fault => fault.Kind is not FaultKind.Slow && !fault.IsForWebhooks && fault.Concerns(verb, path)));
        }
    }

    /// <summary>What happens to this webhook; null: it is sent as it should be.</summary>
    internal Fault? TakeForWebhook(string verb, string url, string passEvent)
    {
        lock (gate) return TakeFirst(fault => fault.IsForWebhooks && fault.Concerns(verb, url) && (fault.Event is null || fault.Event == passEvent));
    }

    private Fault? TakeFirst(Predicate<Fault> concerns)
    {
        var index = faults.FindIndex(concerns);
        if (index < 0) return null;
        var fault = faults[index];
        if (fault.Times is 1) faults.RemoveAt(index);
        else if (fault.Times is { } times) faults[index] = fault with { Times = times - 1 };
        return fault;
    }
}
