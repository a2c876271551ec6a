using System.Net;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>One <c>daprd</c> in a container, serving an app that listens on this machine.</summary>
internal sealed class ContainerSidecar : ISidecar
{
    private const ushort HttpPort = 3500;
    private const ushort GrpcPort = 50001;

    private readonly TemporaryFolder resources;
    private readonly IContainer container;
    private readonly int http = FreePort.Next();
    private readonly int grpc = FreePort.Next();

    public ContainerSidecar(INetwork network, SidecarOptions options)
    {
        resources = TemporaryFolder.OfComponents(options.Edit);
        container = new ContainerBuilder($"daprio/daprd:{ContainerPlatform.DaprVersion}")
            .WithNetwork(network)
            .WithExtraHost("host.docker.internal", "host-gateway")
            .WithResourceMapping(new DirectoryInfo(resources.Path), "/resources")
            .WithEnvironment(options.Environment)
            .WithEntrypoint("/daprd")
            .WithCommand(
            [
                $"--app-id={options.AppId}", $"--app-port={options.AppPort}", "--app-channel-address=host.docker.internal",
                "--resources-path=/resources", "--placement-host-address=placement:50005", "--scheduler-host-address=scheduler:50006",
                "--dapr-listen-addresses=0.0.0.0",
                .. options.HealthCheckArguments,
            ])
            .WithPortBinding(http, HttpPort)
            .WithPortBinding(grpc, GrpcPort)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request
                .ForPort(HttpPort).ForPath("/v1.0/healthz/outbound").ForStatusCode(HttpStatusCode.NoContent)))
            .Build();
    }

    public Uri Http => new($"http://{container.Hostname}:{http}");

    public Uri Grpc => new($"http://{container.Hostname}:{grpc}");

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
