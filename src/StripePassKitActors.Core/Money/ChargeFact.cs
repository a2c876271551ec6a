namespace StripePassKitActors.Core.Money;

/// <summary>A Stripe charge: the only thing that is money (rule M1). Amounts in minor units of <see cref="Currency"/>.</summary>
public sealed record ChargeFact : Fact
{
    /// <summary>When the charge was made, UTC: the moment that its money belongs to (rule M6).</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Three lower-case letters, as Stripe writes it.</summary>
    public required string Currency { get; init; }

    /// <summary>What was authorised.</summary>
    public required long Amount { get; init; }

    /// <summary>What was captured; zero while a charge is only authorised.</summary>
    public required long Captured { get; init; }

    /// <summary>Stripe's cumulative <c>amount_refunded</c>, the released remainder of a partial capture included.</summary>
    public required long AmountRefunded { get; init; }

    /// <summary>The payment intent, <c>pi_…</c>; null for old direct charges.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>Whether all refunds of it were read together with it, so that their sum is what was refunded (rule M3 with a key).</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool RefundsListed { get; init; }

    /// <summary>What a payment is known by: its intent, else the charge itself.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Payment => PaymentIntentId ?? Id;

    /// <summary>Whether the charge succeeded; a pending or failed one is worth nothing.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>A charge is captured, then refunded: of two snapshots of one second the one with more of both is the later.</summary>
    public override long Progress => Succeeded ? Captured + AmountRefunded : -1;
}
