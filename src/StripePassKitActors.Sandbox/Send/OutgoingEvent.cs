using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stripe;

namespace StripePassKitActors.Sandbox.Send;

/// <summary>An event as it goes over the wire.</summary>
/// <param name="Id">Its id, <c>evt_…</c>.</param>
/// <param name="Type">Its type, e.g. <c>charge.succeeded</c>.</param>
/// <param name="Json">The body.</param>
internal sealed record OutgoingEvent(string Id, string Type, string Json)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A number this near to the event's time is a time too: Stripe writes times as numbers, and amounts are smaller.</summary>
    private const long TenYears = 315_360_000;

    /// <summary>When it happened, UTC; the epoch where it does not say.</summary>
    public DateTimeOffset Created { get; } = At(Json) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.UnixEpoch;

    /// <summary>The same event with all its times moved.</summary>
    public OutgoingEvent MovedBy(TimeSpan time)
    {
        if (At(Json) is not { } created) return this;
        var root = Parse(Json);
        Move(root, created, (long)time.TotalSeconds);
        return new OutgoingEvent(Id, Type, root.ToJsonString(Readable));
    }

    /// <summary>Takes an event as it is, and wraps any other Stripe object into the event that would announce it.</summary>
    /// <param name="text">The JSON of either.</param>
    /// <param name="type">The wrapper's type; null: by the object.</param>
    /// <param name="created">The wrapper's time; null: the object's own.</param>
    /// <exception cref="UnsendableException">It is neither.</exception>
    public static OutgoingEvent From(string text, string? type, DateTimeOffset? created)
    {
        var root = Parse(text);
        if (root["object"]?.GetValueKind() is not JsonValueKind.String || root["object"]!.GetValue<string>() is not "event") return Wrap(root, type, created);

        return root["id"] is JsonValue id && id.TryGetValue<string>(out var known) && root["type"] is JsonValue kind && kind.TryGetValue<string>(out var said)
            ? new OutgoingEvent(known, said, text)
            : throw new UnsendableException("It is an event without an id or without a type.");
    }

    private static OutgoingEvent Wrap(JsonObject stripeObject, string? type, DateTimeOffset? created)
    {
        type ??= Announcement.For(stripeObject);
        var at = created?.ToUnixTimeSeconds()
            ?? (stripeObject["created"] is JsonValue own && own.TryGetValue<long>(out var seconds) ? seconds
                : throw new UnsendableException("The object does not say when it was created; say it with --created."));

        // The same content is the same event, so that sending a file twice is a redelivery.
        var content = SHA256.HashData(Encoding.UTF8.GetBytes($"{type} {at} {stripeObject.ToJsonString()}"));
        var id = $"evt_{Convert.ToHexStringLower(content)[..24]}";
        var wrapper = new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = StripeConfiguration.ApiVersion,
            ["created"] = at,
            ["data"] = new JsonObject { ["object"] = stripeObject.DeepClone() },
            ["livemode"] = stripeObject["livemode"]?.DeepClone() ?? false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            ["type"] = type,
        };
        return new OutgoingEvent(id, type, wrapper.ToJsonString(Readable));
    }

    private static long? At(string json) => Parse(json)["created"] is JsonValue value && value.TryGetValue<long>(out var seconds) ? seconds : null;

    private static void Move(JsonNode node, long created, long seconds)
    {
        List<JsonNode?> children = node switch { JsonObject parent => [.. parent.Select(pair => pair.Value)], JsonArray items => [.. items], _ => [] };
        foreach (var child in children.OfType<JsonNode>())
        {
            if (child is JsonValue value && value.TryGetValue<long>(out var time) && Math.Abs(time - created) < TenYears) value.ReplaceWith(time + seconds);
            else Move(child, created, seconds);
        }
    }

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new UnsendableException("It holds JSON, but no object.");
        }
        catch (JsonException malformed)
        {
            throw new UnsendableException($"It is not JSON: line {malformed.LineNumber + 1} cannot be read.", malformed);
        }
    }
}
