using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Passes;

/// <summary>What happened to a customer's pass. The names are a contract with those who subscribe to changes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PassChangeKind>))]
public enum PassChangeKind
{
    /// <summary>The customer's first pass was made, or an existing member was adopted.</summary>
    [JsonStringEnumMemberName("issued")]
    Issued,

    /// <summary>The pass shows something else, or the customer stands otherwise.</summary>
    [JsonStringEnumMemberName("updated")]
    Updated,

    /// <summary>The pass is no longer valid.</summary>
    [JsonStringEnumMemberName("revoked")]
    Revoked,

    /// <summary>The same pass is valid again.</summary>
    [JsonStringEnumMemberName("revived")]
    Revived,

    /// <summary>Another pass took the place of the earlier one: the holder needs its link.</summary>
    [JsonStringEnumMemberName("reissued")]
    Reissued,

    /// <summary>Somebody has it on a device.</summary>
    [JsonStringEnumMemberName("installed")]
    Installed,

    /// <summary>It was removed from the last device.</summary>
    [JsonStringEnumMemberName("removed")]
    Removed,
}
