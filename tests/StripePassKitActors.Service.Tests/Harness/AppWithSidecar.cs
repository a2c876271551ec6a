using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>One app and its sidecar.</summary>
internal sealed class AppWithSidecar : IAsyncDisposable
{
    private readonly ImmutableDictionary<string, string> settings;

    public AppWithSidecar(
        string appId, IPlatform platform, Func<string[], Task<WebApplication>> build,
        ImmutableDictionary<string, string> settings, TestServiceOptions options)
    {
        var passKit = $"http://{platform.ThisMachine}:{options.PassKitPort}";
        App = new HostedApp(build, platform.AppsListenOn);
        Sidecar = platform.CreateSidecar(new SidecarOptions(appId, App.Port)
        {
            // The tokens are both sides': what either is to ask the other for.
            Environment = settings.Where(setting => setting.Key is "APP_API_TOKEN" or "DAPR_API_TOKEN").ToImmutableDictionary().Add("PASSKIT_REST_URL", passKit),
            Edit = options.EditComponents,
            HealthCheck = options.HealthCheck,
        });
        this.settings = settings
            .Add("PASSKIT_REST_URL", passKit)
            .Add("DAPR_HTTP_PORT", $"{Sidecar.Http.Port}")
            .Add("DAPR_GRPC_PORT", $"{Sidecar.Grpc.Port}");
    }

    public HostedApp App { get; }

    public ISidecar Sidecar { get; }

    public HttpClient Client => App.Client;

    /// <summary>Starts both at once, as <c>dapr run</c> and Kubernetes do, and waits until the app is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Sidecar.StartAsync(cancellationToken), StartAppAsync(cancellationToken));
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Starts the app alone, beside a sidecar that may be running.</summary>
    public Task StartAppAsync(CancellationToken cancellationToken) => App.StartAsync(settings, cancellationToken);

    /// <summary>Starts the app as a program of its own, beside a sidecar that is running.</summary>
    public Task<ChildProcess> StartAppAsProgramAsync(string assembly, CancellationToken cancellationToken) =>
        App.StartAsProgramAsync(assembly, settings, cancellationToken);

    /// <summary>Waits until the app says that it is ready: sidecar and components there and, where it hosts actors, placed.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Eventually.Async(
                () => Http.AnswersAsync($"{Client.BaseAddress}readyz", cancellationToken), "/readyz is to answer 200", cancellationToken: cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"{late.Message}{Environment.NewLine}{await Sidecar.LogAsync()}", late);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Sidecar.DisposeAsync();
    }
}
