using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>One call as a handler sees it: what stands in the path, what stands in the body, and whom it turned out to be about.</summary>
internal sealed class PassKitCall(RouteValueDictionary path, JsonObject body)
{
    public JsonObject Body => body;

    /// <summary>The member that the call names or found; for the call log.</summary>
    public string? MemberId { get; set; } = Named(path, "memberId") ?? Said(body, "memberId", "id");

    public string? ExternalId { get; set; } = Named(path, "externalId") ?? Said(body, "externalMemberId", "externalId");

    public string Path(string name) => Named(path, name) ?? "";

    private static string? Named(RouteValueDictionary path, string name) => path.TryGetValue(name, out var value) ? (string?)value : null;

    private static string? Said(JsonObject body, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (body.Text(field) is { Length: > 0 } said) return said;

        return null;
    }
}
