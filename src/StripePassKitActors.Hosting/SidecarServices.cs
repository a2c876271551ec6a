using Dapr.Client;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StripePassKitActors.Hosting;

/// <summary>Registers what an app needs to talk to its sidecar.</summary>
public static class SidecarServices
{
    /// <summary>Name of the <see cref="HttpClient"/> whose base address is the sidecar's HTTP API; it carries the API token.</summary>
    public const string HttpClientName = "sidecar";

    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(2);

    /// <summary>gRPC's own are a second and two minutes: so long would an app fail after its sidecar is back, which is next to it and costs nothing to ask.</summary>
    private static readonly TimeSpan FirstReconnectWait = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestReconnectWait = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Adds <see cref="SidecarEndpoints"/>, <see cref="DaprClient"/>, the <see cref="HttpClient"/> named <see cref="HttpClientName"/>
    /// and the health check <c>sidecar</c>, which <c>/readyz</c> asks.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="hostsActors">Ready then also means that the actor host is ready and placement connected.</param>
    public static IServiceCollection AddSidecar(this IServiceCollection services, bool hostsActors = false)
    {
        services.AddSingleton(provider => SidecarEndpoints.From(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => provider.GetRequiredService<SidecarEndpoints>().CreateClient());

        // The default loggers write every URL, and URLs to PassKit name members.
        services.AddHttpClient(HttpClientName).RemoveAllLoggers().ConfigureHttpClient((provider, http) =>
        {
            var sidecar = provider.GetRequiredService<SidecarEndpoints>();
            http.BaseAddress = sidecar.Http;
            if (sidecar.ApiToken is { } token) http.DefaultRequestHeaders.Add(SidecarEndpoints.ApiTokenHeader, token);
        });

        services.AddSingleton<ReadinessLog>();
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "sidecar",
            provider => new SidecarHealthCheck(provider.GetRequiredService<IHttpClientFactory>(), hostsActors),
            HealthStatus.Unhealthy,
            tags: null,
            HealthTimeout));
        return services;
    }

    /// <summary>A channel to the gRPC API, for what <see cref="DaprClient"/> does not know. Calls bring the API token themselves; a cancelled one throws
    /// <see cref="OperationCanceledException"/>.</summary>
    public static GrpcChannel OpenChannel(this SidecarEndpoints sidecar) => GrpcChannel.ForAddress(sidecar.Grpc, ChannelOptions());

    internal static DaprClient CreateClient(this SidecarEndpoints sidecar) => new DaprClientBuilder()
        .UseHttpEndpoint(sidecar.Http.AbsoluteUri)
        .UseGrpcEndpoint(sidecar.Grpc.AbsoluteUri)
        .UseGrpcChannelOptions(ChannelOptions())
        .UseDaprApiToken(sidecar.ApiToken ?? "")
        .Build();

    private static GrpcChannelOptions ChannelOptions() => new()
    {
        ThrowOperationCanceledOnCancellation = true, // as the SDK's own options have it
        InitialReconnectBackoff = FirstReconnectWait,
        MaxReconnectBackoff = LongestReconnectWait,
    };
}
