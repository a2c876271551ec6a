// Two services of the same app ids side by side would call each other: one at a time, which two cores thank for as well.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(StripePassKitActors.Service.Tests.Harness.ControlPlane))]

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>
/// Dapr's placement and scheduler, once for all tests. They start when the first test asks, so that tests which need no Dapr run without it.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly TemporaryFolder data = new();
    private ChildProcess? placement;
    private ChildProcess? scheduler;

    public int PlacementPort { get; } = FreePort.Next();

    public int SchedulerPort { get; } = FreePort.Next();

    public async Task EnsureStartedAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (scheduler is not null) return;
            var (health1, health2) = (FreePort.Next(), FreePort.Next());

            // Both form a cluster of one, whose own port is fixed unless it is named: a second control plane on the machine could not start.
            placement = ChildProcess.Start(Tools.Placement,
            [
                $"--port={PlacementPort}", $"--healthz-port={health1}", "--enable-metrics=false",
                $"--initial-cluster=dapr-placement-0=127.0.0.1:{FreePort.Next()}",
            ]);
            var starting = ChildProcess.Start(Tools.Scheduler,
            [
                $"--port={SchedulerPort}", $"--healthz-port={health2}", "--enable-metrics=false",
                $"--override-broadcast-host-port=127.0.0.1:{SchedulerPort}", $"--etcd-data-dir={data.Path}",
                $"--etcd-client-port={FreePort.Next()}", $"--etcd-initial-cluster=dapr-scheduler-server-0=http://localhost:{FreePort.Next()}",
            ]);
            await placement.ReadyAsync(token => Http.AnswersAsync($"http://127.0.0.1:{health1}/healthz", token), cancellationToken);
            await starting.ReadyAsync(token => Http.AnswersAsync($"http://127.0.0.1:{health2}/healthz", token), cancellationToken);
            scheduler = starting;
        }
        catch
        {
            // Its port is wanted again by the next test that tries.
            if (placement is not null) await placement.DisposeAsync();
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (placement is not null) await placement.DisposeAsync();
        if (scheduler is not null) await scheduler.DisposeAsync();
        data.Dispose();
        gate.Dispose();
    }
}
