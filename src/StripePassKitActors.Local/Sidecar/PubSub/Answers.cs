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
    public static Verdict OfOne(AppAnswer answer) => Failed(answer) ?? (answer.Body.Length == 0 ? Verdict.Success : Word(Status(Json(answer)), Verdict.Success));

    public static IReadOnlyDictionary<long, Verdict> OfBulk(AppAnswer answer, IReadOnlyList<Message> messages)
    {
        if (Failed(answer) is { } all) return messages.ToDictionary(message => message.Number, _ => all);

        var said = Json(answer) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("statuses", out var statuses) && statuses.ValueKind == JsonValueKind.Array
            ? statuses.EnumerateArray().Where(entry => entry.TryGetProperty("entryId", out _))
                .GroupBy(entry => entry.GetProperty("entryId").GetString()!)
                .ToDictionary(entry => entry.Key, entry => Word(Status(entry.Last()), Verdict.Retry))
            : [];
        return messages.ToDictionary(message => message.Number, message => said.GetValueOrDefault(BulkEnvelope.EntryId(message), Verdict.Retry));
    }

    private static Verdict? Failed(AppAnswer answer) => answer.Succeeded ? null : answer.Status == StatusCodes.Status404NotFound ? Verdict.Drop : Verdict.Retry;

    private static Verdict Word(string? status, Verdict silence) => status switch
    {
        null or "" => silence,
        "SUCCESS" => Verdict.Success,
        "DROP" => Verdict.Drop,
        _ => Verdict.Retry,
    };

    private static string? Status(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String ? status.GetString() : null;

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
