using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Customers.DeadLetters;

/// <summary>What waits for a person: an event that cannot be applied, or a sync that PassKit refused.</summary>
public sealed record DeadLetter
{
    private const string SyncPrefix = "sync-";

    /// <summary>
    /// The event's id, or <c>sync-</c> and the customer's: the same trouble is parked once. <c>event-</c> and a hash where the event's id
    /// cannot be part of a key.
    /// </summary>
    public required string Id { get; init; }

    /// <summary><c>event</c> or <c>sync</c>.</summary>
    public required DeadLetterKind Kind { get; init; }

    /// <summary>Whose it is; null where the event does not say.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The event's type; null for a sync, or where the event does not say.</summary>
    public string? Type { get; init; }

    /// <summary>Why it is here, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>When it was parked first, UTC.</summary>
    public required DateTimeOffset ParkedAt { get; init; }

    /// <summary>The event as it came: JSON, or base64 text where it is no JSON; null for a sync.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>The id under which a customer's failed sync is parked.</summary>
    public static string SyncId(string customerId) => SyncPrefix + customerId;

    /// <summary>The id under which an event is parked.</summary>
    internal static string EventId(string eventId, JsonElement json) =>
        Core.Customers.CustomerId.TryParse(eventId, out _) && !eventId.StartsWith(SyncPrefix, StringComparison.Ordinal) ? eventId : $"event-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(eventId + json.GetRawText())))[..32]}";

    /// <summary>Whether its event holds one of these ids, however deep; where it could not be read as JSON, anywhere in its text.</summary>
    internal bool Names(IReadOnlySet<string> ids)
    {
        return Event is { } json && (json.ValueKind == JsonValueKind.String ? IsIn(json) : Holds(json));

        bool Holds(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Any(property => Holds(property.Value)),
            JsonValueKind.Array => element.EnumerateArray().Any(Holds),
            JsonValueKind.String => ids.Contains(element.GetString()!),
            _ => false,
        };

        bool IsIn(JsonElement base64)
        {
            if (!base64.TryGetBytesFromBase64(out var bytes)) return Holds(base64);
            var text = Encoding.UTF8.GetString(bytes);
            return ids.Any(id => text.Contains($"\"{id}\"", StringComparison.Ordinal));
        }
    }

    internal static DeadLetter OfSync(string customerId, string reason, int attempts, DateTimeOffset now) => new()
    {
        Id = SyncId(customerId),
        Kind = DeadLetterKind.Sync,
        CustomerId = customerId,
        Reason = reason,
        Attempts = attempts,
        ParkedAt = now,
    };
}

/// <summary>What a dead letter is of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadLetterKind>))]
public enum DeadLetterKind
{
    /// <summary>An event that cannot be understood or applied.</summary>
    [JsonStringEnumMemberName("event")]
    Event,

    /// <summary>A sync that PassKit refused.</summary>
    [JsonStringEnumMemberName("sync")]
    Sync,
}
