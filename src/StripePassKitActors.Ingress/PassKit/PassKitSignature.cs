using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.PassKit;

/// <summary>
/// Tells whether PassKit signed a body. How it signs is written down nowhere: every header whose name speaks of a signature is tried as an HMAC-SHA256 of
/// the raw body, in hexadecimal or base64, with the secret as text or decoded. All guesses stand here and nowhere else.
/// </summary>
internal sealed class PassKitSignature(IOptions<PassKitWebhookOptions> options)
{
    private const string Algorithm = "sha256=";

    /// <summary>True as well where no secret is set: the token in the address is then the only gate.</summary>
    public bool IsRight(byte[] body, IHeaderDictionary headers)
    {
        if (options.Value.SigningSecret is not { Length: > 0 } secret) return true;

        var expected = Keys(secret).Select(key => HMACSHA256.HashData(key, body)).ToList();
        return headers
            .Where(header => header.Key.Contains("signature", StringComparison.OrdinalIgnoreCase))
            .SelectMany(header => header.Value)
            .OfType<string>()
            .SelectMany(Decoded)
            .Any(given => expected.Exists(mac => CryptographicOperations.FixedTimeEquals(mac, given)));
    }

    private static IEnumerable<byte[]> Keys(string secret)
    {
        yield return Encoding.UTF8.GetBytes(secret);
        if (FromBase64(secret) is { } key) yield return key;
    }

    private static IEnumerable<byte[]> Decoded(string given)
    {
        var text = given.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase) ? given[Algorithm.Length..] : given;
        if (text.Length is 2 * HMACSHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigit)) yield return Convert.FromHexString(text);
        if (FromBase64(text) is { } bytes) yield return bytes;
    }

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
