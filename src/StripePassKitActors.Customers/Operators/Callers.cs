using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Operators;

/// <summary>Who may call this app: its sidecar, by the app token, and operators, by their key. Nobody else, and neither in the other's place.</summary>
internal static class Callers
{
    /// <summary>The policy of the routes that the sidecar calls.</summary>
    public const string Sidecar = "Dapr";

    /// <summary>The policy of the operator routes.</summary>
    public const string Operator = "Operator";

    public static IServiceCollection AddCallers(this IServiceCollection services, IConfiguration configuration)
    {
        // As AddAuthentication() does it, but for data protection: that is for cookies, and writes keys to disk.
        services.AddAuthenticationCore().AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddDapr(options => options.Token = configuration["APP_API_TOKEN"] ?? "") // the SDK reads it from the environment alone
            .AddScheme<AuthenticationSchemeOptions, OperatorAuthentication>(Operator, null);
        services.AddAuthorization(options =>
        {
            options.AddDapr();
            options.AddPolicy(Operator, policy => policy.AddAuthenticationSchemes(Operator).RequireAuthenticatedUser());
        });
        return services;
    }

    /// <summary>Asks who calls. Named after what answers errors, so that a refusal has its ProblemDetails too.</summary>
    public static void UseCallers(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary><c>Authorization: Bearer</c> and the key of <c>Operator:ApiKey</c>.</summary>
    private sealed class OperatorAuthentication(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IOptions<OperatorOptions> operators)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        private const string Prefix = "Bearer ";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return Task.FromResult(AuthenticateResult.NoResult());

            // Hashed first, so that the time of the comparison tells nothing of the key, its length included.
            var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Prefix.Length..].Trim()));
            var expected = SHA256.HashData(Encoding.UTF8.GetBytes(operators.Value.ApiKey.Trim()));
            return Task.FromResult(CryptographicOperations.FixedTimeEquals(given, expected)
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name))
                : AuthenticateResult.Fail("The operator key is wrong."));
        }
    }
}
