using System.Text.Json;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Lists within an object: Stripe shows only their beginning.</summary>
internal static class StripeLists
{
    private const string Newest = "50";

    private const int ReadOnTheirOwn = 10;

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

    /// <summary>Of a list's newest objects the first few that are wanted, each read on its own.</summary>
    public static async Task<IReadOnlyList<StripeObject>> NewestAsync(
        this StripeCalls calls,
        string resource,
        IEnumerable<(string Name, string Value)> query,
        Func<StripeObject, bool> wanted,
        Func<string, CancellationToken, Task<IReadOnlyList<StripeObject>>> read,
        CancellationToken budget)
    {
        if (await calls.PageAsync(resource, [.. query, ("limit", Newest)], budget) is not { } page) return [];
        var ids = StripeCalls.Objects(page).Where(wanted).Take(ReadOnTheirOwn).Select(one => one.Id).ToList();
        return [.. (await StripeCalls.EachAsync(ids, id => read(id, budget))).SelectMany(all => all)];
    }

    /// <summary>The object with another value of a field.</summary>
    public static StripeObject With(this StripeObject of, string field, JsonNode value)
    {
        var changed = JsonObject.Create(of.Json)!;
        changed[field] = value;
        return of with { Json = JsonSerializer.SerializeToElement(changed) };
    }
}
