using System.Text.Json.Serialization;

namespace StripePassKitActors.Core.Customers;

/// <summary>What became of an event.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>It told something new.</summary>
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>It was known already.</summary>
    [JsonStringEnumMemberName("duplicate")]
    Duplicate,

    /// <summary>Something newer was known.</summary>
    [JsonStringEnumMemberName("stale")]
    Stale,

    /// <summary>It holds nothing that a pass depends on.</summary>
    [JsonStringEnumMemberName("ignored")]
    Ignored,
}
