using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Passes;

/// <summary>Which of a member's balances follows net spend (rule P6).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PointsField>))]
public enum PointsField
{
    /// <summary>None: points are left to others.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The points that stand for a tier, which nobody redeems.</summary>
    [JsonStringEnumMemberName("tierPoints")]
    TierPoints,

    /// <summary>The points that holders redeem: writing them undoes what was redeemed in PassKit.</summary>
    [JsonStringEnumMemberName("points")]
    Points,
}
