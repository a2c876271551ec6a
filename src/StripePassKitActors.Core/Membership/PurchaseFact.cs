using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Membership;

/// <summary>
/// A paid checkout session or invoice outside a subscription (rule B3). It can earn a tier and is never money (rule M1). Its id is the
/// session's or the invoice's.
/// </summary>
public sealed record PurchaseFact : Fact
{
    /// <summary>The payment: its intent <c>pi_…</c>, of old invoices the charge <c>ch_…</c>; null where it is not told.</summary>
    public string? Payment { get; init; }

    /// <summary>When Stripe made the session or the invoice, UTC; null where an older version wrote it down, or Stripe does not tell.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When it is first known to have been paid, UTC.</summary>
    public required DateTimeOffset PaidAt { get; init; }

    /// <summary>
    /// Whether <see cref="PaidAt"/> is when the charge of a session that was read was made: of a delayed payment, days before it went through. What an
    /// event tells counts before it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PaidAtRead { get; init; }

    /// <summary>The invoice that a session made for the same purchase; it earns nothing beside its session.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>What was bought, as far as it is known.</summary>
    public ImmutableArray<PurchasedItem> Items { get; init; } = [];

    /// <summary>Whether its payment was fully refunded, or lost in a dispute.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Undone { get; init; }

    /// <summary>Whether <see cref="Items"/> were read once: what was bought never changes, and events cannot tell all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LinesRead { get; init; }

    /// <inheritdoc />
    public override bool IsIncomplete => !KnowsLines;

    private bool KnowsLines => LinesRead || AsOf.Read;

    /// <summary>
    /// The row after another snapshot of the same purchase: the newer one, with the earliest payment that an event told, else that was read. Lines
    /// that were read stay where a later event cannot tell them.
    /// </summary>
    public PurchaseFact With(PurchaseFact fact)
    {
        var later = fact.Beats(this);
        var (newest, other) = later ? (fact, this) : (this, fact);
        var paid = PaidAtRead == fact.PaidAtRead ? (PaidAt <= fact.PaidAt ? this : fact) : PaidAtRead ? fact : this;
        var adds = !ReferenceEquals(paid, this) || (Payment ?? fact.Payment) != Payment || (InvoiceId ?? fact.InvoiceId) != InvoiceId || (Created ?? fact.Created) != Created || (fact.KnowsLines && !KnowsLines);
        if (!later && !adds) return this;
        return newest with
        {
            Created = newest.Created ?? other.Created,
            PaidAt = paid.PaidAt,
            PaidAtRead = paid.PaidAtRead,
            Payment = newest.Payment ?? other.Payment,
            InvoiceId = newest.InvoiceId ?? other.InvoiceId,
            Items = other.KnowsLines && !newest.KnowsLines ? other.Items : newest.Items,
            LinesRead = KnowsLines || fact.KnowsLines,
            Undone = Undone,
        };
    }
}
