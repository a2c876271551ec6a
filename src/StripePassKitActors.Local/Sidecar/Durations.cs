using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace StripePassKitActors.Local.Sidecar;

/// <summary>Spans of time as Dapr's files and SDKs write them.</summary>
internal static partial class Durations
{
    /// <summary>Reads <c>1m30s</c> and <c>0h0m1s0ms</c> (Go), <c>PT1M30S</c> (ISO 8601) or <c>00:01:30</c>; null: it is none of these.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (Go().Match(text) is { Success: true } go)
        {
            return go.Groups["part"].Captures.Zip(go.Groups["unit"].Captures)
                .Aggregate(TimeSpan.Zero, (sum, one) => sum + Of(double.Parse(one.First.Value, CultureInfo.InvariantCulture), one.Second.Value));
        }

        if (TimeSpan.TryParseExact(text, ["c", "g"], CultureInfo.InvariantCulture, out var plain) && text.Contains(':', StringComparison.Ordinal)) return plain;
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static TimeSpan Of(double count, string unit) => unit switch
    {
        "h" => TimeSpan.FromHours(count),
        "m" => TimeSpan.FromMinutes(count),
        "s" => TimeSpan.FromSeconds(count),
        "ms" => TimeSpan.FromMilliseconds(count),
        _ => TimeSpan.FromMicroseconds(count),
    };

    [GeneratedRegex(@"^((?<part>\d+(\.\d+)?)(?<unit>h|ms|m|s|us|µs))+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Go();
}
