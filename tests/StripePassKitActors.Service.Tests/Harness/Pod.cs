using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>An app of an image and its sidecar, which see each other as 127.0.0.1: what Kubernetes makes of a deployment.</summary>
internal sealed class Pod : IAsyncDisposable
{
    private readonly string image;
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly ContainerSidecar sidecar;
    private IContainer? app;

    public Pod(INetwork network, string image, SidecarOptions options, IReadOnlyDictionary<string, string> settings)
    {
        (this.image, this.settings) = (image, settings);
        var port = FreePort.Next();
        sidecar = new ContainerSidecar(network, options, port);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Calls the app from this machine.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts both and waits until the app is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await sidecar.StartAsync(cancellationToken);
        app = new ContainerBuilder(image)
            .WithEnvironment(settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value))
            .WithCreateParameterModifier(parameters =>
            {
                parameters.HostConfig!.NetworkMode = $"container:{sidecar.ContainerId}";
                parameters.HostConfig.ReadonlyRootfs = true;
            })
            .Build();
        await app.StartAsync(cancellationToken);
        try
        {
            await Eventually.Async(
                () => Http.AnswersAsync($"{Client.BaseAddress}readyz", cancellationToken), $"{image} is to be ready", cancellationToken: cancellationToken);
        }
        catch (TimeoutException late)
        {
            var (stdout, stderr) = await app.GetLogsAsync(ct: cancellationToken);
            throw new InvalidOperationException($"{late.Message}{Environment.NewLine}{stdout}{stderr}{await sidecar.LogAsync()}", late);
        }
    }

    /// <summary>Runs a program beside the app, in its container.</summary>
    public async Task<ExecResult> RunAsync(string[] command, CancellationToken cancellationToken) =>
        await (app ?? throw new InvalidOperationException("The pod has not been started.")).ExecAsync(command, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (app is not null) await app.DisposeAsync();
        await sidecar.DisposeAsync();
    }
}
