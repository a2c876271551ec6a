using System.Text;
using Microsoft.Extensions.Options;
using Stripe;

namespace StripePassKitActors.Ingress.Webhooks;

/// <summary>Tells whether Stripe signed a body, and did so now.</summary>
internal sealed class StripeSignature(IOptions<StripeWebhookOptions> options, TimeProvider time)
{
    public const string Header = "Stripe-Signature";

    private const long ToleranceSeconds = 300;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null when the signature is right, else a sentence that says what is wrong without quoting the header.</returns>
    public string? FindFault(byte[] body, string? header)
    {
        if (string.IsNullOrWhiteSpace(header)) return $"The {Header} header is missing.";
        if (!IsWellFormed(header)) return $"The {Header} header is malformed.";

        string text;
        try
        {
            // Unlike a reader, this keeps a byte order mark, which is signed too.
            text = StrictUtf8.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return "The body is not UTF-8.";
        }

        var secrets = options.Value.WebhookSecrets;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return secrets.Any(secret => IsValid(text, header, secret, ToleranceSeconds, now)) ? null
            // Asked again without a tolerance, only to say why: the answer is a refusal either way.
            : secrets.Any(secret => IsValid(text, header, secret, long.MaxValue, now))
                ? "The signature's timestamp is outside the tolerance of 5 minutes."
            : "No signature in the header matches a configured secret.";
    }

    private static bool IsValid(string text, string header, string secret, long tolerance, long now)
    {
        try
        {
            EventUtility.ValidateSignature(text, header, secret, tolerance, now);
            return true;
        }
        catch (Exception refused) when (refused is StripeException or FormatException or OverflowException)
        {
            // The last two: a timestamp that is no number, which only a holder of the secret can sign.
            return false;
        }
    }

    private static bool IsWellFormed(string header)
    {
        var names = header.Split(',').Select(element => element.Split('=', 2)).ToList();
        return names.TrueForAll(element => element.Length is 2) && names.Exists(element => element[0].Trim() is "t");
    }
}
