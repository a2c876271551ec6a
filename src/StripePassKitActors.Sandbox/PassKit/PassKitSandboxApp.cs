using System.Globalization;
using StripePassKitActors.Sandbox.PassKit.Pages;
using StripePassKitActors.Sandbox.PassKit.Sinks;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>Puts a <see cref="PassKitSandbox"/> on the wire. The app owns it: when it stops, its file is closed.</summary>
public static class PassKitSandboxApp
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:8083";

    /// <summary>Any free port of this machine.</summary>
    public const string AnyPort = "http://127.0.0.1:0";

    /// <summary>An app of its own: set up from arguments, environment and settings files, listening on <c>urls</c> or the default.</summary>
    public static WebApplication Build(string[] args, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseUrls(builder.Configuration["urls"] ?? DefaultUrl);
        builder.Services.AddSingleton(Places.At(new Uri(StripeSandboxApp.DefaultUrl), new Uri(DefaultUrl)));
        return Build(builder, new PassKitSandbox(PassKitSandboxOptions.From(builder.Configuration), time));
    }

    /// <summary>One of several in a process: reads no environment and no files, logs nothing. Gives it back once it listens.</summary>
    /// <param name="sandbox">The account.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="places">What its pages link to.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<RunningPassKitSandbox> StartAsync(PassKitSandbox sandbox, string url, Places places, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting().AddSingleton(places);
        builder.WebHost.UseKestrelCore().UseUrls(url);
        var app = Build(builder, sandbox);
        await app.StartAsync(cancellationToken);
        return new RunningPassKitSandbox(app);
    }

    /// <summary>The same with pages that link to its own only.</summary>
    public static Task<RunningPassKitSandbox> StartAsync(PassKitSandbox sandbox, string url, CancellationToken cancellationToken) =>
        StartAsync(sandbox, url, Places.WalletAlone, cancellationToken);

    /// <summary>The same with a sandbox of its own, on any free port.</summary>
    public static Task<RunningPassKitSandbox> StartAsync(PassKitSandboxOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(new PassKitSandbox(options, time), AnyPort, cancellationToken);

    private static WebApplication Build(WebApplicationBuilder builder, PassKitSandbox sandbox)
    {
        builder.Services.AddSingleton(sandbox);
        builder.Services.AddRazorComponents();
        builder.Services.AddHostedService(_ => new SinkDispatcher(sandbox));
        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(sandbox.Dispose);
        app.Use((context, next) =>
        {
            // Callers correct their clock by this header, so it must be the clock that judges their token.
            context.Response.Headers.Date = sandbox.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
            return next(context);
        });
        app.UseRouting();
        app.MapSandbox(sandbox);
        app.MapWallet(sandbox);
        app.MapPassKit(sandbox, new PassKitGateway(sandbox, app.Lifetime));
        return app;
    }
}
