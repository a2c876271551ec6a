namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>A PostgreSQL of the test's own, gone with its data when it stops.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string User = "dapr";

    private readonly TemporaryFolder data = new();
    private ChildProcess? process;

    public int Port { get; } = FreePort.Next();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(data.Path, "data");
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", ["postgres", data.Path], cancellationToken);
        await RunUnprivilegedAsync("initdb", ["--pgdata", folder, "--username", User, "--auth", "trust", "--no-sync"], cancellationToken);
        process = StartUnprivileged("postgres", ["-D", folder, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={data.Path}"]);
        await process.ReadyAsync(AnswersAsync, cancellationToken);
    }

    /// <summary>For <see cref="SidecarOptions.Edit"/>: keeps state here in the place of Redis, as production does (ADR 8).</summary>
    public string Component(string file, string yaml) => file != "statestore.yaml" ? yaml : $"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata:
          name: statestore
        spec:
          type: state.postgresql
          version: v2
          metadata:
            - name: connectionString
              value: host=127.0.0.1 port={Port} user={User} database=postgres sslmode=disable
            - name: actorStateStore
              value: "true"
        scopes:
          - customers
        """;

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        data.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        await using var asked = ChildProcess.Start(Tools.PostgreSql("pg_isready"), ["--host", "127.0.0.1", "--port", $"{Port}"]);
        return await asked.EndAsync(cancellationToken) == 0;
    }

    private static async Task RunUnprivilegedAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        await using var running = StartUnprivileged(program, arguments);
        await EndedAsync(running, cancellationToken);
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        await using var running = ChildProcess.Start(program, arguments);
        await EndedAsync(running, cancellationToken);
    }

    private static async Task EndedAsync(ChildProcess running, CancellationToken cancellationToken)
    {
        if (await running.EndAsync(cancellationToken) is var code and not 0) throw new InvalidOperationException($"{running.Name} ended with {code}:{Environment.NewLine}{running.Log}");
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static ChildProcess StartUnprivileged(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ChildProcess.Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", Tools.PostgreSql(program), .. arguments])
        : ChildProcess.Start(Tools.PostgreSql(program), arguments);
}
