using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StripePassKitActors.Sandbox.Pages;

/// <summary>The colour of a tier, or of the plan that buys it.</summary>
internal static class Tint
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bronze"] = "--hue: 50; --strength: .09",
        ["silver"] = "--hue: 250; --strength: .025",
        ["gold"] = "--hue: 85; --strength: .11",
    };

    /// <summary>As styles; the same each time.</summary>
    public static string Of(string name) =>
        Known.TryGetValue(name, out var known) ? known
        : string.Create(CultureInfo.InvariantCulture, $"--hue: {SHA256.HashData(Encoding.UTF8.GetBytes(name))[0] * 360 / 256}; --strength: .1");
}
