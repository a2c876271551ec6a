using QRCoder;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>What a phone's camera reads off another screen.</summary>
internal static class QrCode
{
    /// <summary>A link as SVG markup, dark on light in any theme, with the margin that readers need. It has neither styles nor scripts.</summary>
    public static string Svg(string url)
    {
        using var code = QRCodeGenerator.GenerateQrCode(url, QRCodeGenerator.ECCLevel.M);
        using var svg = new SvgQRCode(code);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
