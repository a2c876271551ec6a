using Microsoft.Extensions.Options;
using Stripe;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Stripe.Api;

internal static class StripeApiServices
{
    /// <summary>The name of the client of Stripe's API.</summary>
    public const string HttpClientName = "stripe";

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Adds <see cref="IStripeApi"/>, and what is written there, if there is a key.</summary>
    public static IServiceCollection AddStripeApi(this IServiceCollection services, IConfiguration configuration)
    {
        if (!StripeOptions.Reads(configuration)) return services;

        services.AddSingleton<StripePipeline>();
        services.AddSingleton(provider => StripeRateCap.Limiter(Settings(provider).Livemode == true, StripeRateCap.BelowStripes));
        services.AddTransient<StripeRateCap>();

        // No loggers: at their most talkative they write headers, and one of those is the key. No activities, which is what no propagator means:
        // they show addresses, and one of those holds a checkout session. The one client lives as long as the process; connections are renewed in
        // its place, so that a change of address is followed.
        services.AddHttpClient(HttpClientName)
            .RemoveAllLoggers()
            .UseSocketsHttpHandler((handler, _) => (handler.PooledConnectionLifetime, handler.ActivityHeadersPropagator) = (ConnectionLifetime, null))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddPolicyHandler((provider, _) => provider.GetRequiredService<StripePipeline>().Policy)
            .AddHttpMessageHandler<StripeRateCap>();
        services.AddSingleton(Client);
        services.AddSingleton<StripeFaultLog>();
        services.AddSingleton<StripeCalls>();
        services.AddSingleton<IStripeApi, StripeApi>();
        services.AddSingleton<IStripeMetadata, StripeMetadataApi>();
        return services;
    }

    private static StripeClient Client(IServiceProvider provider) => new(new StripeClientOptions
    {
        ApiKey = Settings(provider).ApiKey,
        ApiBase = string.IsNullOrEmpty(Settings(provider).ApiBase) ? null : Settings(provider).ApiBase!.TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName), maxNetworkRetries: 0, enableTelemetry: false),
    });

    private static StripeOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<StripeOptions>>().Value;
}
