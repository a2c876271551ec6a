using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.PubSub;

/// <summary>
/// Several messages in one call, as <c>bulkSubscribe</c> delivers them. Each is answered under its <c>entryId</c>. Unlike
/// in a message of its own, a number is then what a double holds of it: 9007199254740993 arrives as 9007199254740992.
/// </summary>
internal static class BulkEnvelope
{
    public static string EntryId(Message message) => message.Number.ToString(CultureInfo.InvariantCulture);

    public static byte[] Of(string id, string pubSub, string topic, IEnumerable<Message> messages)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, GoJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var message in messages)
            {
                json.WriteStartObject();
                json.WriteString("entryId", EntryId(message));
                json.WritePropertyName("event");
                GoJson.Write(json, JsonSerializer.Deserialize<JsonElement>(message.Body), doubles: true);
                json.WriteStartObject("metadata");
                foreach (var (key, value) in message.Metadata) json.WriteString(key, value);
                json.WriteEndObject();
                json.WriteString("contentType", CloudEvent.ContentType);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("id", id);
            json.WriteStartObject("metadata");
            json.WriteString("pubsubName", pubSub);
            json.WriteEndObject();
            json.WriteString("pubsubname", pubSub);
            json.WriteString("topic", topic);
            json.WriteString("type", "com.dapr.event.sent.bulk");
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
