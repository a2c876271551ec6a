using System.Text.Json;
using System.Text.Json.Serialization;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.Changes;

/// <summary>What a message of <c>customer-changes</c> holds: <c>docs/customer-changes.schema.json</c>. Unknown is null, never absent.</summary>
internal sealed record ChangeMessage(
    string CustomerId,
    long Version,
    PassChangeKind Change,
    [property: JsonConverter(typeof(Operators.UtcTimeConverter))] DateTimeOffset At,
    string? Tier,
    EntitlementStatus Status,
    [property: JsonConverter(typeof(Operators.UtcTimeConverter))] DateTimeOffset? ValidUntil,
    ChangedPass Pass,
    bool? Installed)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static ChangeMessage Of(string customerId, PassChange change, Func<string?, string?> link) => new(
        customerId, change.Version, change.Kind, change.At, change.Tier, change.Status, change.ValidUntil, new ChangedPass(change.MemberId, link(change.MemberId)), change.Installed);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>CloudEvent attributes and the partition key, as the sidecar names them.</summary>
    public Dictionary<string, string> Attributes()
    {
        var kind = JsonNamingPolicy.CamelCase.ConvertName(Change.ToString());
        return new(StringComparer.Ordinal)
        {
            ["cloudevent.id"] = $"{CustomerId}-{Version}-{kind}",
            ["cloudevent.type"] = $"customer.pass.{kind}",
            ["cloudevent.subject"] = CustomerId,
            ["partitionKey"] = CustomerId,
        };
    }
}

/// <summary>The pass that changed.</summary>
internal sealed record ChangedPass(string? MemberId, string? Url);
