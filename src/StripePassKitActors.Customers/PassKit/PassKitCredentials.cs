using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// The Authorization header: a long-lived token, or a token signed anew for each call. PassKit accepts a signed token for about a minute
/// and refuses one from the future, so its own clock, once it complained, corrects ours.
/// </summary>
internal sealed class PassKitCredentials
{
    private const int ShortestKey = 32;

    private static readonly TimeSpan IssuedEarlier = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(45);

    private readonly JsonWebTokenHandler tokens = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly PassKitOptions options;
    private readonly TimeProvider time;
    private readonly SigningCredentials? signing;
    private long skewTicks;

    public PassKitCredentials(IOptions<PassKitOptions> options, TimeProvider time)
    {
        this.options = options.Value;
        this.time = time;

        // The secret is the key as it is written, never decoded.
        if (!string.IsNullOrWhiteSpace(this.options.ApiSecret))
        {
            var key = new SymmetricSecurityKey(Key(this.options.ApiSecret));
            signing = new SigningCredentials(key, SecurityAlgorithms.HmacSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = true } };
        }
    }

    /// <summary>How far PassKit's clock is ahead of ours, as far as known.</summary>
    public TimeSpan Skew => TimeSpan.FromTicks(Interlocked.Read(ref skewTicks));

    /// <summary>The header's whole value for one call.</summary>
    /// <param name="skew">What <see cref="Skew"/> said before the call.</param>
    public string Authorization(TimeSpan skew)
    {
        if (signing is null) return $"Bearer {options.Token}";

        var now = time.GetUtcNow() + skew;
        var token = tokens.CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["uid"] = options.ApiKey! },
            IssuedAt = (now - IssuedEarlier).UtcDateTime,
            Expires = (now + ValidFor).UtcDateTime,
            SigningCredentials = signing,
        });
        return string.IsNullOrEmpty(options.AuthorizationScheme) ? token : $"{options.AuthorizationScheme} {token}";
    }

    /// <summary>
    /// Takes PassKit's clock for ours, if tokens are signed; whether another try can then succeed, because the call that was refused was
    /// signed by another clock. Calls run side by side: each is judged by its own.
    /// </summary>
    public bool CorrectClock(DateTimeOffset passKitNow, TimeSpan signedWith)
    {
        var skew = passKitNow - time.GetUtcNow();
        Interlocked.Exchange(ref skewTicks, skew.Ticks);
        return signing is not null && (skew - signedWith).Duration() >= TimeSpan.FromSeconds(1);
    }

    // The library refuses keys under 256 bits. HMAC itself fills a short key with zeros, so filling it here changes no signature.
    private static byte[] Key(string secret)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        Array.Resize(ref key, Math.Max(key.Length, ShortestKey));
        return key;
    }
}
