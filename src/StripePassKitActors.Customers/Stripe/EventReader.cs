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
            if (kind is "price" or "product") return Catalogue(kind, Text(stripeObject, "id"));
            if (!FactReader.Kinds.Contains(kind)) return new EventReading.Irrelevant(read.Id, read.Type, $"no pass depends on a {kind ?? "nameless object"}");

            var owned = stripeObject.Deserialize(StripeJson.Default.OwnedJson)!;
            owner = kind == "customer" ? owned.Id : owned.Owner;
            var payment = kind switch
            {
                "charge" => owned.PaymentIntent ?? owned.Id,
                "refund" or "dispute" => owned.PaymentIntent ?? owned.Charge,
                "checkout.session" => owned.PaymentIntent ?? owned.Id,
                _ => null,
            };
            if (kind == "refund" && payment is null) return new EventReading.Irrelevant(read.Id, read.Type, "the refund is of no payment"); // of a cash balance, a payout
            if (owner is null && payment is null) return new EventReading.Irrelevant(read.Id, read.Type, $"the {kind} belongs to no customer");
            if ((owner ?? payment) is { } named && !CustomerId.TryParse(named, out _)) return Unreadable("The customer's id, or the payment's, holds characters that Dapr refuses in an actor id.");

            var stated = facts.Read(kind!, stripeObject, read.Type, asOf);
            if (owner is null && stated.IsEmpty) return new EventReading.Irrelevant(read.Id, read.Type, $"the {kind} belongs to no customer and is not complete");

            var gained = owner is not null && kind == "charge" && Text(stripeObject, "customer") is not null
                && data.PreviousAttributes is { ValueKind: JsonValueKind.Object } before && before.TryGetProperty("customer", out _);
            var payer = new Payer(Id(owner), Id(payment), kind is "refund" or "dispute" ? owned.Charge : null, gained);
            return new EventReading.Understood(payer, new CustomerEvent(read.Id, read.Type, stated));
        }

        EventReading Catalogue(string kind, string? id)
        {
            if (!CustomerId.TryParse(id, out _)) return Unreadable($"The {kind} has no id that can be stored.");
            if (read.Type == $"{kind}.created") return new EventReading.Irrelevant(read.Id, read.Type, $"nobody holds a {kind} that is new");

            // A new picture or description makes no other tier, and those who hold the product are many.
            var other = data.PreviousAttributes is { ValueKind: JsonValueKind.Object } before
                && !before.TryGetProperty("metadata", out _) && !before.TryGetProperty("lookup_key", out _);
            return other
                ? new EventReading.Irrelevant(read.Id, read.Type, $"nothing of the {kind} changed that tells a tier")
                : new EventReading.Catalogue(read.Id, read.Type, new StripeReference(kind, id));
        }

        static CustomerId? Id(string? text) => CustomerId.TryParse(text, out var id) ? id : null;

        EventReading Unreadable(string reason) => new EventReading.Unreadable(read.Id, read.Type, owner, reason);
    }

    // Where, and never what: the value may be somebody's name.
    private static string At(JsonException malformed) => malformed.Path is { Length: > 1 } path ? $"wrong type at {path}" : "it is not the JSON of one";

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
