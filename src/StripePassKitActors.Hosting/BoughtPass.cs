using System.Text.Json.Serialization;

namespace StripePassKitActors.Hosting;

/// <summary>What customers tells the ingress of the pass that one checkout earned: the contract of <see cref="Route"/>.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Url">The pass's link; null unless it is <see cref="CheckoutState.Ready"/>.</param>
/// <param name="Settled">Whether asking again is of no use: nothing more comes of it by itself.</param>
public sealed record BoughtPass(CheckoutState State, string? Url, bool Settled)
{
    /// <summary>The route of customers that answers it, to POST a <see cref="CheckoutQuestion"/> to.</summary>
    public const string Route = "checkout-sessions/pass";

    /// <summary>A state that shows no link, with what asking again is good for.</summary>
    public static BoughtPass Of(CheckoutState state) => new(state, null, state is not (CheckoutState.Waiting or CheckoutState.Open or CheckoutState.Pending or CheckoutState.Making));
}

/// <summary>
/// Which checkout is meant. The id stands in the body and not in the address: addresses are logged, traced and counted on their way, and whoever has
/// the id is shown the pass.
/// </summary>
/// <param name="SessionId">Stripe's id of the session, <c>cs_test_…</c> or <c>cs_live_…</c>.</param>
public sealed record CheckoutQuestion(string SessionId);

/// <summary>How the pass of one checkout stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckoutState>))]
public enum CheckoutState
{
    /// <summary>Nobody told of the checkout yet.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>Stripe has no such checkout, or it is of another account or mode.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>The buyer has not finished it.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>The buyer let it lapse.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>It saved a way to pay; nothing was bought.</summary>
    [JsonStringEnumMemberName("setup")]
    Setup,

    /// <summary>Complete; the payment is still under way, which takes some methods days.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Complete; the payment failed.</summary>
    [JsonStringEnumMemberName("unpaid")]
    Unpaid,

    /// <summary>Paid; the pass is on its way.</summary>
    [JsonStringEnumMemberName("making")]
    Making,

    /// <summary>The pass is there.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Paid, and what was bought earns no pass.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The pass was found by an address that the buyer typed: it is never shown, only mailed.</summary>
    [JsonStringEnumMemberName("mailed")]
    Mailed,

    /// <summary>Completed too long ago for the link to be shown.</summary>
    [JsonStringEnumMemberName("late")]
    Late,

    /// <summary>PassKit refused the pass; somebody has to look.</summary>
    [JsonStringEnumMemberName("trouble")]
    Trouble,
}
