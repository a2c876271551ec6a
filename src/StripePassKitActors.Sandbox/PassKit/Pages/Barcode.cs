using QRCoder;

namespace StripePassKitActors.Sandbox.PassKit.Pages;

/// <summary>What a scanner reads.</summary>
internal static class Barcode
{
    /// <summary>The QR code of a member's id, as SVG markup.</summary>
    public static string Svg(string memberId)
    {
        using var code = QRCodeGenerator.GenerateQrCode(memberId, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: false, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
