using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.PassKit.Schema;

/// <summary>
/// Reads and writes messages by proto3's JSON rules: unknown fields, wrong types and doubled names are refused, null means
/// absent, and what is read comes back in one canonical form (enums as names, moments in UTC, 64-bit numbers as strings).
/// </summary>
internal static class ProtoJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string[] MomentFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>Reads a body. An empty body is an empty message, as it is behind PassKit's gateway.</summary>
    public static bool TryRead(string message, ReadOnlyMemory<byte> body, out JsonObject read, [NotNullWhen(false)] out string? error)
    {
        try
        {
            using var document = JsonDocument.Parse(body.IsEmpty ? "{}"u8.ToArray() : body, Strict);
            // Parsed once more so that a number can be read as any kind of number, wherever it came from.
            read = JsonNode.Parse(ReadMessage(message, document.RootElement).ToJsonString())!.AsObject();
            error = null;
            return true;
        }
        catch (Exception refused) when (refused is JsonException or FormatException or InvalidOperationException)
        {
            read = [];
            error = $"proto: syntax error (line 1:1): {refused.Message}";
            return false;
        }
    }

    /// <summary>The message with every field, those that nobody set at their zero value.</summary>
    public static JsonObject Populate(string message, JsonObject set) => new(ProtoSchema.Fields(message).Select(field =>
        KeyValuePair.Create(field.Key, Populate(field.Value, set[field.Key]))));

    /// <summary>Whether the value is what an unset field would read as.</summary>
    public static bool IsZero(string message, string field, JsonNode? value) => value switch
    {
        null or JsonObject { Count: 0 } => true,
        _ => JsonNode.DeepEquals(value, Populate(ProtoSchema.Fields(message)[field], null)),
    };

    /// <summary>A moment as PassKit writes it.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString(MomentFormats[0], CultureInfo.InvariantCulture);

    /// <summary>A moment that was read or written by this class.</summary>
    public static DateTimeOffset Moment(string text) => ReadMoment(text);

    private static JsonNode? Populate(ProtoType type, JsonNode? value) => (type, value) switch
    {
        (ProtoType.Message message, JsonObject set) => Populate(message.Name, set),
        (ProtoType.Many { Of: ProtoType.Message message }, JsonArray many) =>
            new JsonArray([.. many.Select(one => Populate(message.Name, one!.AsObject()))]),
        (ProtoType.Map { Of: ProtoType.Message message }, JsonObject map) =>
            new JsonObject(map.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Key, Populate(message.Name, one.Value!.AsObject())))),
        (_, not null) => value.DeepClone(),
        (ProtoType.Text, _) => "",
        (ProtoType.Flag, _) => false,
        (ProtoType.Whole whole, _) => whole.IsLong ? "0" : 0,
        (ProtoType.Fraction, _) => 0,
        (ProtoType.Choice choice, _) => choice.Values.Single(known => known.Value == 0).Key,
        (ProtoType.Many, _) => new JsonArray(),
        (ProtoType.Map, _) => new JsonObject(),
        _ => null,
    };

    private static JsonObject ReadMessage(string message, JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Object) throw Unexpected(element);
        var fields = ProtoSchema.Fields(message);
        var read = new JsonObject();
        foreach (var property in element.EnumerateObject())
        {
            if (!fields.TryGetValue(property.Name, out var type)) throw new FormatException($"unknown field \"{property.Name}\"");
            if (property.Value.ValueKind is not JsonValueKind.Null) read[property.Name] = Read(type, property.Value);
        }

        return read;
    }

    private static JsonNode Read(ProtoType type, JsonElement element) => (type, element.ValueKind) switch
    {
        (ProtoType.Text, JsonValueKind.String) => element.GetString()!,
        (ProtoType.Flag, JsonValueKind.True or JsonValueKind.False) => element.GetBoolean(),
        (ProtoType.Whole whole, JsonValueKind.Number or JsonValueKind.String) => ReadWhole(whole, element),
        (ProtoType.Fraction fraction, JsonValueKind.Number or JsonValueKind.String) => ReadFraction(fraction, element),
        (ProtoType.Moment, JsonValueKind.String) => Moment(ReadMoment(element.GetString()!)),
        (ProtoType.Choice choice, JsonValueKind.String) when choice.Values.ContainsKey(element.GetString()!) => element.GetString()!,
        (ProtoType.Choice choice, JsonValueKind.Number) => ReadChoice(choice, element),
        (ProtoType.Message message, _) => ReadMessage(message.Name, element),
        (ProtoType.Many many, JsonValueKind.Array) => new JsonArray([.. element.EnumerateArray().Select(one => Read(many.Of, one))]),
        (ProtoType.Map map, JsonValueKind.Object) => new JsonObject(
            element.EnumerateObject().Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, Read(map.Of, one.Value)))),
        _ => throw Unexpected(element),
    };

    private static JsonNode ReadWhole(ProtoType.Whole whole, JsonElement element)
    {
        var number = ReadNumber(element);
        if (number != decimal.Truncate(number) || number < whole.Least || number > whole.Most) throw Unexpected(element);
        return whole.IsLong ? number.ToString("F0", CultureInfo.InvariantCulture) : (long)number;
    }

    // A float holds seven digits: PassKit gives back what is left of the number, not what was sent.
    private static JsonNode ReadFraction(ProtoType.Fraction fraction, JsonElement element)
    {
        var number = (double)ReadNumber(element);
        return fraction.IsSingle ? (float)number : number;
    }

    private static decimal ReadNumber(JsonElement element) =>
        decimal.TryParse(element.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unexpected(element);

    private static JsonNode ReadChoice(ProtoType.Choice choice, JsonElement element) =>
        element.TryGetInt32(out var number) && choice.Values.FirstOrDefault(known => known.Value == number) is { Key: { } name }
            ? name
            : throw Unexpected(element);

    private static DateTimeOffset ReadMoment(string text) =>
        DateTimeOffset.TryParseExact(text, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw new FormatException($"invalid google.protobuf.Timestamp value \"{text}\"");

    private static FormatException Unexpected(JsonElement element) => new($"unexpected token {element.GetRawText()}");
}
