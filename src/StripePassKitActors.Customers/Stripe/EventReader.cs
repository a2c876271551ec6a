using System.Text.Json;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>
/// From a Stripe event of any API version to the facts that it states. Pure. Dispatches by the object's kind, not by the event's
/// prefix (rule F1).
/// </summary>
internal sealed class EventReader(FactReader facts)
{
    /// <summary>Reads one event; never throws for what it holds.</summary>
    public EventReading Read(JsonElement json)
    {
        EventJson? read;
        string? owner = null;
        try
        {
            read = json.Deserialize(StripeJson.Default.EventJson);
        }
        catch (JsonException malformed)
        {
            return new EventReading.Unreadable(Text(json, "id"), Text(json, "type"), null, $"The event cannot be read: {At(malformed)}.");
        }

        if (read is not { Id.Length: > 0, Type.Length: > 0 }) return new EventReading.Unreadable(null, null, null, "The event has no id or no type.");
        if (read.Data is not { Object.ValueKind: JsonValueKind.Object } data) return Unreadable("The event carries no object.");
        if (Unix.Moment(read.Created) is not { } created) return Unreadable("The event has no time of creation.");

        try
        {
            return Read(data.Object, new AsOf(created, read.Id));
        }
        catch (JsonException malformed)
        {
            return Unreadable($"The {Text(data.Object, "object")} cannot be read: {At(malformed)}.");
        }
        catch (InvalidFactException invalid)
        {
            return Unreadable(invalid.Message);
        }

        EventReading Read(JsonElement stripeObject, AsOf asOf)
        {
            var kind = Text(stripeObject, "object");
            if (!FactReader.Kinds.Contains(kind)) return new EventReading.Irrelevant(read.Id, read.Type, $"no pass depends on a {kind ?? "nameless object"}");

            owner = kind == "customer" ? Text(stripeObject, "id") : stripeObject.Deserialize(StripeJson.Default.OwnedJson)?.Owner;
            if (owner is null) return WithoutCustomer(kind, Text(stripeObject, "status"));
            if (!CustomerId.TryParse(owner, out var customer)) return Unreadable("The customer's id holds characters that Dapr refuses in an actor id.");
            return new EventReading.Understood(customer, new CustomerEvent(read.Id, read.Type, facts.Read(kind!, stripeObject, read.Type, asOf)))
            {
                Payment = kind == "charge" ? PaymentOf(stripeObject) : null,
            };
        }

        // A guest's purchase earns no pass. A refund without a customer may be a member's: API versions before 2026-07-29 do not say. The
        // event of its charge tells that money went back; only that it came back again nothing else tells.
        EventReading WithoutCustomer(string? kind, string? status) => kind == "refund" && status is "failed" or "canceled"
            ? Unreadable("The refund failed and names no customer; who paid its charge is not known.")
            : new EventReading.Irrelevant(read.Id, read.Type, $"the {kind} belongs to no customer");

        EventReading Unreadable(string reason) => new EventReading.Unreadable(read.Id, read.Type, owner, reason);
    }

    private static string? PaymentOf(JsonElement charge)
    {
        var intent = charge.TryGetProperty("payment_intent", out var expanded) && Text(expanded, "id") is { } id ? id : Text(charge, "payment_intent");
        return CustomerId.TryParse(intent, out _) ? intent : Text(charge, "id");
    }

    // Where, and never what: the value may be somebody's name.
    private static string At(JsonException malformed) => malformed.Path is { Length: > 1 } path ? $"wrong type at {path}" : "it is not the JSON of one";

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
