using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace StripePassKitActors.Ingress.PassKit;

/// <summary>What is taken of a webhook of PassKit: which member to look at. The rest names people, and is not believed anyway.</summary>
/// <param name="MemberId">PassKit's id of the member; null: not told.</param>
/// <param name="ExternalId">The member's external id; null: not told.</param>
/// <param name="Event">PassKit's name of the event, such as <c>PASS_EVENT_INSTALLED</c>; null: not told.</param>
internal sealed partial record PassKitHint(string? MemberId, string? ExternalId, string? Event)
{
    /// <summary>Reads a payload of whatever shape; null: it names no member.</summary>
    public static PassKitHint? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var pass = Member(document.RootElement, "pass");
            var record = Member(pass, "recordData");
            var hint = new PassKitHint(
                Id(pass, "id") ?? Id(record, "members.member.id"),
                Id(pass, "externalId") ?? Id(record, "members.member.externalId"),
                Text(document.RootElement, "event", EventName()));
            return hint is { MemberId: null, ExternalId: null } ? null : hint;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: an escaped half of a surrogate pair, which is JSON but no text
        }
    }

    /// <summary>As it is published.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, HintJson.Default.PassKitHint);

    private static string? Id(JsonElement? parent, string name) => Text(parent, name, IdShape());

    private static string? Text(JsonElement? parent, string name, Regex shape) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { } text && shape.IsMatch(text) ? text : null;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    // Ours are Stripe's ids, perhaps with a number (cus_…~2); what a merchant chose may be anything, and is then no id of ours.
    [GeneratedRegex(@"^[A-Za-z0-9_~-]{1,255}\z")]
    private static partial Regex IdShape();

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,64}\z")]
    private static partial Regex EventName();

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(PassKitHint))]
    private sealed partial class HintJson : JsonSerializerContext;
}
