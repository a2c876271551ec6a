using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>The real Dapr and Redis as containers, as a cluster runs them; the apps stay in this process, unless they run in a <see cref="Pod"/>.</summary>
internal sealed class ContainerPlatform : IPlatform
{
    public const string DaprVersion = "1.18.1";
    private const ushort HealthPort = 8080;

    private readonly List<IContainer> started = [];
    private INetwork? network;

    public string AppsListenOn => "0.0.0.0";

    public string ThisMachine => "host.docker.internal";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            network = new NetworkBuilder().Build();
            await network.CreateAsync(cancellationToken);
            var redis = Container("redis:7", "redis").WithWaitStrategy(Wait.ForUnixContainer()
                .UntilMessageIsLogged("Ready to accept connections")).Build();
            await Task.WhenAll(
                RunAsync(redis, cancellationToken),
                RunAsync(Dapr("placement", $"--healthz-port={HealthPort}"), cancellationToken),
                // It may not write to the image's default folder.
                RunAsync(Dapr("scheduler", $"--healthz-port={HealthPort}", "--etcd-data-dir=/tmp/scheduler"), cancellationToken));
        }
        catch (DockerUnavailableException unavailable)
        {
            Tools.Missing($"Docker does not answer: {unavailable.Message}");
        }
    }

    public ISidecar CreateSidecar(SidecarOptions options) => new ContainerSidecar(Network, InNetwork(options));

    /// <summary>Makes an app of an image beside a sidecar, not yet started.</summary>
    public Pod CreatePod(string image, SidecarOptions options, IReadOnlyDictionary<string, string> settings) => new(Network, image, InNetwork(options), settings);

    public async ValueTask DisposeAsync()
    {
        foreach (var container in started) await container.DisposeAsync();
        started.Clear();
        if (network is not null) await network.DisposeAsync();
    }

    private INetwork Network => network ?? throw new InvalidOperationException("The platform has not been started.");

    private static SidecarOptions InNetwork(SidecarOptions options) =>
        options with { Edit = (name, yaml) => options.Edit(name, yaml.Replace("localhost:6379", "redis:6379", StringComparison.Ordinal)) };

    private IContainer Dapr(string program, params string[] arguments) => Container($"daprio/{program}:{DaprVersion}", program)
        .WithEntrypoint("/" + program)
        .WithCommand(arguments)
        .WithPortBinding(HealthPort, assignRandomHostPort: true)
        .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(HealthPort).ForPath("/healthz")))
        .Build();

    private ContainerBuilder Container(string image, string name) =>
        new ContainerBuilder(image).WithNetwork(network).WithNetworkAliases(name);

    private async Task RunAsync(IContainer container, CancellationToken cancellationToken)
    {
        lock (started) started.Add(container);
        await container.StartAsync(cancellationToken);
    }
}
