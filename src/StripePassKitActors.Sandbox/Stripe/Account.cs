using System.Text.Json.Nodes;
using Stripe;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;
using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>What all of Stripe's resources share: objects by id, the moment, what is due later, and the events that tell of changes.</summary>
internal sealed class Account(ObjectStore store, StripeSandboxOptions options)
{
    /// <summary>The moment of the step under way: a call's own, or the one that something was due at.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The same as Stripe writes it.</summary>
    public long Seconds => Now.ToUnixTimeSeconds();

    public ObjectStore Store => store;

    public StripeSandboxOptions Options => options;

    /// <summary>What becomes of the events that are made from now on, beside being delivered.</summary>
    public DeliveryTrouble Trouble { get; set; } = DeliveryTrouble.None;

    /// <summary>Whether the events that are made from now on wait until they are let go.</summary>
    public bool HoldsWebhooks { get; set; }

    private (string? Id, string? IdempotencyKey) Request { get; set; }

    /// <summary>Begins a step at a moment; the request is null for what happens by itself.</summary>
    public void At(DateTimeOffset now, string? requestId = null, string? idempotencyKey = null) => (Now, Request) = (now, (requestId, idempotencyKey));

    public string NewId(string prefix) => StripeIds.Make(prefix, options.Seed, store.NextNumber());

    /// <summary>Makes and keeps an object of a kind; it has an id, the moment and every field of its kind.</summary>
    public JsonObject Make(string kind, string prefix)
    {
        var made = Part(kind, prefix);
        store.Add(made);
        return made;
    }

    /// <summary>The same for one that lives inside another.</summary>
    public JsonObject Part(string kind, string prefix)
    {
        var made = new JsonObject { ["id"] = NewId(prefix), ["object"] = kind, ["created"] = Seconds };
        foreach (var (name, value) in Shapes.Of(kind)) made[name] = value?.DeepClone();
        return made;
    }

    /// <summary>The object that a path names.</summary>
    public JsonObject Get(string kind, string id) => Find(kind, id) ?? throw StripeFault.Missing(kind, id, "id");

    /// <summary>The object that a parameter names.</summary>
    public JsonObject Named(string kind, string id, string param) =>
        Find(kind, id) ?? throw StripeFault.Invalid($"No such {kind}: '{id}'", param, "resource_missing");

    public IReadOnlyList<JsonObject> All(string kind, params IEnumerable<Filter> filters) => store.Query(kind, filters);

    public JsonObject? First(string kind, Filter filter) => store.Query(kind, [filter], limit: 1) is [var first] ? first : null;

    public void Schedule(DateTimeOffset at, string what, string id) => store.Schedule(at, what, id);

    /// <summary>Changes an object and tells so, with what was different before; does nothing more if nothing was.</summary>
    public void Change(JsonObject stripeObject, string eventType, Action change)
    {
        var before = stripeObject.Shown();
        change();
        if (Differences.Of(before, stripeObject.Shown()) is { } previous) Tell(eventType, stripeObject, previous);
    }

    /// <summary>Makes the event that tells of an object as it is now, and what delivers it to whoever wants it.</summary>
    public void Tell(string type, JsonObject stripeObject, JsonObject? previous = null)
    {
        var made = Make("event", "evt");
        var data = new JsonObject { ["object"] = stripeObject.Shown() };
        if (previous is not null) data["previous_attributes"] = previous;
        made["api_version"] = StripeConfiguration.ApiVersion;
        made["type"] = type;
        made["data"] = data;
        made["request"] = new JsonObject { ["id"] = Request.Id, ["idempotency_key"] = Request.IdempotencyKey };
        var wanting = All("webhook_endpoint", new Filter("status", "enabled")).Where(endpoint => Wants(endpoint, type)).ToList();
        made["pending_webhooks"] = (long)wanting.Count;
        made["_customer"] = OwnerOf(stripeObject);
        made["_undelivered"] = new JsonArray([.. wanting.Select(endpoint => JsonValue.Create(endpoint.Text("id")))]);
        foreach (var endpoint in wanting)
            for (var times = Trouble.Twice ? 2 : 1; times > 0; times--) Deliver(made, endpoint.Text("id")!, Now + Trouble.Next(), held: HoldsWebhooks);
    }

    /// <summary>Makes a delivery of an event to an endpoint; its later attempts follow from the first.</summary>
    public void Deliver(JsonObject stripeEvent, string endpointId, DateTimeOffset at, bool retried = true, bool held = false)
    {
        var delivery = new JsonObject
        {
            ["id"] = NewId("_delivery"),
            ["object"] = "_delivery",
            ["event"] = stripeEvent.Text("id"),
            ["endpoint"] = endpointId,
            ["attempts"] = 0L,
            ["first_at"] = at.ToUnixTimeMilliseconds(),
            ["retried"] = retried,
            ["status"] = held ? Deliveries.Held : "waiting",
        };
        store.Add(delivery);
        if (!held) Schedule(at, Deliveries.Due, delivery.Text("id")!);
    }

    /// <summary>The customer that an object belongs to, itself or through what it is part of; null: a guest's, or nobody's.</summary>
    public string? OwnerOf(JsonObject stripeObject) => stripeObject.Text("object") switch
    {
        "customer" => stripeObject.Text("id"),
        "refund" or "dispute" => store.Find(stripeObject.Text("charge")!)?.Text("customer"),
        "invoice_payment" => store.Find(stripeObject.Text("invoice")!)?.Text("customer"),
        "event" => stripeObject.Text("_customer"),
        _ => stripeObject.Text("customer"),
    };

    private static bool Wants(JsonObject endpoint, string type) =>
        endpoint["enabled_events"]!.AsArray().Any(wanted => wanted!.GetValue<string>() is var name && (name == "*" || name == type));

    private JsonObject? Find(string kind, string id) => store.Find(id) is { } found && found.Text("object") == kind && !found.Flag("deleted") ? found : null;
}
