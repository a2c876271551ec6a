using System.Globalization;
using System.Text.Json;
using StripePassKitActors.Local.Sidecar.PubSub;
using StripePassKitActors.Local.Sidecar.Resources;

namespace StripePassKitActors.Local.Sidecar.App;

/// <summary>What a sidecar does for its app while that is healthy.</summary>
internal sealed partial class AppService(DevelopmentSidecar sidecar, ILogger logger)
{
    /// <summary>What Redis Streams have unless the component says otherwise.</summary>
    private const int DefaultConcurrency = 10;

    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    /// <summary>Hosts the app's actors and delivers to it, for as long as it is healthy.</summary>
    public async Task RunAsync(CancellationToken healthy)
    {
        sidecar.AppWasSeen = true;
        try
        {
            await KeepAsync(OpenAsync, healthy);
            await Task.WhenAll(
                sidecar.Resources.Subscriptions.Select(subscription => KeepAsync(Subscriber(subscription).RunAsync, healthy))
                    .Append(KeepAsync(sidecar.Reminders.RunAsync, healthy)));
        }
        finally
        {
            sidecar.Actors.Close();
        }
    }

    private async Task OpenAsync(CancellationToken healthy)
    {
        var subscribed = await sidecar.App.CallAsync(HttpMethod.Get, "/dapr/subscribe", null, [], healthy);
        if (subscribed.Succeeded && JsonSerializer.Deserialize<JsonElement[]>(subscribed.Body) is { Length: > 0 })
        {
            throw new UnsupportedException("subscriptions that an app declares itself");
        }

        await sidecar.Actors.OpenAsync(healthy);
    }

    private Subscriber Subscriber(Subscription subscription)
    {
        var metadata = sidecar.Resources.Find(subscription.PubSub, ComponentTypes.PubSub)!.Metadata;
        var concurrency = metadata.TryGetValue("concurrency", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultConcurrency;
        var policy = sidecar.Resources.InboundRetries.GetValueOrDefault(subscription.PubSub, RetryPolicy.None);
        return new Subscriber(subscription, policy, concurrency, sidecar.Settings.AppId, sidecar.Dapr.Broker, sidecar.App, sidecar.Dapr.Time, logger);
    }

    /// <summary>Nothing that goes wrong ends it: it begins again after a breath.</summary>
    private async Task KeepAsync(Func<CancellationToken, Task> run, CancellationToken healthy)
    {
        while (true)
        {
            try
            {
                await run(healthy);
                return;
            }
            catch (Exception failure) when (!healthy.IsCancellationRequested)
            {
                LogBroke(logger, failure, sidecar.Settings.AppId);
                await Task.Delay(Breath, TimeProvider.System, healthy);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The sidecar of {AppId} stumbled and begins again.")]
    private static partial void LogBroke(ILogger logger, Exception failure, string appId);
}
