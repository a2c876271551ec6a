using System.Text.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>Lists, newest first, page by page.</summary>
internal sealed class Listing(Account account)
{
    /// <summary>What every list takes.</summary>
    public const string Params = "limit starting_after ending_before created";

    private const int Usual = 10;
    private const int Most = 100;

    public JsonObject Of(string kind, Form form, IReadOnlyList<Filter> filters)
    {
        var limit = form.Count("limit") ?? Usual;
        if (limit is 0 or > Most) throw StripeFault.Invalid($"This value must be between 1 and {Most}.", "limit", "parameter_invalid_integer");
        var (after, before) = (form.Text("starting_after"), form.Text("ending_before"));
        if (after is not null && before is not null) throw StripeFault.Invalid("You may only specify one of these parameters: starting_after, ending_before.");

        var all = filters.Concat(Created(form));
        if (after is not null) all = all.Append(new Filter("number", "<", NumberOf(kind, after, "starting_after")));
        if (before is not null) all = all.Append(new Filter("number", ">", NumberOf(kind, before, "ending_before")));
        var found = account.Store.Query(kind, all, newestFirst: before is null, (int)limit + 1);
        var page = found.Take((int)limit);
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. (before is null ? page : page.Reverse()).Select(one => one.Shown())]),
            ["has_more"] = found.Count > limit,
        };
    }

    /// <summary>Filters whose parameter has the name of the field.</summary>
    public static IEnumerable<Filter> Same(Form form, params string[] names) =>
        from name in names
        let text = form.Text(name)
        where text is not null
        select new Filter(name, text switch { "true" => 1L, "false" => 0L, _ => (object)text });

    /// <summary>A filter for a field that is one of several texts.</summary>
    public static Filter AnyOf(string path, IReadOnlyList<string> texts) => new(path, Filter.In, JsonSerializer.Serialize(texts));

    private static IEnumerable<Filter> Created(Form form)
    {
        if (!form.Has("created")) return [];
        var range = form.Within("created");
        if (!range.Names.Any()) return [new Filter("created", form.Count("created")!)];
        return range.Names.Select(name => new Filter("created", Comparison(name), range.Count(name)));

        static string Comparison(string name) => name switch
        {
            "gt" => ">",
            "gte" => ">=",
            "lt" => "<",
            "lte" => "<=",
            _ => throw StripeFault.Invalid($"Received unknown parameter: created[{name}]", "created", "parameter_unknown"),
        };
    }

    private long NumberOf(string kind, string id, string param) =>
        account.Store.NumberOf(id) ?? throw StripeFault.Invalid($"No such {kind}: '{id}'", param, "resource_missing");
}
