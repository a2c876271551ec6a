using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StripePassKitActors.Hosting;

/// <summary>
/// Asks the sidecar whether its components work and, for an app that hosts actors, whether actors can be placed on it: the sidecar is
/// healthy some seconds before the first actor call can succeed.
/// </summary>
internal sealed class SidecarHealthCheck(IHttpClientFactory clients, bool hostsActors) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var sidecar = clients.CreateClient(SidecarServices.HttpClientName);
        try
        {
            using var outbound = await sidecar.GetAsync(new Uri("/v1.0/healthz/outbound", UriKind.Relative), cancellationToken);
            return outbound.StatusCode is not HttpStatusCode.NoContent
                ? HealthCheckResult.Unhealthy($"The sidecar's components are not ready (it answered {(int)outbound.StatusCode}).")
                : hostsActors ? await CheckActorHostAsync(sidecar, cancellationToken) : HealthCheckResult.Healthy();
        }
        catch (HttpRequestException)
        {
            // Asked every few seconds: the sentence says it all, a stack trace each time would bury the log.
            return HealthCheckResult.Unhealthy($"The sidecar does not answer at {sidecar.BaseAddress}.");
        }
        catch (JsonException)
        {
            return HealthCheckResult.Unhealthy("The sidecar's metadata cannot be read.");
        }
    }

    private static async Task<HealthCheckResult> CheckActorHostAsync(HttpClient sidecar, CancellationToken cancellationToken)
    {
        using var body = await sidecar.GetStreamAsync(new Uri("/v1.0/metadata", UriKind.Relative), cancellationToken);
        using var metadata = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return Describe(metadata.RootElement) is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy();
    }

    private static string? Describe(JsonElement metadata) =>
        !metadata.TryGetProperty("actorRuntime", out var runtime) ? "The sidecar's actor runtime has not started."
        : !runtime.TryGetProperty("hostReady", out var ready) || ready.ValueKind is not JsonValueKind.True ? "The actor host is not ready."
        : !runtime.TryGetProperty("activeActors", out var types) || types.ValueKind is not JsonValueKind.Array || types.GetArrayLength() == 0
            ? "The sidecar knows of no actor type; was /dapr/config refused (APP_API_TOKEN must be the same for app and sidecar)?"
        : !runtime.TryGetProperty("placement", out var placement) || placement.GetString() is not "placement: connected"
            ? "The sidecar is not connected to placement."
            : null;
}
