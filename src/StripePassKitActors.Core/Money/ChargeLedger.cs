using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Money;

/// <summary>All that is known of one charge: its own fact and its refunds', each with its own as-of, and what of it is in the totals.</summary>
public sealed record ChargeLedger
{
    /// <summary>The charge, <c>ch_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Null while only a refund of it was seen.</summary>
    public ChargeFact? Charge { get; init; }

    /// <summary>One row a refund, in the order of their ids.</summary>
    public ImmutableArray<RefundFact> Refunds { get; init; } = [];

    /// <summary>What this charge adds to the customer's total now, in minor units of the charge's currency.</summary>
    public long Counted { get; init; }

    /// <summary>Refunded money, the released remainder of a partial capture not among it (rules M2, M3 without a key).</summary>
    [JsonIgnore]
    public long Refunded
    {
        get
        {
            if (Charge is null) return 0;
            var standing = Refunds.Where(refund => refund.Stands).Sum(refund => refund.Amount);
            var cameBack = Refunds.Where(refund => !refund.Stands).Sum(refund => refund.Amount);
            var released = Math.Max(0, Charge.Amount - Charge.Captured);
            return Math.Max(0, Math.Max(standing, Charge.AmountRefunded - cameBack) - released);
        }
    }

    /// <summary>Net spend of this charge: captured less refunded, never below zero (rule M2).</summary>
    [JsonIgnore]
    public long Net => Charge is { Succeeded: true } ? Math.Max(0, Charge.Captured - Refunded) : 0;

    /// <summary>Whether nothing is known.</summary>
    [JsonIgnore]
    public bool IsEmpty => Charge is null && Refunds.IsEmpty;

    /// <summary>Whether a refund came before its charge.</summary>
    [JsonIgnore]
    public bool IsAwaited => Charge is null && !Refunds.IsEmpty;

    /// <summary>An empty ledger.</summary>
    public static ChargeLedger Of(string chargeId) => new() { Id = chargeId };

    /// <summary>The ledger with a charge or a refund of it; the same instance if the fact is older than what is known.</summary>
    /// <exception cref="InvalidFactException">The charge changed its currency.</exception>
    public ChargeLedger With(Fact fact) => fact switch
    {
        ChargeFact charge => With(charge),
        RefundFact refund => With(refund),
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
}
