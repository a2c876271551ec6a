using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace StripePassKitActors.Local.Sidecar.Resources;

/// <summary>A mapping in a resource file, read key by key; a key that nobody asked for is refused at the end.</summary>
internal sealed class YamlMap(YamlNode node, string where)
{
    private readonly Dictionary<string, YamlNode> unread = node is YamlMappingNode map
        ? map.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value)
        : throw new UnsupportedException($"the form of {where}");

    public IReadOnlyCollection<string> Keys => unread.Keys;

    public string Text(string key) => TextOrNull(key) ?? throw new InvalidDataException($"{where} has no {key}.");

    public string? TextOrNull(string key) => unread.Remove(key, out var value)
        ? (value as YamlScalarNode)?.Value ?? throw new UnsupportedException($"the form of {key} in {where}")
        : null;

    public int? Number(string key) =>
        TextOrNull(key) is { } text
            ? int.TryParse(text, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidDataException($"{key} in {where} is no number: {text}.")
            : null;

    public TimeSpan? Duration(string key) =>
        TextOrNull(key) is { } text ? Durations.Parse(text) ?? throw new InvalidDataException($"{key} in {where} is no duration: {text}.") : null;

    public YamlMap Map(string key) => MapOrNull(key) ?? throw new InvalidDataException($"{where} has no {key}.");

    public YamlMap? MapOrNull(string key) => unread.Remove(key, out var value) ? new YamlMap(value, $"{key} in {where}") : null;

    public IEnumerable<YamlMap> Maps(string key) => Nodes(key).Select(item => new YamlMap(item, $"{key} in {where}")).ToList();

    public IReadOnlyList<string> Texts(string key) => [.. Nodes(key).Select(item => ((YamlScalarNode)item).Value!)];

    /// <summary>Refuses what was not read.</summary>
    public void End()
    {
        if (unread.Count > 0) throw new UnsupportedException($"'{unread.Keys.First()}' in {where}");
    }

    private IEnumerable<YamlNode> Nodes(string key) => !unread.Remove(key, out var value) ? []
        : value as YamlSequenceNode ?? throw new UnsupportedException($"the form of {key} in {where}");
}
