using System.Collections.Immutable;

namespace StripePassKitActors.Local.Sidecar;

/// <summary>What a sidecar is told when it starts: what <c>daprd</c> takes from its command line.</summary>
/// <param name="AppId">The app's name: part of every state key, consumer of topics, what resources' <c>scopes</c> speak of.</param>
/// <param name="AppPort">Where the app listens on this machine.</param>
/// <param name="HttpPort">Where the HTTP API listens.</param>
/// <param name="GrpcPort">Where the gRPC API listens.</param>
/// <param name="ResourcesFolder">The folder of <c>components/*.yaml</c>.</param>
public sealed record SidecarSettings(string AppId, int AppPort, int HttpPort, int GrpcPort, string ResourcesFolder)
{
    /// <summary>Where <c>envRef</c> and <c>secretstores.local.env</c> look, and the app token (<c>APP_API_TOKEN</c>).</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = [];

    /// <summary>Null: the app counts as healthy from the moment at which its port opens.</summary>
    public AppHealthCheck? HealthCheck { get; init; }
}

/// <summary>How a sidecar asks whether its app lives (<c>appHealth…</c> in <c>dapr.yaml</c>).</summary>
/// <param name="Path">The route that answers with success.</param>
/// <param name="Interval">How often it asks.</param>
/// <param name="Timeout">How long it waits for the answer.</param>
/// <param name="Threshold">After how many failures in a row the app counts as unhealthy.</param>
public sealed record AppHealthCheck(string Path, TimeSpan Interval, TimeSpan Timeout, int Threshold);
