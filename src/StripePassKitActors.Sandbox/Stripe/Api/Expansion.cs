using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>Puts objects in the place of their ids, and lists where they are shown on request only.</summary>
internal sealed class Expansion(Account account)
{
    private const int Deepest = 4;

    /// <summary>How much of a list is shown within an object.</summary>
    private const int Beginning = 10;

    public void Apply(JsonObject answer, IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            var parts = path.Split('.');
            if (parts.Length > Deepest) throw StripeFault.Invalid($"You cannot expand more than {Deepest} levels of a property. Property: {path}");
            Expand(answer, parts, 0, path);
        }
    }

    private void Expand(JsonNode? node, string[] parts, int at, string path)
    {
        if (node is JsonArray several)
        {
            foreach (var one in several) Expand(one, parts, at, path);
            return;
        }

        if (node is not JsonObject stripeObject || at == parts.Length) return;
        var name = parts[at];
        if (stripeObject.Text(name) is { } id) stripeObject[name] = Shown(id) ?? throw Cannot(path);
        else if (!stripeObject.ContainsKey(name)) stripeObject[name] = OnRequest(stripeObject, name) ?? throw Cannot(path);
        else if (at == parts.Length - 1 && stripeObject[name] is { } whole and not JsonObject { Count: > 0 }) throw Cannot(path);
        Expand(stripeObject[name], parts, at + 1, path);
    }

    private JsonObject? Shown(string id) => account.Store.Find(id) switch
    {
        null => null,
        var found when found.Flag("deleted") => new JsonObject { ["id"] = id, ["object"] = found.Text("object"), ["deleted"] = true },
        var found => found.Shown(),
    };

    private JsonObject? OnRequest(JsonObject stripeObject, string name)
    {
        var id = stripeObject.Text("id");
        IEnumerable<JsonObject>? found = (stripeObject.Text("object"), name) switch
        {
            ("charge", "refunds") => account.Store.Query("refund", [new("charge", id!)], newestFirst: true),
            ("invoice", "payments") => account.All("invoice_payment", new Filter("invoice", id!)),
            ("checkout.session", "line_items") => account.Get("checkout.session", id!)["_lines"]!.AsArray().Select(line => line!.AsObject()),
            ("customer", "subscriptions") => account.Store.Query("subscription", [new("customer", id!), new("status", "<>", "canceled")], newestFirst: true),
            _ => null,
        };
        if (found?.ToList() is not { } all) return null;
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. all.Take(Beginning).Select(one => one.Shown())]),
            ["has_more"] = all.Count > Beginning,
        };
    }

    private static StripeFault Cannot(string path) => StripeFault.Invalid($"This property cannot be expanded ({path}).", "expand");
}
