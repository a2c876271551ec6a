using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Money;

/// <summary>One dispute of a charge (rule M4).</summary>
public sealed record DisputeFact : Fact
{
    /// <summary>The disputed charge, <c>ch_…</c>.</summary>
    public required string ChargeId { get; init; }

    /// <summary>What is disputed, in minor units of the charge's currency.</summary>
    public required long Amount { get; init; }

    /// <summary>Stripe's status, as it writes it.</summary>
    public required string Status { get; init; }

    /// <summary>When the dispute was opened, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>
    /// When it is first known to have been lost, UTC; null while it never was. Whoever pays later is forgiven (rule B7). Stripe tells it by an event
    /// alone: of a dispute that was read, <see cref="Created"/>, as early as it can have been.
    /// </summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>
    /// Whether the money is out: while Stripe holds it back, once it is lost, and during an appeal. An inquiry (<c>warning_…</c>) moves no money,
    /// and a status that this version does not know takes nothing away.
    /// </summary>
    [JsonIgnore]
    public bool IsOut => Status is "needs_response" or "under_review" || IsLost(Status);

    /// <summary>Whether Stripe gave it a status that this version does not know.</summary>
    [JsonIgnore]
    public bool IsUnknown => !IsOut && Status is not ("won" or "prevented") && !Status.StartsWith("warning_", StringComparison.Ordinal);

    /// <summary>Of two statuses of one second, the one further along.</summary>
    public override long Progress => Status switch
    {
        "warning_needs_response" => 1,
        "warning_under_review" => 2,
        "warning_closed" => 3,
        "needs_response" => 4,
        "under_review" => 5,
        "lost" => 6,
        "appeal_needs_response" => 7,
        "appeal_under_review" => 8,
        "won" or "prevented" => 9,
        _ => 0,
    };

    /// <summary>Whether a status says that it was lost: only what was lost is appealed.</summary>
    public static bool IsLost(string status) => status == "lost" || status.StartsWith("appeal_", StringComparison.Ordinal);

    /// <summary>The row after another snapshot of the same dispute: the newer one, with the earliest loss that an event told, else the one that was read.</summary>
    public DisputeFact With(DisputeFact fact)
    {
        var newest = fact.Beats(this) ? fact : this;
        var losses = new[] { LostAt, fact.LostAt }.OfType<DateTimeOffset>().Order().ToArray();
        var lostAt = losses.Length == 0 ? (DateTimeOffset?)null : losses.FirstOrDefault(moment => moment > newest.Created, losses[0]);
        return newest with { LostAt = lostAt };
    }
}
