using System.Net.Sockets;

namespace StripePassKitActors.Local.Sidecar.App;

/// <summary>
/// Watches whether the app lives. With a health check daprd serves an app only while it is healthy: it stops delivering, forgets the app's
/// actors and leaves what was on its way with the broker. Without one an app that answered once is served for ever.
/// Lives and dies by the machine's clock, wherever the run's own has been moved to.
/// </summary>
internal sealed partial class AppWatch(SidecarSettings settings, AppChannel app, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Serves the app whenever it lives, until told to stop.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> serve, CancellationToken stop)
    {
        while (true)
        {
            await UntilAliveAsync(stop);
            using var healthy = CancellationTokenSource.CreateLinkedTokenSource(stop);
            LogHealthy(logger, settings.AppId);
            var serving = serve(healthy.Token);
            try
            {
                await UntilDeadAsync(stop);
                LogUnhealthy(logger, settings.AppId);
            }
            finally
            {
                await healthy.CancelAsync();
                await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task UntilAliveAsync(CancellationToken stop)
    {
        while (!await (settings.HealthCheck is { } check ? AnswersAsync(check, stop) : ListensAsync(stop))) await Task.Delay(Pause, TimeProvider.System, stop);
    }

    private async Task UntilDeadAsync(CancellationToken stop)
    {
        if (settings.HealthCheck is not { } check)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return;
        }

        for (var failures = 0; failures < check.Threshold;)
        {
            await Task.Delay(check.Interval, TimeProvider.System, stop);
            failures = await AnswersAsync(check, stop) ? 0 : failures + 1;
        }
    }

    private async Task<bool> AnswersAsync(AppHealthCheck check, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(check.Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            return (await app.CallAsync(HttpMethod.Get, check.Path, null, [], either.Token)).Succeeded;
        }
        catch (Exception silent) when (silent is HttpRequestException || (silent is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<bool> ListensAsync(CancellationToken stop)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", settings.AppPort, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The app {AppId} is healthy.")]
    private static partial void LogHealthy(ILogger logger, string appId);

    [LoggerMessage(2, LogLevel.Warning, "The app {AppId} is un-healthy: its deliveries and actors wait until it answers again.")]
    private static partial void LogUnhealthy(ILogger logger, string appId);
}
