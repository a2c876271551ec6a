using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace StripePassKitActors.Local.Sidecar.PubSub;

/// <summary>
/// The envelope in which daprd puts what is published. JSON is written anew: keys sorted, of duplicate keys the last, numbers digit by digit
/// as they came. Bytes travel as base64, everything else as text. Of the <c>cloudevent.</c> metadata id, source, type and subject are
/// taken over. An envelope of the app's own (<c>application/cloudevents+json</c>) is completed.
/// </summary>
internal static class CloudEvent
{
    public const string ContentType = "application/cloudevents+json";

    public static byte[] Of(
        string appId, string pubSub, string topic, ReadOnlyMemory<byte> data, string contentType,
        IReadOnlyDictionary<string, string> metadata, string traceParent, DateTimeOffset now)
    {
        if (metadata.Keys.FirstOrDefault(key => key is "rawPayload" or "ttlInSeconds") is { } unknown)
        {
            throw new UnsupportedException($"the publish metadata {unknown}");
        }

        var fields = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        Set("id", metadata.GetValueOrDefault("cloudevent.id") ?? Guid.CreateVersion7(now).ToString());
        Set("source", metadata.GetValueOrDefault("cloudevent.source") ?? appId);
        Set("type", metadata.GetValueOrDefault("cloudevent.type") ?? "com.dapr.event.sent");
        Set("specversion", "1.0");
        Set("time", now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        if (metadata.TryGetValue("cloudevent.subject", out var subject)) Set("subject", subject);
        if (contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            foreach (var own in JsonSerializer.Deserialize<JsonElement>(data.Span).EnumerateObject()) fields[own.Name] = own.Value;
        }
        else
        {
            Set("datacontenttype", contentType);
            if (contentType.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase)) Set("data_base64", Convert.ToBase64String(data.Span));
            else fields["data"] = Json(data, contentType) ?? Text(System.Text.Encoding.UTF8.GetString(data.Span));
        }

        Set("pubsubname", pubSub);
        Set("topic", topic);
        Set("traceid", traceParent);
        Set("traceparent", traceParent);
        Set("tracestate", "");

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, GoJson.Options)) GoJson.Write(json, fields, doubles: false);
        return buffer.WrittenSpan.ToArray();

        void Set(string name, string value) => fields[name] = Text(value);
    }

    private static JsonElement Text(string value) => JsonSerializer.SerializeToElement(value);

    private static JsonElement? Json(ReadOnlyMemory<byte> data, string contentType)
    {
        var type = contentType.Split(';')[0].Trim();
        if (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase) && !type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(data.Span);
        }
        catch (JsonException)
        {
            return null; // what only says that it is JSON travels as text
        }
    }
}
