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
        app = await build(CommandLine(settings));
        await app.StartAsync(cancellationToken);
    }

    /// <summary>Starts it as a program of its own, which can be killed: dispose of it to do so.</summary>
    public async Task<ChildProcess> StartAsProgramAsync(string assembly, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var program = ChildProcess.Start(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, assembly), .. CommandLine(settings)]);
        await program.ReadyAsync(token => Http.AnswersAsync($"http://127.0.0.1:{Port}/readyz", token), cancellationToken);
        return program;
    }

    /// <summary>Ends it in order, as a deployment would.</summary>
    public async Task StopAsync()
    {
        if (app is null) return;
        await app.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    private string[] CommandLine(IReadOnlyDictionary<string, string> settings) =>
    [
        $"--urls=http://{listenOn}:{Port}", "--Logging:LogLevel:Default=Warning",
        .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
    ];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
    }
}
