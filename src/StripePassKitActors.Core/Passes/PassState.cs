using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Passes;

/// <summary>How PassKit and we stand.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PassState>))]
public enum PassState
{
    /// <summary>There is no pass, and none is made as things stand: nothing was earned, or the merchant deleted it (rule P8).</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>PassKit is yet to be told; the <c>wake</c> reminder tries again.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>PassKit agrees, expired passes included.</summary>
    [JsonStringEnumMemberName("synced")]
    Synced,

    /// <summary>PassKit refused this member's own data; trying again would not help.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
