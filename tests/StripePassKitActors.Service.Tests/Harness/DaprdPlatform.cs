using System.Globalization;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>The real Dapr as programs on this machine, with a Redis of its own.</summary>
internal sealed class DaprdPlatform(ControlPlane controlPlane, bool durableRedis = false) : IPlatform
{
    private static int platforms;

    // Actors and reminders live in a namespace. Without one of its own, a test would be woken by the reminders of the last.
    private readonly string ownNamespace = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref platforms)}");

    public RedisServer Redis { get; } = new(durableRedis);

    public string AppsListenOn => "127.0.0.1";

    public string ThisMachine => "127.0.0.1";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await controlPlane.EnsureStartedAsync(cancellationToken);
        await Redis.StartAsync(cancellationToken);
    }

    public ISidecar CreateSidecar(SidecarOptions options) => new DaprdSidecar(controlPlane, options with
    {
        Environment = options.Environment.SetItem("NAMESPACE", ownNamespace),
        Edit = (name, yaml) => options.Edit(name, yaml.Replace("localhost:6379", $"127.0.0.1:{Redis.Port}", StringComparison.Ordinal)),
    });

    public ValueTask DisposeAsync() => Redis.DisposeAsync();
}
