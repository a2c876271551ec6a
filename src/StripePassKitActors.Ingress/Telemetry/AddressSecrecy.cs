using Microsoft.AspNetCore.Http.Features;
using StripePassKitActors.Ingress.PassKit;

namespace StripePassKitActors.Ingress.Telemetry;

/// <summary>
/// Addresses of this app hold secrets: a checkout session, PassKit's token. The framework writes them into lines per request, and into the scope of every
/// other line; whatever the settings say of logging, here it does not.
/// </summary>
internal static class AddressSecrecy
{
    private static readonly (string Category, LogLevel Least)[] Silenced =
    [
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None), // below that there is a scope
        ("Microsoft.AspNetCore.Routing", LogLevel.Warning),
    ];

    /// <summary>Has the last word over all rules, those of single providers included.</summary>
    public static WebApplicationBuilder AddAddressSecrecy(this WebApplicationBuilder builder)
    {
        builder.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            string?[] providers = [null, .. options.Rules.Select(rule => rule.ProviderName).OfType<string>().Distinct()];
            foreach (var (category, least) in Silenced)
            {
                // A longer name of the same would be the more exact rule.
                foreach (var rule in options.Rules.Where(rule => rule.CategoryName?.StartsWith(category, StringComparison.OrdinalIgnoreCase) is true).ToList()) options.Rules.Remove(rule);
                foreach (var provider in providers) options.Rules.Add(new LoggerFilterRule(provider, category, least, filter: null));
            }
        });
        return builder;
    }

    /// <summary>What instruments requests shows their path, and PassKit's holds the token, whatever verb it comes with and whether there is such a route.</summary>
    public static void UseAddressSecrecy(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(PassKitWebhook.Path)) context.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("url.path", $"{PassKitWebhook.Path}/{{token}}");
        return next(context);
    });
}
