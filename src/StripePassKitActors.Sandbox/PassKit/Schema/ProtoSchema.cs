using System.Collections.Frozen;
using System.Text.Json;

namespace StripePassKitActors.Sandbox.PassKit.Schema;

/// <summary>
/// The fields of every message that the sandbox takes or gives, as PassKit's own SDKs declare them. A table instead of classes,
/// because strictness is the point: what is not in the table is refused.
/// </summary>
internal static class ProtoSchema
{
    private static readonly Table Loaded = Load();

    /// <summary>The fields of a message, in the order in which they are written.</summary>
    public static IReadOnlyDictionary<string, ProtoType> Fields(string message) => Loaded.Messages[message];

    private static Table Load()
    {
        using var stream = typeof(ProtoSchema).Assembly.GetManifestResourceStream("passkit-messages.json")!;
        using var document = JsonDocument.Parse(stream);
        var enums = document.RootElement.GetProperty("enums").EnumerateObject().ToFrozenDictionary(
            choice => choice.Name,
            choice => new ProtoType.Choice(choice.Value.EnumerateObject().ToFrozenDictionary(v => v.Name, v => v.Value.GetInt32())));
        var messages = document.RootElement.GetProperty("messages").EnumerateObject().ToFrozenDictionary(
            message => message.Name,
            message => new OrderedDictionary<string, ProtoType>(message.Value.EnumerateObject()
                .Select(field => KeyValuePair.Create(field.Name, Parse(field.Value.GetString()!, enums)))));
        return new Table(messages);
    }

    private static ProtoType Parse(string type, FrozenDictionary<string, ProtoType.Choice> enums) => type switch
    {
        "string" => new ProtoType.Text(),
        "bool" => new ProtoType.Flag(),
        "int32" => new ProtoType.Whole(int.MinValue, int.MaxValue, false),
        "uint32" => new ProtoType.Whole(uint.MinValue, uint.MaxValue, false),
        "uint64" => new ProtoType.Whole(ulong.MinValue, ulong.MaxValue, true),
        "float" => new ProtoType.Fraction(true),
        "double" => new ProtoType.Fraction(false),
        "Timestamp" => new ProtoType.Moment(),
        _ when type.StartsWith("repeated ", StringComparison.Ordinal) => new ProtoType.Many(Parse(type["repeated ".Length..], enums)),
        _ when type.StartsWith("map<", StringComparison.Ordinal) =>
            new ProtoType.Map(Parse(type[(type.IndexOf(',', StringComparison.Ordinal) + 1)..^1], enums)),
        _ => enums.TryGetValue(type, out var choice) ? choice : new ProtoType.Message(type),
    };

    private sealed record Table(FrozenDictionary<string, OrderedDictionary<string, ProtoType>> Messages);
}
