using System.Globalization;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>
/// The real Dapr as programs on this machine, with a Redis of its own; a <paramref name="durable"/> one has two, so that state can be taken
/// away while the broker stays, and both keep what they had. <paramref name="onPostgreSql"/> keeps state as production does.
/// </summary>
internal sealed class DaprdPlatform(ControlPlane controlPlane, bool durable = false, bool onPostgreSql = false) : IBreakablePlatform
{
    private static int platforms;

    // Actors and reminders live in a namespace. Without one of its own, a test would be woken by the reminders of the last.
    private readonly string ownNamespace = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref platforms)}");

    private readonly RedisServer? store = durable ? new RedisServer(durable) : null;

    private readonly PostgreSqlServer? postgreSql = onPostgreSql ? new PostgreSqlServer() : null;

    public RedisServer Redis { get; } = new(durable);

    public string AppsListenOn => "127.0.0.1";

    public string ThisMachine => "127.0.0.1";

    private RedisServer Store => store ?? throw new InvalidOperationException("Only a durable platform can be broken.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await controlPlane.EnsureStartedAsync(cancellationToken);
        await Redis.StartAsync(cancellationToken);
        if (store is not null) await store.StartAsync(cancellationToken);
        if (postgreSql is not null) await postgreSql.StartAsync(cancellationToken);
    }

    public ISidecar CreateSidecar(SidecarOptions options) => new DaprdSidecar(controlPlane, options with
    {
        Environment = options.Environment.SetItem("NAMESPACE", ownNamespace),
        Edit = (name, yaml) => options.Edit(name, Placed(name, yaml)),
    });

    public Task StopStateStoreAsync() => Store.StopAsync();

    public Task StartStateStoreAsync(CancellationToken cancellationToken) => Store.StartAsync(cancellationToken);

    public async Task RestartBrokerAsync(CancellationToken cancellationToken)
    {
        await Redis.StopAsync();
        await Redis.StartAsync(cancellationToken);
    }

    public Task<int> LengthAsync(string topic, CancellationToken cancellationToken) => Redis.LengthAsync(topic, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        if (store is not null) await store.DisposeAsync();
        if (postgreSql is not null) await postgreSql.DisposeAsync();
    }

    private string Placed(string name, string yaml)
    {
        var placed = yaml.Replace("localhost:6379", $"127.0.0.1:{(name == "statestore.yaml" ? store ?? Redis : Redis).Port}", StringComparison.Ordinal);
        return postgreSql?.Component(name, placed) ?? placed;
    }
}
