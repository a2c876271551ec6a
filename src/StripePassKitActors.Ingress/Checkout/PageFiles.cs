using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>What the page loads beside itself. The address of each changes with its content, so that browsers may keep them for ever.</summary>
public sealed class PageFiles
{
    /// <summary>Takes the colour as it is at start.</summary>
    public PageFiles(IOptions<CheckoutOptions> options)
    {
        var color = options.Value.Color is { Length: > 0 } chosen ? chosen : CheckoutOptions.OwnColor;
        Styles = Encoding.UTF8.GetBytes($"{Read("page.css")}:root {{ --brand: {color}; --on-brand: {TextOn(color)}; }}\n");
        Script = Encoding.UTF8.GetBytes(Read("page.js"));
        StylesPath = $"page.css?v={Version(Styles)}";
        ScriptPath = $"page.js?v={Version(Script)}";
    }

    /// <summary>The sheet of styles, with the merchant's colour.</summary>
    public byte[] Styles { get; }

    /// <summary>The script.</summary>
    public byte[] Script { get; }

    /// <summary>Where the styles are, beside the page.</summary>
    public string StylesPath { get; }

    /// <summary>Where the script is, beside the page.</summary>
    public string ScriptPath { get; }

    /// <summary>Black or white, whichever stands out more from <paramref name="color"/> (WCAG's relative luminance).</summary>
    internal static string TextOn(string color)
    {
        var luminance = (0.2126 * Light(1)) + (0.7152 * Light(3)) + (0.0722 * Light(5));
        return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff";

        double Light(int from)
        {
            var part = byte.Parse(color.AsSpan(from, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
    }

    private static string Version(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..12];

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }
}
