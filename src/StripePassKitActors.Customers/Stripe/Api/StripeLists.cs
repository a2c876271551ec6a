using System.Text.Json;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Lists, of which Stripe shows only the beginning.</summary>
internal static class StripeLists
{
    /// <summary>How many of a customer's objects are looked at.</summary>
    public const string Newest = "50";

    /// <summary>The object with all of a list, which is read from its own address if the object holds a part of it only. Its moment stays the earlier one.</summary>
    public static async Task<StripeObject> CompleteAsync(
        this StripeCalls calls, StripeObject of, string list, string resource, IEnumerable<(string Name, string Value)> query, CancellationToken budget)
    {
        if (of.Json.Part(list)?.Flag("has_more") != true) return of;
        var all = await calls.AllAsync(resource, query, budget);
        return of.With(list, new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. all.Select(row => JsonObject.Create(row.Json))]),
            ["has_more"] = false,
        });
    }

    /// <summary>The object with another value of a field.</summary>
    public static StripeObject With(this StripeObject of, string field, JsonNode value)
    {
        var changed = JsonObject.Create(of.Json)!;
        changed[field] = value;
        return of with { Json = JsonSerializer.SerializeToElement(changed) };
    }
}
