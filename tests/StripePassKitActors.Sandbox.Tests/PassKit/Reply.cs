using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

/// <summary>What the sandbox answered to one call.</summary>
internal sealed record Reply(int Status, string Text, DateTimeOffset? Date, TimeSpan? RetryAfter)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string Id => Json["id"]!.GetValue<string>();

    public string this[string field] => Json[field]?.ToString() ?? "null";
}
