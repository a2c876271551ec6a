using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StripePassKitActors.Local.Sidecar;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>The development sidecar, in this process, on a file of its own.</summary>
internal sealed class DevelopmentPlatform(TimeProvider? time = null) : IBreakablePlatform
{
    private readonly TemporaryFolder data = new();
    private readonly FakeLoggerProvider log = new();
    private readonly List<Sidecar> sidecars = [];
    private readonly ILoggerFactory loggers = LoggerFactory.Create(_ => { });
    private DevelopmentDapr? dapr;

    public string AppsListenOn => "127.0.0.1";

    public string ThisMachine => "127.0.0.1";

    /// <summary>Where its file lies.</summary>
    public string Folder => data.Path;

    public DevelopmentDapr Dapr => dapr ?? throw new InvalidOperationException("The platform has not been started.");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        loggers.AddProvider(log);
        Open();
        return Task.CompletedTask;
    }

    public ISidecar CreateSidecar(SidecarOptions options)
    {
        var sidecar = new Sidecar(this, options);
        sidecars.Add(sidecar);
        return sidecar;
    }

    /// <summary>Keys of all state whose name or value holds a text.</summary>
    public async Task<IReadOnlyList<string>> StoredWithAsync(string text, CancellationToken cancellationToken)
    {
        await using var file = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data.Path, "dapr.db"), Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        await file.OpenAsync(cancellationToken);
        await using var command = file.CreateCommand();
        command.CommandText = "SELECT key FROM (SELECT key, value FROM state UNION ALL SELECT key, value FROM plain_state) WHERE instr(key || CAST(value AS TEXT), $text) > 0";
        command.Parameters.AddWithValue("$text", text);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<string> keys = [];
        while (await rows.ReadAsync(cancellationToken)) keys.Add(rows.GetString(0));
        return keys;
    }

    public Task StopStateStoreAsync()
    {
        Dapr.Mischief.StateStoreIsDown = true;
        return Task.CompletedTask;
    }

    public Task StartStateStoreAsync(CancellationToken cancellationToken)
    {
        Dapr.Mischief.StateStoreIsDown = false;
        return Task.CompletedTask;
    }

    /// <summary>Broker and sidecars are one here: all of it ends, and begins again on the same file.</summary>
    public async Task RestartBrokerAsync(CancellationToken cancellationToken)
    {
        var running = sidecars.Where(sidecar => sidecar.IsRunning).ToList();
        foreach (var sidecar in running) await sidecar.StopAsync();
        await Dapr.DisposeAsync();
        Open();
        foreach (var sidecar in running) await sidecar.StartAsync(cancellationToken);
    }

    public Task<int> LengthAsync(string topic, CancellationToken cancellationToken) => Task.FromResult(Dapr.Published("pubsub", topic));

    public async ValueTask DisposeAsync()
    {
        if (dapr is not null) await dapr.DisposeAsync();
        loggers.Dispose();
        log.Dispose();
        data.Dispose();
    }

    private void Open() => dapr = new DevelopmentDapr(Path.Combine(data.Path, "dapr.db"), time ?? TimeProvider.System, loggers);

    private sealed class Sidecar(DevelopmentPlatform platform, SidecarOptions options) : ISidecar
    {
        private readonly TemporaryFolder resources = TemporaryFolder.OfComponents(options.Edit);
        private DevelopmentSidecar? sidecar;

        public Uri Http { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

        public Uri Grpc { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

        public bool IsRunning => sidecar is not null;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            sidecar = platform.Dapr.CreateSidecar(new SidecarSettings(options.AppId, options.AppPort, Http.Port, Grpc.Port, resources.Path)
            {
                Environment = options.Environment,
                HealthCheck = options.HealthCheck,
            });
            return sidecar.StartAsync(cancellationToken);
        }

        public async Task StopAsync()
        {
            if (sidecar is not null) await sidecar.DisposeAsync();
            sidecar = null;
        }

        public Task<bool> HasNoticedThatTheAppIsDownAsync() => Task.FromResult(
            platform.log.Collector.GetSnapshot().Any(line => line.Message.StartsWith($"The app {options.AppId} is un-healthy", StringComparison.Ordinal)));

        public Task<string> LogAsync() => Task.FromResult(string.Join(
            Environment.NewLine, platform.log.Collector.GetSnapshot().Select(line => $"{line.Category}: {line.Message} {line.Exception}")));

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            resources.Dispose();
        }
    }
}
