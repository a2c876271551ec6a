namespace StripePassKitActors.Core.Membership;

/// <summary>A subscription's invoice, as far as it starts or ends a grace period. It is never money (rule M1) and grants nothing (rule B4).</summary>
public sealed record InvoiceFact : Fact
{
    /// <summary>The subscription that it bills.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>When the invoice was made, UTC: the oldest open one starts the grace period (rule B5).</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Whether it is still owed; paid, void and uncollectible ones are not.</summary>
    public required bool Open { get; init; }

    /// <summary>When a payment of it is known to have failed first, UTC; null when none was seen to fail.</summary>
    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>When it was due, UTC; null for invoices that are charged automatically.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Of two snapshots of one second, the closed one is the later.</summary>
    public override long Progress => Open ? 0 : 1;

    /// <summary>
    /// The row after another snapshot of the same invoice: the newer snapshot, with the earliest failure that any of them knew.
    /// </summary>
    public InvoiceFact With(InvoiceFact fact)
    {
        var newest = fact.Beats(this) ? fact : this;
        var failures = new[] { FailedAt, fact.FailedAt }.OfType<DateTimeOffset>().ToArray();
        var failedAt = failures.Length == 0 ? (DateTimeOffset?)null : failures.Min();
        return newest with { FailedAt = failedAt };
    }
}
