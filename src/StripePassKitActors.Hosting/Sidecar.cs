using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace StripePassKitActors.Hosting;

/// <summary>
/// Where this app's sidecar is: from configuration alone, never from the SDK's environment statics, because two apps must fit in one process.
/// </summary>
/// <param name="Http">Base address of its HTTP API.</param>
/// <param name="Grpc">Base address of its gRPC API.</param>
/// <param name="ApiToken">What it asks of its callers; null: nothing.</param>
public sealed record Sidecar(Uri Http, Uri Grpc, string? ApiToken)
{
    /// <summary>The named client whose base address is the sidecar's HTTP API.</summary>
    public const string HttpClientName = "sidecar";

    /// <summary>Reads the settings that <c>dapr run</c> and the Kubernetes injector give an app.</summary>
    public static Sidecar Of(IConfiguration configuration) => new(
        Endpoint(configuration, "DAPR_HTTP_ENDPOINT", "DAPR_HTTP_PORT", 3500),
        Endpoint(configuration, "DAPR_GRPC_ENDPOINT", "DAPR_GRPC_PORT", 50001),
        configuration["DAPR_API_TOKEN"] is { Length: > 0 } token ? token : null);

    private static Uri Endpoint(IConfiguration configuration, string endpoint, string port, int otherwise) =>
        new(configuration[endpoint] is { Length: > 0 } url ? url : $"http://127.0.0.1:{configuration.GetValue(port, otherwise)}");
}

/// <summary>Registers the ways to the sidecar.</summary>
public static class SidecarServices
{
    /// <summary>Adds <see cref="Sidecar"/>, a <see cref="DaprClient"/> and the named HTTP client of <see cref="Sidecar.HttpClientName"/>.</summary>
    public static IServiceCollection AddSidecar(this IServiceCollection services, IConfiguration configuration)
    {
        var sidecar = Sidecar.Of(configuration);
        services.AddSingleton(sidecar);
        services.AddSingleton(_ => new DaprClientBuilder()
            .UseHttpEndpoint(sidecar.Http.ToString())
            .UseGrpcEndpoint(sidecar.Grpc.ToString())
            .UseDaprApiToken(sidecar.ApiToken)
            .Build());
        services.AddHttpClient(Sidecar.HttpClientName, client =>
        {
            client.BaseAddress = sidecar.Http;
            if (sidecar.ApiToken is { } token) client.DefaultRequestHeaders.Add("dapr-api-token", token);
        });
        return services;
    }
}
