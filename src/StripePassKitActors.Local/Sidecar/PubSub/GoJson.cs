using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace StripePassKitActors.Local.Sidecar.PubSub;

/// <summary>JSON as daprd writes what it has read: keys sorted, of duplicate keys the last, no white space.</summary>
internal static class GoJson
{
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Writes a value; numbers keep every digit, or become what a double holds of them.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement value, bool doubles)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var fields = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var field in value.EnumerateObject()) fields[field.Name] = field.Value;
                Write(json, fields, doubles);
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item, doubles);
                json.WriteEndArray();
                break;
            case JsonValueKind.Number:
                json.WriteRawValue(doubles && double.IsFinite(value.GetDouble()) ? Shortest(value.GetDouble()) : value.GetRawText());
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    public static void Write(Utf8JsonWriter json, SortedDictionary<string, JsonElement> fields, bool doubles)
    {
        json.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            json.WritePropertyName(name);
            Write(json, value, doubles);
        }

        json.WriteEndObject();
    }

    /// <summary>Whole numbers stay whole as far as anybody reads them as such.</summary>
    private static string Shortest(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) && Math.Abs(number) is >= 1e-6 and < 1e21
            ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : text;
    }
}
