using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Hosting;
using StripePassKitActors.Ingress.Publishing;
using StripePassKitActors.Ingress.Telemetry;

namespace StripePassKitActors.Ingress.Tests;

/// <summary>The unchanged app on a free port, with a broker that records or fails, a customers app that answers what it is told to, and a clock of its own.</summary>
internal sealed class IngressApp : IAsyncDisposable
{
    public const string Secret = "whsec_right";
    public const string OldSecret = "whsec_old";

    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;

    private IngressApp(WebApplication app, RecordingPublisher broker, AnsweringCustomers customers, FakeTimeProvider clock)
    {
        (this.app, Broker, Customers, Clock) = (app, broker, customers, clock);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var meters = app.Services.GetRequiredService<IMeterFactory>();
        Received = new MetricCollector<long>(meters, IngressMetrics.Name, "ingress.stripe.webhooks");
    }

    public RecordingPublisher Broker { get; }

    public AnsweringCustomers Customers { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Client { get; }

    public MetricCollector<long> Received { get; }

    public IServiceProvider Services => app.Services;

    public FakeLogCollector Logs => app.Services.GetFakeLogCollector();

    public IEnumerable<string?> Outcomes => Received.GetMeasurementSnapshot().Select(one => one.Tags["outcome"] as string);

    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    public static Task<IngressApp> StartAsync(params string[] settings) => StartAsync(new PassingClock(Noon), settings);

    /// <summary>The same, where no time passes unless the test lets it.</summary>
    public static Task<IngressApp> StartStandingAsync() => StartAsync(new FakeTimeProvider(Noon));

    private static async Task<IngressApp> StartAsync(FakeTimeProvider clock, params string[] settings)
    {
        var broker = new RecordingPublisher();
        var customers = new AnsweringCustomers();
        var app = await Program.BuildAsync(
            builder =>
            {
                builder.Services.AddSingleton<IEventPublisher>(broker).AddSingleton<TimeProvider>(clock);
                builder.Services.AddHttpClient(SidecarServices.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => customers);
                builder.Logging.ClearProviders().AddFakeLogging().SetMinimumLevel(LogLevel.Trace);
            },
            [
                "--urls=http://127.0.0.1:0", "--Stripe:Livemode=false",
                $"--Stripe:WebhookSecrets:0={OldSecret}", $"--Stripe:WebhookSecrets:1={Secret}", .. settings,
            ]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new IngressApp(app, broker, customers, clock);
    }

    /// <summary>Stripe's scheme, written from its documentation and not with the library under test.</summary>
    public static string Mac(byte[] body, long timestamp, string secret = Secret)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    public Task<HttpResponseMessage> SendSignedAsync(string body) => SendSignedAsync(Encoding.UTF8.GetBytes(body));

    public Task<HttpResponseMessage> SendSignedAsync(byte[] body, bool chunked = false) =>
        SendAsync(body, $"t={Now},v1={Mac(body, Now)}", chunked);

    public async Task<HttpResponseMessage> SendAsync(byte[] body, string? signature, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/stripe") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.TransferEncodingChunked = chunked;
        if (signature is not null) request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks as a browser does.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? userAgent = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (userAgent is not null) request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Collects what the app counts from now on.</summary>
    public MetricCollector<long> Collect(string instrument) => new(app.Services.GetRequiredService<IMeterFactory>(), IngressMetrics.Name, instrument);

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Received.Dispose();
        await app.DisposeAsync();
    }
}
