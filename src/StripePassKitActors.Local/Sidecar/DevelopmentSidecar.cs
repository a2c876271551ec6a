using System.Collections.Immutable;
using StripePassKitActors.Local.Sidecar.Actors;
using StripePassKitActors.Local.Sidecar.Api;
using StripePassKitActors.Local.Sidecar.App;
using StripePassKitActors.Local.Sidecar.PubSub;
using StripePassKitActors.Local.Sidecar.Resources;

namespace StripePassKitActors.Local.Sidecar;

/// <summary>
/// The sidecar of one app, in place of a <c>daprd</c>: the app talks to it, and is called by it, as if it were one. Its ports open at once; it
/// serves the app from when that lives.
/// </summary>
public sealed class DevelopmentSidecar : IAsyncDisposable
{
    private readonly ILogger logger;
    private readonly AppWatch watch;
    private ImmutableDictionary<string, HttpBinding> bindings = ImmutableDictionary<string, HttpBinding>.Empty;
    private WebApplication? server;
    private CancellationTokenSource? stopping;
    private Task serving = Task.CompletedTask;

    internal DevelopmentSidecar(DevelopmentDapr dapr, SidecarSettings settings)
    {
        Dapr = dapr;
        Settings = settings;
        logger = dapr.Loggers.CreateLogger($"{typeof(DevelopmentSidecar).FullName}.{settings.AppId}");
        App = new AppChannel(settings.AppPort, settings.Environment.GetValueOrDefault("APP_API_TOKEN"));
        Actors = new ActorHost(settings, App, dapr.Time);
        Reminders = new Reminders(dapr.RemindersOf(settings.AppId), Actors, dapr.Time, logger);
        watch = new AppWatch(settings, App, logger);
    }

    /// <summary>What it was told.</summary>
    public SidecarSettings Settings { get; }

    internal bool AppWasSeen { get; set; }

    internal DevelopmentDapr Dapr { get; }

    internal AppChannel App { get; }

    internal ActorHost Actors { get; }

    internal Reminders Reminders { get; }

    internal ResourceSet Resources { get; private set; } = new([], [], [], ImmutableDictionary<string, RetryPolicy>.Empty);

    internal bool HasActorState { get; private set; }

    /// <summary>Reads the resources, opens the ports and begins to look for the app.</summary>
    /// <exception cref="UnsupportedException">A resource that only the real Dapr knows.</exception>
    /// <exception cref="InvalidDataException">A resource that nobody could read.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Resources = ResourceFolder.Read(Settings.ResourcesFolder, Settings.AppId, Settings.Environment);
        HasActorState = Resources.Components.Any(component =>
            component.Type == ComponentTypes.State && component.Metadata.GetValueOrDefault("actorStateStore") == "true");
        bindings = Resources.Components.Where(component => component.Type == ComponentTypes.HttpBinding)
            .ToImmutableDictionary(component => component.Name, component => new HttpBinding(component));

        Dapr.Add(this);
        try
        {
            server = SidecarServer.Build(this);
            await server.StartAsync(cancellationToken);
        }
        catch
        {
            Dapr.Remove(this);
            if (server is not null) await server.DisposeAsync();
            throw;
        }

        stopping = new CancellationTokenSource();
        serving = watch.RunAsync(new AppService(this, logger).RunAsync, stopping.Token);
    }

    /// <summary>Stops at once: whatever is on its way is not acknowledged, and comes again.</summary>
    public async Task StopAsync()
    {
        if (stopping is null) return;

        Dapr.Remove(this);
        await stopping.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server!.StopAsync(new CancellationToken(canceled: true));
        await server.DisposeAsync();
        foreach (var binding in bindings.Values) binding.Dispose();
        stopping.Dispose();
        stopping = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        App.Dispose();
    }

    /// <summary>Publishes; false: the app has no such pub/sub component.</summary>
    internal bool Publish(
        string pubSub, string topic, ReadOnlyMemory<byte> data, string contentType, IReadOnlyDictionary<string, string> metadata, string traceParent)
    {
        if (Resources.Find(pubSub, ComponentTypes.PubSub) is null) return false;

        var cloudEvent = CloudEvent.Of(Settings.AppId, pubSub, topic, data, contentType, metadata, traceParent, Dapr.Time.GetUtcNow());
        Dapr.Broker.Publish(Broker.Topic(pubSub, topic), metadata, cloudEvent);
        return true;
    }

    internal HttpBinding? FindBinding(string name) => bindings.GetValueOrDefault(name);
}
