using System.Net;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>One <c>daprd</c> in a container, serving an app that listens on this machine or, in a <see cref="Pod"/>, beside it.</summary>
internal sealed class ContainerSidecar : ISidecar
{
    private const ushort HttpPort = 3500;
    private const ushort GrpcPort = 50001;
    private const string BesideIt = "127.0.0.1";

    private readonly TemporaryFolder resources;
    private readonly IContainer container;
    private readonly int http = FreePort.Next();
    private readonly int grpc = FreePort.Next();

    /// <param name="network">Where placement, scheduler and broker are.</param>
    /// <param name="options">What it is told.</param>
    /// <param name="podPort">The port of this machine that leads to an app beside it; null: the app listens on this machine.</param>
    public ContainerSidecar(INetwork network, SidecarOptions options, int? podPort = null)
    {
        resources = TemporaryFolder.OfComponents(options.Edit);
        var builder = new ContainerBuilder($"daprio/daprd:{ContainerPlatform.DaprVersion}")
            .WithNetwork(network)
            .WithExtraHost("host.docker.internal", "host-gateway")
            .WithResourceMapping(new DirectoryInfo(resources.Path), "/resources")
            .WithEnvironment(options.Environment)
            .WithEntrypoint("/daprd")
            .WithCommand(
            [
                $"--app-id={options.AppId}", $"--app-port={options.AppPort}", $"--app-channel-address={(podPort is null ? "host.docker.internal" : BesideIt)}",
                "--resources-path=/resources", "--placement-host-address=placement:50005", "--scheduler-host-address=scheduler:50006",
                "--dapr-listen-addresses=0.0.0.0",
                .. options.HealthCheckArguments,
            ])
            .WithPortBinding(http, HttpPort)
            .WithPortBinding(grpc, GrpcPort)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request
                .ForPort(HttpPort).ForPath("/v1.0/healthz/outbound").ForStatusCode(HttpStatusCode.NoContent)));
        container = (podPort is { } port ? builder.WithPortBinding(port, options.AppPort) : builder).Build();
    }

    public Uri Http => new($"http://{container.Hostname}:{http}");

    public Uri Grpc => new($"http://{container.Hostname}:{grpc}");

    /// <summary>Docker's id of the container, once it was started.</summary>
    public string ContainerId => container.Id;

    public Task StartAsync(CancellationToken cancellationToken) => container.StartAsync(cancellationToken);

    public Task StopAsync() => container.StopAsync();

    public async Task<bool> HasNoticedThatTheAppIsDownAsync() => (await LogAsync()).Contains("un-healthy", StringComparison.Ordinal);

    public async Task<string> LogAsync()
    {
        var (stdout, stderr) = await container.GetLogsAsync();
        return stdout + stderr;
    }

    public async ValueTask DisposeAsync()
    {
        await container.DisposeAsync();
        resources.Dispose();
    }
}
