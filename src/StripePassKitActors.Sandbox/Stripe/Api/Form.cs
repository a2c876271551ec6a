using System.Globalization;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>What a call says, as a form with brackets: <c>items[0][price]=price_1</c>. An empty text takes a value away.</summary>
internal sealed class Form
{
    private const int MostKeys = 50;
    private const int LongestKey = 40;
    private const int LongestValue = 500;

    private readonly JsonObject fields;
    private readonly string prefix;

    private Form(JsonObject fields, string prefix) => (this.fields, this.prefix) = (fields, prefix);

    /// <summary>The names of what it says.</summary>
    public IEnumerable<string> Names => fields.Select(pair => pair.Key);

    /// <summary>Builds the tree from what stands between the ampersands.</summary>
    public static Form Of(params IEnumerable<(string Name, string? Value)> pairs)
    {
        var root = new JsonObject();
        foreach (var (name, value) in pairs)
        {
            if (value is null) continue;
            var parts = name.Replace("]", "", StringComparison.Ordinal).Split('[');
            var at = root;
            foreach (var part in parts[..^1]) at = Child(at, part);
            at[Key(at, parts[^1])] = value;
        }

        return new Form(root, "");
    }

    public bool Has(string name) => fields.ContainsKey(name);

    public string? Text(string name) => fields[name] switch
    {
        null => null,
        JsonValue value when value.GetValue<string>() is { Length: > 0 } text => text,
        JsonValue => null,
        _ => throw StripeFault.Invalid("Invalid string.", Param(name)),
    };

    public string Required(string name) => Text(name) ?? throw StripeFault.Absent(Param(name));

    public long? Number(string name) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw StripeFault.Invalid($"Invalid integer: {text}", Param(name), "parameter_invalid_integer");

    /// <summary>A number that cannot be below zero, such as an amount.</summary>
    public long? Count(string name) => Number(name) is not { } number ? null
        : number >= 0 ? number
        : throw StripeFault.Invalid("This value must be greater than or equal to 0.", Param(name), "parameter_invalid_integer");

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw StripeFault.Invalid($"Invalid boolean: {text}", Param(name)),
    };

    /// <summary>One of several words.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> words) => Text(name) is not { } text ? null
        : words.Contains(text) ? text
        : throw StripeFault.Invalid($"Invalid {name}: must be one of {string.Join(", ", words.ToArray())}", Param(name));

    /// <summary>What stands in brackets behind a name; empty if nothing does.</summary>
    public Form Within(string name) => new(fields[name] as JsonObject ?? [], Param(name));

    /// <summary>The members of an array, in order.</summary>
    public IReadOnlyList<Form> Items(string name) =>
        fields[name] is JsonObject items ? [.. items.Select(item => new Form(item.Value as JsonObject ?? [], $"{Param(name)}[{item.Key}]"))] : [];

    /// <summary>The same for an array of texts.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        fields[name] is JsonObject items ? [.. items.Select(item => item.Value is JsonValue value ? value.GetValue<string>() : "")] : [];

    public string Param(string name) => prefix.Length == 0 ? name : $"{prefix}[{name}]";

    /// <summary>Takes over what the form says under these names, an empty text as null.</summary>
    public void CopyTo(JsonObject stripeObject, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (Has(name)) stripeObject[name] = Text(name);
    }

    /// <summary>Merges metadata as Stripe does: an empty value removes its key, an empty <c>metadata</c> all of them.</summary>
    /// <exception cref="StripeFault">There is more than Stripe keeps.</exception>
    public void MetadataTo(JsonObject stripeObject, string name = "metadata")
    {
        if (!Has(name)) return;
        var metadata = stripeObject["metadata"]!.AsObject();
        var said = Within(name);
        if (said.fields.Count == 0) metadata.Clear();
        foreach (var key in said.Names)
        {
            if (key.Length > LongestKey)
                throw StripeFault.Invalid($"Metadata keys can only be up to {LongestKey} characters in length. The key \"{key}\" is {key.Length} characters long.", said.Param(key));
            if (said.Text(key) is not { } value) metadata.Remove(key);
            else if (value.Length <= LongestValue) metadata[key] = value;
            else throw StripeFault.Invalid($"Metadata values can have up to {LongestValue} characters, but you passed in a value that is {value.Length} characters.", said.Param(key));
        }

        if (metadata.Count > MostKeys) throw StripeFault.Invalid($"You can only have {MostKeys} metadata keys on an object; this would make {metadata.Count}.", Param(name));
    }

    /// <summary>All of it again, as it would stand between ampersands.</summary>
    public IEnumerable<(string Name, string Value)> Pairs() => Flat(fields, "");

    private static IEnumerable<(string Name, string Value)> Flat(JsonObject at, string prefix)
    {
        foreach (var (key, value) in at)
        {
            var name = prefix.Length == 0 ? key : $"{prefix}[{key}]";
            if (value is JsonObject deeper)
                foreach (var pair in Flat(deeper, name)) yield return pair;
            else yield return (name, value!.GetValue<string>());
        }
    }

    private static JsonObject Child(JsonObject parent, string part)
    {
        var key = Key(parent, part);
        if (parent[key] is JsonObject known) return known;
        var child = new JsonObject();
        parent[key] = child;
        return child;
    }

    private static string Key(JsonObject parent, string part) => part.Length > 0 ? part : parent.Count.ToString(CultureInfo.InvariantCulture);
}
