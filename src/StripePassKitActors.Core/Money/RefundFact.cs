namespace StripePassKitActors.Core.Money;

/// <summary>One refund of a charge. It can fail after it succeeded; the money then counts again (rule M3).</summary>
public sealed record RefundFact : Fact
{
    /// <summary>The refunded charge, <c>ch_…</c>.</summary>
    public required string ChargeId { get; init; }

    /// <summary>In minor units of the charge's currency.</summary>
    public required long Amount { get; init; }

    /// <summary>Stripe's status, as it writes it.</summary>
    public required string Status { get; init; }

    /// <summary>Whether the money is out: <c>succeeded</c>, <c>pending</c> and <c>requires_action</c> (rule M3).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Stands => Status is "succeeded" or "pending" or "requires_action";

    /// <summary>Of two statuses of one second, the one further along.</summary>
    public override long Progress => Status switch
    {
        "pending" => 1,
        "requires_action" => 2,
        "succeeded" => 3,
        _ => 4,
    };
}
