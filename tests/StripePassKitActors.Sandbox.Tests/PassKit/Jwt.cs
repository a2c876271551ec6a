using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

/// <summary>Signs by hand, so that the sandbox is not checked with the library that it checks with.</summary>
internal static class Jwt
{
    public static string Sign(string secret, object claims, string algorithm = "HS256")
    {
        var text = $"{Encode(new { alg = algorithm, typ = "JWT" })}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)))}";
    }

    private static string Encode(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
