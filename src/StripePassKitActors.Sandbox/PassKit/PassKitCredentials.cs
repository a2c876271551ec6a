using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>Who may call: a fresh JWT signed with the API secret, or the long-lived token.</summary>
internal sealed class PassKitCredentials(PassKitSandboxOptions options, TimeProvider time)
{
    private const string Bearer = "Bearer ";
    private const int OldestSeconds = 60;

    private readonly JsonWebTokenHandler handler = new();

#pragma warning disable CA5404 // PassKit's tokens name no issuer and no audience; their age is judged below, by the sandbox's clock.
    private readonly TokenValidationParameters parameters = new()
    {
        IssuerSigningKey = Key(options.ApiSecret),
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
    };
#pragma warning restore CA5404

    /// <summary>Null when the caller may.</summary>
    public async Task<Answer?> RefuseAsync(string? header)
    {
        if (string.IsNullOrWhiteSpace(header)) return Answer.Unauthorized("no jwt token provided");
        var isBearer = header.StartsWith(Bearer, StringComparison.Ordinal);
        var token = isBearer ? header[Bearer.Length..] : header;
        if (isBearer && token == options.Token) return null;

        var result = await handler.ValidateTokenAsync(token, parameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt) return Answer.Unauthorized("signature is invalid");
        if (!jwt.TryGetPayloadValue<string>("uid", out var uid) || uid != options.ApiKey) return Answer.Unauthorized("unknown uid");
        if (!jwt.TryGetPayloadValue<long>("iat", out var issued)) return Answer.Unauthorized("jwt has no iat");
        if (!jwt.TryGetPayloadValue<long>("exp", out var expires)) return Answer.Unauthorized("jwt has no exp");

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return issued > now ? Answer.Unauthorized("Token used before issued")
            : now - issued >= OldestSeconds ? Answer.Unauthorized("jwt was issued too long ago")
            : expires <= now ? Answer.Unauthorized("Token is expired")
            : null;
    }

    // The library wants 32 bytes. HMAC itself fills a short key with zeros, so filling it here changes no signature.
    private static SymmetricSecurityKey Key(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        Array.Resize(ref bytes, Math.Max(bytes.Length, 32));
        return new SymmetricSecurityKey(bytes);
    }
}
