using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Money;

/// <summary>All that is known of one charge: its own fact, its refunds' and its disputes', each with its own as-of, and what of it is in the totals.</summary>
public sealed record ChargeLedger
{
    /// <summary>The charge, <c>ch_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Null while only a refund or a dispute of it was seen.</summary>
    public ChargeFact? Charge { get; init; }

    /// <summary>One row a refund, in the order of their ids.</summary>
    public ImmutableArray<RefundFact> Refunds { get; init; } = [];

    /// <summary>One row a dispute, in the order of their ids.</summary>
    public ImmutableArray<DisputeFact> Disputes { get; init; } = [];

    /// <summary>What this charge adds to the customer's totals now, in minor units of the charge's currency.</summary>
    public long Counted { get; init; }

    /// <summary>What of <see cref="Counted"/> refunds took off, in the same units (rule M7).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long CountedRefunds { get; init; }

    /// <summary>Refunded money, the released remainder of a partial capture not among it (rules M2, M3).</summary>
    [JsonIgnore]
    public long Refunded
    {
        get
        {
            if (Charge is null) return 0;
            var standing = Refunds.Where(refund => refund.Stands).Sum(refund => refund.Amount);
            var cameBack = Refunds.Where(refund => !refund.Stands).Sum(refund => refund.Amount);
            var released = Math.Max(0, Charge.Amount - Charge.Captured);
            return Math.Max(0, (Charge.RefundsListed ? standing : Math.Max(standing, Charge.AmountRefunded - cameBack)) - released);
        }
    }

    /// <summary>Money that disputes hold or lost (rule M4).</summary>
    [JsonIgnore]
    public long Disputed => Disputes.Where(dispute => dispute.IsOut).Sum(dispute => dispute.Amount);

    /// <summary>Net spend of this charge: captured less refunded less disputed, never below zero (rule M2).</summary>
    [JsonIgnore]
    public long Net => Math.Max(0, Captured - Refunded - Disputed);

    /// <summary>What net spend would be if nothing had been refunded (rule M7).</summary>
    [JsonIgnore]
    public long BeforeRefunds => Math.Max(0, Captured - Disputed);

    /// <summary>Whether the payment is undone, by a full refund or a lost dispute: what was bought with it is no longer earned (rule B3).</summary>
    [JsonIgnore]
    public bool IsUndone => Captured > 0 && (Refunded >= Captured || Disputes.Any(dispute => dispute is { IsOut: true, LostAt: not null }));

    /// <summary>Whether nothing is known.</summary>
    [JsonIgnore]
    public bool IsEmpty => Charge is null && Refunds.IsEmpty && Disputes.IsEmpty;

    /// <summary>Whether a refund or a dispute came before its charge.</summary>
    [JsonIgnore]
    public bool IsAwaited => Charge is null && !IsEmpty;

    private long Captured => Charge is { Succeeded: true } ? Charge.Captured : 0;

    /// <summary>An empty ledger.</summary>
    public static ChargeLedger Of(string chargeId) => new() { Id = chargeId };

    /// <summary>The ledger with a charge, a refund or a dispute of it; the same instance if the fact is older than what is known.</summary>
    /// <exception cref="InvalidFactException">The charge changed its currency.</exception>
    public ChargeLedger With(Fact fact) => fact switch
    {
        ChargeFact charge => With(charge),
        RefundFact refund => With(refund),
        DisputeFact dispute => With(dispute),
        _ => this,
    };

    private ChargeLedger With(ChargeFact fact)
    {
        if (Charge is { } known && known.Currency != fact.Currency)
        {
            throw new InvalidFactException($"Charge {fact.Id} was in {known.Currency} and is now in {fact.Currency}; a charge never changes its currency.");
        }

        return fact.Beats(Charge) ? this with { Charge = fact } : this;
    }

    private ChargeLedger With(RefundFact fact)
    {
        var known = Refunds.FirstOrDefault(refund => refund.Id == fact.Id);
        if (!fact.Beats(known)) return this;
        var rows = known is null ? Refunds.Add(fact) : Refunds.Replace(known, fact);
        return this with { Refunds = [.. rows.OrderBy(refund => refund.Id, StringComparer.Ordinal)] };
    }

    private ChargeLedger With(DisputeFact fact)
    {
        var known = Disputes.FirstOrDefault(dispute => dispute.Id == fact.Id);
        var row = known?.With(fact) ?? fact;
        if (row == known) return this;
        var rows = known is null ? Disputes.Add(row) : Disputes.Replace(known, row);
        return this with { Disputes = [.. rows.OrderBy(dispute => dispute.Id, StringComparer.Ordinal)] };
    }
}
