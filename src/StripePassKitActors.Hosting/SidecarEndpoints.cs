using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace StripePassKitActors.Hosting;

/// <summary>
/// Where this app's sidecar listens, and the token it asks for. Read from configuration under the names that Dapr sets in the
/// environment; the SDK's statics are never used, so that two apps with two sidecars fit in one process.
/// </summary>
/// <param name="Http">Base address of the HTTP API: <c>DAPR_HTTP_ENDPOINT</c>, else 127.0.0.1 and <c>DAPR_HTTP_PORT</c> (3500).</param>
/// <param name="Grpc">Address of the gRPC API: <c>DAPR_GRPC_ENDPOINT</c>, else 127.0.0.1 and <c>DAPR_GRPC_PORT</c> (50001).</param>
/// <param name="ApiToken"><c>DAPR_API_TOKEN</c>; null when the sidecar asks for none.</param>
public sealed record SidecarEndpoints(Uri Http, Uri Grpc, string? ApiToken)
{
    /// <summary>The request header in which the sidecar expects <see cref="ApiToken"/>.</summary>
    public const string ApiTokenHeader = "dapr-api-token";

    /// <summary>Reads the addresses.</summary>
    /// <exception cref="StartUpException">A port or an address cannot be read; the message names the setting.</exception>
    public static SidecarEndpoints From(IConfiguration configuration) => new(
        Address(configuration, "DAPR_HTTP_ENDPOINT", "DAPR_HTTP_PORT", 3500),
        Address(configuration, "DAPR_GRPC_ENDPOINT", "DAPR_GRPC_PORT", 50001),
        configuration["DAPR_API_TOKEN"] is { Length: > 0 } token ? token : null);

    // The token is a secret: a record would print it.
    /// <inheritdoc/>
    public override string ToString() => $"{Http} and {Grpc}";

    private static Uri Address(IConfiguration configuration, string endpointKey, string portKey, int defaultPort)
    {
        if (configuration[endpointKey] is { Length: > 0 } endpoint)
        {
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw new StartUpException($"{endpointKey} must be an http or https address, but is '{endpoint}'.");
        }

        var port = defaultPort;
        if (configuration[portKey] is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535))
        {
            throw new StartUpException($"{portKey} must be a port between 1 and 65535, but is '{text}'.");
        }

        return new UriBuilder("http", "127.0.0.1", port).Uri;
    }
}
