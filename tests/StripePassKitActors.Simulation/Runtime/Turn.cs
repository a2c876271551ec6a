namespace StripePassKitActors.Simulation.Runtime;

/// <summary>One turn of an actor, for whoever watches it.</summary>
internal sealed class Turn
{
    private static readonly AsyncLocal<Turn?> TheCurrent = new();

    /// <summary>The turn that this code is part of.</summary>
    public static Turn? Current
    {
        get => TheCurrent.Value;
        set => TheCurrent.Value = value;
    }

    /// <summary>Whose turn it is.</summary>
    public required string Actor { get; init; }

    /// <summary>The events that it was given.</summary>
    public IReadOnlyList<string> Events { get; set; } = [];

    /// <summary>Whether PassKit said once that what is there is not.</summary>
    public bool ToldMissing { get; set; }

    /// <summary>Of which version of the state it last read the record.</summary>
    public long? ReadVersion { get; set; }
}
