using System.Text.Json;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Stripe.Store;

/// <summary>Reads Stripe's objects; what is absent or of another type reads as nothing.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonNode from, string field) =>
        from[field] is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool Flag(this JsonNode from, string field) => from[field]?.GetValueKind() is JsonValueKind.True;

    public static long Number(this JsonNode from, string field) => from.NumberOrNull(field) ?? 0;

    public static long? NumberOrNull(this JsonNode from, string field) => from[field] switch
    {
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => null,
    };

    public static DateTimeOffset Moment(this JsonNode from, string field) => DateTimeOffset.FromUnixTimeSeconds(from.Number(field));

    /// <summary>What a list embedded in an object holds, e.g. the items of a subscription.</summary>
    public static JsonArray Listed(this JsonNode from, string field) => from[field]!["data"]!.AsArray();

    /// <summary>Writes one number into several fields.</summary>
    public static void Set(this JsonNode into, long value, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields) into[field] = value;
    }

    /// <summary>A copy as the world sees it: without the fields that begin with an underscore, which are the sandbox's own.</summary>
    public static JsonObject Shown(this JsonObject stripeObject) =>
        new(stripeObject.Where(field => field.Key[0] != '_').Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
}
