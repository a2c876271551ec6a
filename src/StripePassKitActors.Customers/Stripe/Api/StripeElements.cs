using System.Text.Json;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Reads what is needed to go from one object to the next; what is absent or of another type reads as nothing.</summary>
internal static class StripeElements
{
    public static JsonElement? Part(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    public static string? Text(this JsonElement json, string name) =>
        json.Part(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool Flag(this JsonElement json, string name) => json.Part(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The id of what it refers to, whether Stripe shows the id or the object.</summary>
    public static string? Reference(this JsonElement json, string name) => json.Text(name) ?? json.Part(name)?.Text("id");

    /// <summary>What a list within it holds.</summary>
    public static IEnumerable<JsonElement> Listed(this JsonElement json, string name) =>
        json.Part(name)?.Part("data") is { ValueKind: JsonValueKind.Array } rows ? rows.EnumerateArray() : [];

    public static DateTimeOffset? Moment(this JsonElement json, string name) =>
        json.Part(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var seconds) ? Unix.Moment(seconds) : null;
}
