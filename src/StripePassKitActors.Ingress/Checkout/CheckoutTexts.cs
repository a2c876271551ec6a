namespace StripePassKitActors.Ingress.Checkout;

/// <summary>
/// The texts of the page, in <c>CheckoutTexts.resx</c>. Another language is a file beside it (<c>CheckoutTexts.de.resx</c>) and its name in
/// <see cref="Languages"/>.
/// </summary>
internal sealed class CheckoutTexts
{
    /// <summary>The languages that there are; whose browser asks for none of them reads the first.</summary>
    public static readonly string[] Languages = ["en"];
}
