using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Customers;

/// <summary>What is yet to be read from Stripe, because events alone do not settle it (rules F2, F5).</summary>
public sealed record PendingReads
{
    /// <summary>Nothing.</summary>
    public static PendingReads None { get; } = new();

    /// <summary>Objects whose events may be out of order, or took something away.</summary>
    public ImmutableArray<StripeReference> Objects { get; init; } = [];

    /// <summary>Whether the whole customer is to be read, because the pass would lose something.</summary>
    public bool Customer { get; init; }

    /// <summary>Whether what the customer bought is among them, or was read already: it is looked for once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Listed { get; init; }

    /// <summary>Failed attempts in a row.</summary>
    public int Attempts { get; init; }

    /// <summary>The next attempt, UTC; null: nothing is pending.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <inheritdoc />
    public bool Equals(PendingReads? other) =>
        other is not null && Customer == other.Customer && Listed == other.Listed && Attempts == other.Attempts && NextAttempt == other.NextAttempt && Objects.SequenceEqual(other.Objects);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Customer, Listed, Attempts, NextAttempt, Objects.Length);
}
