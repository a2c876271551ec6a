using System.Text.Json;

namespace StripePassKitActors.Customers.Events;

/// <summary>One CloudEvent as the sidecar delivers it.</summary>
/// <param name="EntryId">By which a bulk is answered; empty when delivered alone.</param>
/// <param name="Id">The CloudEvent's id: the Stripe event's, or the one that ingress gave a body nobody understood.</param>
/// <param name="Event">The Stripe event; null: the body is no JSON.</param>
/// <param name="Raw">The event as it is parked: JSON, or base64 text.</param>
internal sealed record Delivery(string EntryId, string Id, JsonElement? Event, JsonElement Raw)
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("null").RootElement;

    /// <summary>Reads an entry of a bulk.</summary>
    public static Delivery OfEntry(JsonElement entry) =>
        Of(Text(entry, "entryId"), entry.TryGetProperty("event", out var cloudEvent) ? cloudEvent : Nothing);

    /// <summary>Reads a CloudEvent.</summary>
    public static Delivery Of(string entryId, JsonElement cloudEvent)
    {
        var id = Text(cloudEvent, "id");
        if (cloudEvent.ValueKind != JsonValueKind.Object) return new Delivery(entryId, id, null, cloudEvent);
        if (cloudEvent.TryGetProperty("data", out var data)) return new Delivery(entryId, id, data.ValueKind == JsonValueKind.Object ? data : null, data);
        return new Delivery(entryId, id, null, cloudEvent.TryGetProperty("data_base64", out var bytes) ? bytes : Nothing);
    }

    private static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
