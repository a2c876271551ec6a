using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
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
public sealed partial class DevelopmentSidecar : IAsyncDisposable
{
    /// <summary>What Redis Streams have unless the component says otherwise.</summary>
    private const int DefaultConcurrency = 10;

    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

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

    /// <summary>Whether it serves its app now.</summary>
    public bool AppIsHealthy => watch.IsHealthy;

    internal bool AppWasSeen { get; private set; }

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
            server = Build();
            await server.StartAsync(cancellationToken);
        }
        catch
        {
            Dapr.Remove(this);
            throw;
        }

        stopping = new CancellationTokenSource();
        serving = watch.RunAsync(ServeAsync, stopping.Token);
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

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(Dapr.Loggers);
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(options => options.IgnoreUnknownServices = true);
        builder.Services.AddSingleton(new DaprService(this));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<DaprService>, DaprMethods>());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, Settings.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, Settings.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });

        var app = builder.Build();
        app.Use(RefuseAsync);
        app.Use(OneSlashAsync);
        app.UseRouting();
        app.MapGrpcService<DaprService>();
        app.MapStatus(this);
        app.MapActors(this);
        app.MapInvocation(this);
        app.MapPublish(this);
        app.MapFallback(context => throw new UnsupportedException($"{context.Request.Method} {context.Request.Path}"));
        return app;
    }

    /// <summary>The SDK's actor proxies put a slash behind an address that ends with one.</summary>
    private static Task OneSlashAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is ['/', '/', ..] doubled) context.Request.Path = "/" + doubled.TrimStart('/');
        return next(context);
    }

    private static async Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (UnsupportedException unknown) when (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = ((int)Grpc.Core.StatusCode.Unimplemented).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["grpc-message"] = unknown.Message;
        }
        catch (UnsupportedException unknown)
        {
            await DaprError.WriteAsync(context, unknown);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Who asked no longer waits.
        }
    }

    /// <summary>Hosts the app's actors and delivers to it, for as long as it is healthy.</summary>
    private async Task ServeAsync(CancellationToken healthy)
    {
        AppWasSeen = true;
        try
        {
            await KeepAsync(OpenAsync, healthy);
            await Task.WhenAll(
                Resources.Subscriptions.Select(subscription => KeepAsync(Subscriber(subscription).RunAsync, healthy))
                    .Append(KeepAsync(Reminders.RunAsync, healthy)));
        }
        finally
        {
            Actors.Close();
        }
    }

    private async Task OpenAsync(CancellationToken healthy)
    {
        var subscribed = await App.CallAsync(HttpMethod.Get, "/dapr/subscribe", null, [], healthy);
        if (subscribed.Succeeded && JsonSerializer.Deserialize<JsonElement>(subscribed.Body) is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > 0)
        {
            throw new UnsupportedException("subscriptions that an app declares itself");
        }

        await Actors.OpenAsync(healthy);
    }

    private Subscriber Subscriber(Subscription subscription)
    {
        var pubSub = Resources.Find(subscription.PubSub, ComponentTypes.PubSub)
            ?? throw new InvalidDataException($"The subscription {subscription.Name} speaks of {subscription.PubSub}, which {Settings.AppId} does not have.");
        var concurrency = pubSub.Metadata.TryGetValue("concurrency", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultConcurrency;
        var policy = Resources.InboundRetries.GetValueOrDefault(subscription.PubSub, RetryPolicy.None);
        return new Subscriber(subscription, policy, concurrency, Settings.AppId, Dapr.Broker, App, Dapr.Time, logger);
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
                LogBroke(logger, failure, Settings.AppId);
                await Task.Delay(Breath, TimeProvider.System, healthy);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The sidecar of {AppId} stumbled and begins again.")]
    private static partial void LogBroke(ILogger logger, Exception failure, string appId);
}
