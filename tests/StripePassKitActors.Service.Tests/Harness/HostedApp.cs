using Microsoft.AspNetCore.Builder;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>One of the apps, in this process, on a port that stays the same when it is started again.</summary>
internal sealed class HostedApp(Func<string[], Task<WebApplication>> build, string listenOn) : IAsyncDisposable
{
    private WebApplication? app;

    public int Port { get; } = FreePort.Next();

    public HttpClient Client => field ??= new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };

    public IServiceProvider Services => app?.Services ?? throw new InvalidOperationException("The app is not running.");

    public async Task StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        app = await build(
        [
            $"--urls=http://{listenOn}:{Port}", "--Logging:LogLevel:Default=Warning",
            .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ]);
        await app.StartAsync(cancellationToken);
    }

    /// <summary>Ends it in order, as a deployment would.</summary>
    public async Task StopAsync()
    {
        if (app is null) return;
        await app.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
    }
}
