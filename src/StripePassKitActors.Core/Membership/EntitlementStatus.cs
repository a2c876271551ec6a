using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Membership;

/// <summary>How a customer stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntitlementStatus>))]
public enum EntitlementStatus
{
    /// <summary>Never earned a pass.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Entitled.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>A payment failed; honoured until the grace period ends.</summary>
    [JsonStringEnumMemberName("grace")]
    Grace,

    /// <summary>Unpaid or paused: no valid pass, until it is paid or resumed.</summary>
    [JsonStringEnumMemberName("suspended")]
    Suspended,

    /// <summary>Over.</summary>
    [JsonStringEnumMemberName("ended")]
    Ended,
}
