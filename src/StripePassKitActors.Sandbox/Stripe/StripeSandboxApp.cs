using System.Globalization;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Pages;
using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>Puts a <see cref="StripeSandbox"/> on the wire, and its webhooks under way. The app owns it: when it stops, the account is closed.</summary>
public static class StripeSandboxApp
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:8082";

    /// <summary>Any free port of this machine.</summary>
    public const string AnyPort = "http://127.0.0.1:0";

    /// <summary>An app of its own: set up from arguments, environment and settings files, listening on <c>StripeSandbox:Urls</c> or the default.</summary>
    public static WebApplication Build(string[] args, TimeProvider time)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseUrls(builder.Configuration["StripeSandbox:Urls"] ?? DefaultUrl);
        builder.Services.AddSingleton(Places.At(new Uri(DefaultUrl), new Uri(PassKitSandboxApp.DefaultUrl)));
        var sandbox = new StripeSandbox(StripeSandboxOptions.From(builder.Configuration), time);
        Catalogue.StockIfEmpty(sandbox);
        return Build(builder, sandbox);
    }

    /// <summary>One of several in a process: reads no environment and no files, logs nothing. Gives it back once it listens.</summary>
    /// <param name="sandbox">The account; what it sells is up to whoever made it.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="places">What its pages link to.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<RunningStripeSandbox> StartAsync(StripeSandbox sandbox, string url, Places places, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting().AddSingleton(places);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null).UseUrls(url); // slow callers are welcome
        var app = Build(builder, sandbox);
        await app.StartAsync(cancellationToken);
        return new RunningStripeSandbox(app, sandbox);
    }

    /// <summary>The same with pages that link to its own only.</summary>
    public static Task<RunningStripeSandbox> StartAsync(StripeSandbox sandbox, string url, CancellationToken cancellationToken) =>
        StartAsync(sandbox, url, Places.StripeAlone, cancellationToken);

    /// <summary>The same with a sandbox of its own, on any free port.</summary>
    public static Task<RunningStripeSandbox> StartAsync(StripeSandboxOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(new StripeSandbox(options, time), AnyPort, cancellationToken);

    private static WebApplication Build(WebApplicationBuilder builder, StripeSandbox sandbox)
    {
        builder.Services.AddSingleton(sandbox);
        builder.Services.AddRazorComponents();
        builder.Services.AddHostedService<WebhookDispatcher>();
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => sandbox.Address = new Uri(app.Urls.First()));
        app.Lifetime.ApplicationStopped.Register(sandbox.Dispose);
        app.Use((context, next) =>
        {
            // The as-of of whatever is read: the clock that everything else here goes by.
            context.Response.Headers.Date = sandbox.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
            return next(context);
        });
        app.UseRouting();
        app.MapGet("/healthz", () => TypedResults.Text("ok"));
        app.MapSandbox(sandbox);
        app.MapStripePages(sandbox);
        app.MapFallback("/v1/{**path}", new StripeGateway(sandbox).AnswerAsync);
        return app;
    }
}
