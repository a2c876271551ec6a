using System.Collections.Immutable;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>
/// What sidecars run on: programs on this machine, containers, or another sidecar altogether. A test that takes one runs on each.
/// </summary>
internal interface IPlatform : IAsyncDisposable
{
    /// <summary>The address on which apps listen so that their sidecars reach them.</summary>
    string AppsListenOn { get; }

    /// <summary>The name by which a sidecar reaches what listens on this machine, such as PassKit's stand-in.</summary>
    string ThisMachine { get; }

    /// <summary>Starts what all sidecars share.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Makes a sidecar, not yet started.</summary>
    ISidecar CreateSidecar(SidecarOptions options);
}

/// <summary>One sidecar. Its ports are known before it starts and stay the same when it is started again.</summary>
internal interface ISidecar : IAsyncDisposable
{
    Uri Http { get; }

    Uri Grpc { get; }

    /// <summary>Starts it and waits until its components are there. It does not wait for the app.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Ends it at once, as a crash would.</summary>
    Task StopAsync();

    /// <summary>What it printed, for a test that fails.</summary>
    Task<string> LogAsync();
}

/// <summary>What a sidecar is told when it starts.</summary>
internal sealed record SidecarOptions(string AppId, int AppPort)
{
    /// <summary>For <c>envRef</c>, <c>secretstores.local.env</c> and the app token.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = [];

    /// <summary>Changes to its copy of <c>components/</c>: file name, content → content.</summary>
    public Func<string, string, string> Edit { get; init; } = (_, yaml) => yaml;

    /// <summary>The app health check of <c>dapr.yaml</c>, faster.</summary>
    public ImmutableArray<string> HealthCheck { get; init; } =
    [
        "--enable-app-health-check", "--app-health-check-path=/healthz", "--app-health-probe-interval=1",
        "--app-health-probe-timeout=1000", "--app-health-threshold=3",
    ];
}
