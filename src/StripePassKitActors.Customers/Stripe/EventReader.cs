using System.Text.Json;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>
/// From a Stripe event of any API version to the facts that it states. Pure. Dispatches by the object's kind, not by the event's
/// prefix (rule F1).
/// </summary>
internal sealed class EventReader(FactReader facts)
{
    private const string SessionKind = "checkout.session";

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
            var reading = Read(data.Object, new AsOf(created, read.Id));
            return Text(data.Object, "object") == SessionKind && Text(data.Object, "id") is { } id && Session(data.Object, read.Type, created) is { } session
                ? reading with { Checkout = KeyValuePair.Create(id, session) }
                : reading;
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
            owner = Owner(kind!, owned);
            var payment = Payment(kind!, owned);
            if (kind == "refund" && payment is null) return new EventReading.Irrelevant(read.Id, read.Type, "the refund is of no payment"); // of a cash balance, a payout
            if (owner is null && payment is null) return new EventReading.Irrelevant(read.Id, read.Type, $"the {kind} belongs to no customer");
            if ((owner ?? payment) is { } named && !CustomerId.TryParse(named, out _)) return Unreadable("The customer's id, or the payment's, holds characters that Dapr refuses in an actor id.");

            var stated = facts.Read(kind!, stripeObject, read.Type, asOf);
            if (owner is null && stated.IsEmpty) return new EventReading.Irrelevant(read.Id, read.Type, $"the {kind} belongs to no customer and is not complete");

            var gained = owner is not null && kind == "charge" && Text(stripeObject, "customer") is not null
                && data.PreviousAttributes is { ValueKind: JsonValueKind.Object } before && before.TryGetProperty("customer", out _);
            var payer = new Payer(Known(owner), Known(payment), kind is "refund" or "dispute" ? owned.Charge : null, gained);
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

        EventReading Unreadable(string reason) => new EventReading.Unreadable(read.Id, read.Type, owner, reason);
    }

    /// <summary>Who made an object that was read; null: it tells of nobody.</summary>
    /// <exception cref="JsonException">A value has another type than Stripe gives it.</exception>
    public static Payer? Payer(string kind, JsonElement stripeObject)
    {
        var owned = stripeObject.Deserialize(StripeJson.Default.OwnedJson)!;
        var (owner, payment) = (Known(Owner(kind, owned)), Known(Payment(kind, owned)));
        return owner is null && payment is null ? null : new Payer(owner, payment, null, Gained: false);
    }

    /// <summary>How far a checkout session came; null: it has an id that no page could ask for.</summary>
    /// <param name="stripeObject">The session.</param>
    /// <param name="eventType">The event that brought it; empty: it was read.</param>
    /// <param name="at">When it was so.</param>
    /// <exception cref="JsonException">A value has another type than Stripe gives it.</exception>
    public static CheckoutSession? Session(JsonElement stripeObject, string eventType, DateTimeOffset at)
    {
        var session = stripeObject.Deserialize(StripeJson.Default.CheckoutSessionJson)!;
        if (!CheckoutSession.IsId(session.Id)) return null;

        var complete = session.Status == CheckoutSession.Complete;
        var told = eventType == "checkout.session.completed";
        var paid = session.PaymentStatus is "paid" or "no_payment_required";
        return new CheckoutSession
        {
            Actor = complete && session.Mode != "setup" ? Payer(SessionKind, stripeObject)?.Actor.Value : null, // who bought nothing leaves nothing
            Status = session.Status ?? CheckoutSession.Open,
            Mode = session.Mode,
            Paid = complete && paid,
            Failed = !paid && (eventType == "checkout.session.async_payment_failed" || (complete && stripeObject.Part("payment_intent")?.Text("status") is "requires_payment_method" or "canceled")),
            CompletedAt = told ? at : null,
            CompletionTold = told,
            Created = Unix.Moment(session.Created),
            SubscriptionId = session.Subscription,
            PaymentId = session.PaymentIntent,
            InvoiceId = session.Invoice,
        };
    }

    private static string? Owner(string kind, OwnedJson owned) => kind == "customer" ? owned.Id : owned.Owner;

    private static string? Payment(string kind, OwnedJson owned) => kind switch
    {
        "charge" => owned.PaymentIntent ?? owned.Id,
        SessionKind => owned.PaymentIntent ?? (owned.Owner is null && owned.Id is { } id ? GuestId.OfSession(id) : null),
        "refund" or "dispute" => owned.PaymentIntent ?? owned.Charge,
        _ => null,
    };

    private static CustomerId? Known(string? text) => CustomerId.TryParse(text, out var id) ? id : null;

    // Where, and never what: the value may be somebody's name.
    private static string At(JsonException malformed) => malformed.Path is { Length: > 1 } path ? $"wrong type at {path}" : "it is not the JSON of one";

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
