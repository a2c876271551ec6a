using StripePassKitActors.Simulation.Runtime;

namespace StripePassKitActors.Simulation.Stories;

/// <summary>How a customer's pass and what must be true of it differ.</summary>
/// <param name="Customer">Whose.</param>
/// <param name="Differences">In lines.</param>
/// <param name="Explanation">The rule that allows it; null: nothing does.</param>
internal sealed record Difference(string Customer, IReadOnlyList<string> Differences, string? Explanation)
{
    /// <summary>In which life it happened.</summary>
    public required int Life { get; init; }
}

/// <summary>What became of a world.</summary>
internal sealed record WorldResult(ulong Seed, IReadOnlyList<Difference> Differences)
{
    public required int Events { get; init; }

    public required int Deliveries { get; init; }

    public required int Turns { get; init; }

    public required int Overlaps { get; init; }

    public required int Deaths { get; init; }

    public required int Undone { get; init; }

    public required int Reminders { get; init; }

    public required int Parked { get; init; }

    public required int Replayed { get; init; }

    public required int Stayed { get; init; }

    public required int ByHand { get; init; }

    public required int LeftBehind { get; init; }

    public required int Forgotten { get; init; }

    public required int Relabelled { get; init; }

    public required int PassKitCalls { get; init; }

    public required int StripeReads { get; init; }

    public required int LargestTurn { get; init; }

    public required IReadOnlyDictionary<Trouble, int> Troubles { get; init; }

    /// <summary>All mischief that was done, by name.</summary>
    public required IReadOnlyList<string> Mischief { get; init; }

    /// <summary>What nothing explains.</summary>
    public IEnumerable<Difference> Failures => Differences.Where(difference => difference.Explanation is null);
}
