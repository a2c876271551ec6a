using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using StripePassKitActors.Hosting;
using StripePassKitActors.Local.Sidecar;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Pages;
using StripePassKitActors.Sandbox.Time;

namespace StripePassKitActors.Local;

/// <summary>
/// The whole story in one process: a Stripe, a PassKit, the unchanged apps, and a sidecar for each of them. All go by one clock, and all that
/// they know lies in one folder.
/// </summary>
internal sealed class LocalRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Ports ports;
    private readonly ILoggerFactory loggers;
    private readonly DevelopmentDapr dapr;
    private readonly List<WebApplication> apps = [];
    private RunningStripeSandbox? stripe;
    private RunningPassKitSandbox? passKit;

    private LocalRun(IConfiguration settings, string folder, Ports ports)
    {
        this.ports = ports;
        Clock = SavedClock.Open(Path.Combine(folder, "clock"));
        loggers = LoggerFactory.Create(logging => logging.AddConfiguration(settings.GetSection("Logging")).AddConsole());
        dapr = new DevelopmentDapr(Path.Combine(folder, "dapr.db"), Clock, loggers);
    }

    /// <summary>The clock that everybody here goes by.</summary>
    public MovableClock Clock { get; }

    /// <summary>Starts everything and returns when both apps say that they are ready.</summary>
    /// <param name="settings">What the apps are told.</param>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="ports">Where the parts listen.</param>
    /// <param name="fresh">Whether what the folder holds is to be forgotten. It is not, while another run has the ports.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="StartUpException">A port is taken, or the apps are not ready in time.</exception>
    public static async Task<LocalRun> StartAsync(IConfiguration settings, string folder, Ports ports, bool fresh, CancellationToken cancellationToken)
    {
        var realPassKit = settings["PASSKIT_REST_URL"] is { Length: > 0 };
        ports.Require(passKit: !realPassKit);
        if (fresh && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var run = new LocalRun(settings, folder, ports);
        try
        {
            if (!realPassKit) run.passKit = await run.StartPassKitAsync(settings, folder, cancellationToken);
            var passKitUrl = settings["PASSKIT_REST_URL"] is { Length: > 0 } real ? real : Ports.Url(ports.PassKit);
            await run.StartAppAsync(DaprResources.CustomersAppId, ports.Customers, Customers.Program.BuildAsync, settings, passKitUrl, cancellationToken);
            // The wallet alone knows this token; a real PassKit's is the user's own.
            (string, string)[] hints = realPassKit ? [] : [("PassKit:WebhookToken", LocalSettings.PassKitWebhookToken)];
            await run.StartAppAsync(DaprResources.IngressAppId, ports.Ingress, Ingress.Program.BuildAsync, settings, passKitUrl, cancellationToken, hints);
            await run.ReadyAsync(cancellationToken);

            // Last: what nobody takes is sent again an hour later.
            run.stripe = await run.StartStripeAsync(settings, folder, cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops in order: no new webhooks; the apps, which finish what is under way; the sidecars, which keep what was refused meanwhile.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stripe is not null) await stripe.DisposeAsync();
        foreach (var app in Enumerable.Reverse(apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        await dapr.DisposeAsync();
        if (passKit is not null) await passKit.DisposeAsync();
        loggers.Dispose();
    }

    private Places AllPlaces => Places.At(new Uri(Ports.Url(ports.Stripe)), new Uri(Ports.Url(ports.PassKit)));

    private Task<RunningPassKitSandbox> StartPassKitAsync(IConfiguration settings, string folder, CancellationToken cancellationToken)
    {
        var options = PassKitSandboxOptions.From(settings) with
        {
            Data = Path.Combine(folder, "passkit.db"),
            SinkUrl = $"{Ports.Url(ports.Ingress)}/webhooks/passkit/{LocalSettings.PassKitWebhookToken}",
        };
        var sandbox = new PassKitSandbox(options, Clock);
        return PassKitSandboxApp.StartAsync(sandbox, Ports.Url(ports.PassKit), AllPlaces, cancellationToken);
    }

    private Task<RunningStripeSandbox> StartStripeAsync(IConfiguration settings, string folder, CancellationToken cancellationToken)
    {
        var said = StripeSandboxOptions.From(settings);
        var options = said with
        {
            Data = Path.Combine(folder, "stripe.db"),
            WebhookUrl = $"{Ports.Url(ports.Ingress)}/webhooks/stripe",
            SuccessUrl = said.SuccessUrl ?? $"{Ports.Url(ports.Ingress)}/checkout/complete?session_id={{CHECKOUT_SESSION_ID}}",
        };
        var sandbox = new StripeSandbox(options, Clock);
        Catalogue.StockIfEmpty(sandbox);
        return StripeSandboxApp.StartAsync(sandbox, Ports.Url(ports.Stripe), passKit is null ? Places.StripeAlone : AllPlaces, cancellationToken);
    }

    private async Task StartAppAsync(
        string appId,
        int port,
        Func<Action<WebApplicationBuilder>, string[], Task<WebApplication>> build,
        IConfiguration settings,
        string passKitUrl,
        CancellationToken cancellationToken,
        params IEnumerable<(string Key, string Value)> more)
    {
        var (http, grpc) = (Ports.Any(), Ports.Any());
        await dapr.CreateSidecar(new SidecarSettings(appId, port, http, grpc, Path.Combine(AppContext.BaseDirectory, "components"))
        {
            Environment = Environment(settings).SetItem("PASSKIT_REST_URL", passKitUrl),
            HealthCheck = new AppHealthCheck("/healthz", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 3),
        }).StartAsync(cancellationToken);

        var app = await build(
            builder => builder.Services.AddSingleton<TimeProvider>(Clock),
            LocalSettings.ToArguments(
                settings,
                [("urls", Ports.Url(port)), ("PASSKIT_REST_URL", passKitUrl), ("DAPR_HTTP_PORT", Text(http)), ("DAPR_GRPC_PORT", Text(grpc)), .. more]));
        apps.Add(app);
        await app.StartAsync(cancellationToken);
    }

    // A sidecar has no settings file of its own: what components/ ask for, and the app token, stand in its environment.
    private static ImmutableDictionary<string, string> Environment(IConfiguration settings) => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
        .ToImmutableDictionary()
        .SetItem("APP_API_TOKEN", settings["APP_API_TOKEN"] ?? "");

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var answer = "nothing";
        try
        {
            foreach (var port in (int[])[ports.Customers, ports.Ingress])
            {
                while (true)
                {
                    using var ready = await http.GetAsync(new Uri($"{Ports.Url(port)}/readyz"), either.Token);
                    if (ready.IsSuccessStatusCode) break;
                    answer = await ready.Content.ReadAsStringAsync(either.Token);
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, either.Token);
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new StartUpException($"The apps were not ready within {Patience.TotalSeconds} s: {answer}");
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
