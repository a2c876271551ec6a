using System.Collections.Immutable;

namespace StripePassKitActors.Core.Passes;

/// <summary>Changes that the broker has yet to take.</summary>
public sealed record PendingChanges
{
    /// <summary>How many are kept.</summary>
    public const int MostKept = 20;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<PassChange> Changes { get; init; } = [];

    /// <summary>Failed attempts in a row.</summary>
    public int Attempts { get; init; }

    /// <summary>The earliest next attempt, UTC.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>
    /// As many as are kept: of more the oldest <c>updated</c> give way, whose news the later ones hold, too; and only then what happened once.
    /// </summary>
    public static ImmutableArray<PassChange> Bounded(ImmutableArray<PassChange> changes)
    {
        while (changes.Length > MostKept)
        {
            var oldest = changes.FirstOrDefault(change => change.Kind == PassChangeKind.Updated) ?? changes[0];
            changes = changes.Remove(oldest);
        }

        return changes;
    }
}
