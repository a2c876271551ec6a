using System.Text.Json;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>Reads a Stripe reference: an id, or, where the sender expanded it, the object whose id it is.</summary>
internal sealed class ExpandableIdConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A reference is an id or an object.");

        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
