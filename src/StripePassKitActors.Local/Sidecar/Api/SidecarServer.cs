using System.Globalization;
using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>The two ports of a sidecar: HTTP, and gRPC without TLS. What no route knows is refused with a sentence.</summary>
internal static class SidecarServer
{
    public static WebApplication Build(DevelopmentSidecar sidecar)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new ForwardingLogs(sidecar.Dapr.Loggers));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(options => options.IgnoreUnknownServices = true);
        builder.Services.AddSingleton(new DaprService(sidecar));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<DaprService>, DaprMethods>());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, sidecar.Settings.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, sidecar.Settings.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });

        var app = builder.Build();
        app.Use(RefuseAsync);
        app.Use(OneSlashAsync);
        app.UseRouting();
        app.MapGrpcService<DaprService>();
        app.MapStatus(sidecar);
        app.MapActors(sidecar);
        app.MapPlainState(sidecar);
        app.MapReminders(sidecar);
        app.MapInvocation(sidecar);
        app.MapPublish(sidecar);
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

    /// <summary>Nobody wants a line for each request of a sidecar, and everybody its failures.</summary>
    private sealed class ForwardingLogs(ILoggerFactory loggers) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

        public void Dispose()
        {
            // They are the run's.
        }
    }
}
