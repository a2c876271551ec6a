using System.Text.Json;
using StripePassKitActors.Local.Sidecar.App;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.PubSub;

/// <summary>What a subscriber wants done with a message.</summary>
internal enum Verdict
{
    /// <summary>It has taken it.</summary>
    Success,

    /// <summary>It wants it again.</summary>
    Retry,

    /// <summary>It never wants it again: a dead letter.</summary>
    Drop,
}

/// <summary>
/// Reads subscribers' answers as daprd does: success without a word is success, 404 is DROP, any other failure and any unknown
/// word is RETRY, and so is an entry of a bulk that is not spoken of.
/// </summary>
internal static class Answers
{
    public static Verdict OfOne(AppAnswer answer) => Failed(answer) ?? Word(Text(Json(answer), "status"), Verdict.Success);

    public static IReadOnlyDictionary<long, Verdict> OfBulk(AppAnswer answer, IReadOnlyList<Message> messages)
    {
        if (Failed(answer) is { } all) return messages.ToDictionary(message => message.Number, _ => all);

        var statuses = Json(answer) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("statuses", out var list) ? list : default;
        var said = (statuses.ValueKind == JsonValueKind.Array ? statuses.EnumerateArray() : [])
            .GroupBy(entry => Text(entry, "entryId") ?? "", entry => Word(Text(entry, "status"), Verdict.Retry))
            .ToDictionary(entry => entry.Key, entry => entry.Last());
        return messages.ToDictionary(message => message.Number, message => said.GetValueOrDefault(BulkEnvelope.EntryId(message), Verdict.Retry));
    }

    private static Verdict? Failed(AppAnswer answer) =>
        answer.Succeeded ? null : answer.Status == StatusCodes.Status404NotFound ? Verdict.Drop : Verdict.Retry;

    private static Verdict Word(string? status, Verdict silence) => status switch
    {
        null or "" => silence,
        "SUCCESS" => Verdict.Success,
        "DROP" => Verdict.Drop,
        _ => Verdict.Retry,
    };

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonElement Json(AppAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(answer.Body);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
