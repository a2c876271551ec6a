namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>One <c>daprd</c> with its own copy of <c>components/</c>.</summary>
internal sealed class DaprdSidecar(ControlPlane controlPlane, SidecarOptions options) : ISidecar
{
    private readonly TemporaryFolder resources = TemporaryFolder.OfComponents(options.Edit);
    private readonly int internalPort = FreePort.Next();
    private ChildProcess? process;

    public Uri Http { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public Uri Grpc { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        process = ChildProcess.Start(
            Tools.Daprd,
            [
                $"--app-id={options.AppId}", $"--app-port={options.AppPort}", $"--resources-path={resources.Path}",
                $"--dapr-http-port={Http.Port}", $"--dapr-grpc-port={Grpc.Port}", $"--dapr-internal-grpc-port={internalPort}",
                $"--placement-host-address=127.0.0.1:{controlPlane.PlacementPort}",
                $"--scheduler-host-address=127.0.0.1:{controlPlane.SchedulerPort}", "--enable-metrics=false",
                .. options.HealthCheckArguments,
            ],
            options.Environment);
        await process.ReadyAsync(token => Harness.Http.AnswersAsync($"{Http}v1.0/healthz/outbound", token), cancellationToken);
    }

    public async Task StopAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = null;
    }

    public async Task<bool> HasNoticedThatTheAppIsDownAsync() => (await LogAsync()).Contains("un-healthy", StringComparison.Ordinal);

    public Task<string> LogAsync() => Task.FromResult(process?.Log ?? $"The sidecar of {options.AppId} is not running.");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        resources.Dispose();
    }
}
