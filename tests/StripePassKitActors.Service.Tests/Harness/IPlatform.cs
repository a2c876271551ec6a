using System.Collections.Immutable;
using StripePassKitActors.Local.Sidecar;

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

/// <summary>A platform on which a test can take things away.</summary>
internal interface IBreakablePlatform : IPlatform
{
    /// <summary>Takes the actors' state away; the broker stays.</summary>
    Task StopStateStoreAsync();

    /// <summary>Brings it back, with all that it held.</summary>
    Task StartStateStoreAsync(CancellationToken cancellationToken);

    /// <summary>Ends the broker as a crash would, and starts it again with what it had taken.</summary>
    Task RestartBrokerAsync(CancellationToken cancellationToken);

    /// <summary>How many messages a topic ever took.</summary>
    Task<int> LengthAsync(string topic, CancellationToken cancellationToken);
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

    /// <summary>Whether it has noticed, at least once, that its app is down.</summary>
    Task<bool> HasNoticedThatTheAppIsDownAsync();

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

    /// <summary>Does not take an app for dead that shares a busy machine with its test.</summary>
    public static AppHealthCheck Patient { get; } = new("/healthz", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Threshold: 30);

    /// <summary>The app health check of <c>dapr.yaml</c>, faster: for tests in which apps die.</summary>
    public static AppHealthCheck Quick { get; } = Patient with { Threshold = 3 };

    /// <summary>How it learns that its app is down.</summary>
    public AppHealthCheck HealthCheck { get; init; } = Patient;

    /// <summary>The same on daprd's command line.</summary>
    public ImmutableArray<string> HealthCheckArguments =>
    [
        "--enable-app-health-check", $"--app-health-check-path={HealthCheck.Path}", $"--app-health-probe-interval={HealthCheck.Interval.TotalSeconds}",
        $"--app-health-probe-timeout={HealthCheck.Timeout.TotalMilliseconds}", $"--app-health-threshold={HealthCheck.Threshold}",
    ];
}
