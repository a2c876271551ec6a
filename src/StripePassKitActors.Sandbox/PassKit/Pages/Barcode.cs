using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using QRCoder;

namespace StripePassKitActors.Sandbox.PassKit.Pages;

/// <summary>How a pass is told apart at a glance: by a scanner and by an eye.</summary>
internal static class Barcode
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bronze"] = "--hue: 50; --strength: .09",
        ["silver"] = "--hue: 250; --strength: .025",
        ["gold"] = "--hue: 85; --strength: .11",
    };

    /// <summary>The QR code of a member's id, as SVG markup.</summary>
    public static string Svg(string memberId)
    {
        using var code = QRCodeGenerator.GenerateQrCode(memberId, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: false, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    /// <summary>The colour of a tier, as styles; the same one each time.</summary>
    public static string Colour(string tierId) =>
        Known.TryGetValue(tierId, out var known) ? known
        : string.Create(CultureInfo.InvariantCulture, $"--hue: {SHA256.HashData(Encoding.UTF8.GetBytes(tierId))[0] * 360 / 256}; --strength: .1");
}
