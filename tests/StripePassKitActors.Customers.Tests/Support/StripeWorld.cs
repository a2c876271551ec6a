using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Checkout;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>A Stripe sandbox of its own, the app's client of it, and every call between them.</summary>
internal sealed class StripeWorld : IAsyncDisposable
{
    public const string Key = "rk_test_OfTheWorld1";

    public static readonly DateTimeOffset Start = PassKitWorld.Start;

    private readonly RunningStripeSandbox running;
    private readonly ServiceProvider services;

    private StripeWorld(RunningStripeSandbox running, SteppingClock clock)
    {
        (this.running, Clock) = (running, clock);
        services = Client(running.Address, clock, Calls);
    }

    public SteppingClock Clock { get; }

    public StripeSandbox Sandbox => running.Sandbox;

    public StripeOperations Dashboard => Sandbox.Operations;

    public IStripeApi Api => services.GetRequiredService<IStripeApi>();

    public IStripeMetadata Metadata => services.GetRequiredService<IStripeMetadata>();

    /// <summary>Path and query of every call, oldest first.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<StripeWorld> StartAsync()
    {
        var clock = new SteppingClock(Start);
        return new StripeWorld(await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = null }, clock, Stop), clock);
    }

    /// <summary>The app's client of whatever answers at an address; more settings as pairs, by the names that they have in the app.</summary>
    public static ServiceProvider Client(Uri address, TimeProvider clock, ConcurrentQueue<string>? calls = null, params string[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Stripe:ApiKey", Key), new("Stripe:Livemode", "false"), new("Stripe:ApiBase", address.ToString()),
            .. settings.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])),
        ]).Build();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddFakeLogging().SetMinimumLevel(LogLevel.Trace))
            .AddMetrics()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<CustomersMetrics>()
            .AddSingleton(clock)
            .AddSingleton(new Random(20261124))
            .AddSettings()
            .AddStripeApi(configuration)
            .AddSingleton(PartitionedRateLimiter.Create<HttpRequestMessage, int>(_ => RateLimitPartition.GetNoLimiter(0))); // its own tests try it
        if (calls is not null) services.AddHttpClient(StripeApiServices.HttpClientName).AddHttpMessageHandler(() => new Recorder(calls));
        return services.BuildServiceProvider();
    }

    /// <summary>A price of ten dollars, every month unless told otherwise.</summary>
    public JsonNode Price(string tier = "gold", string? interval = "month", string? product = null) => Sandbox.Call(
        "POST", "/v1/prices",
        ("currency", "usd"), ("unit_amount", "1000"), ("recurring[interval]", interval),
        product is null ? ("product_data[name]", $"The {tier} card") : ("product", product), ("metadata[passkit_tier]", tier));

    /// <summary>Somebody buys it in the checkout; the session as it is afterwards.</summary>
    public JsonNode Buy(JsonNode price, string card = "4242424242424242", string? customer = null)
    {
        var mode = price["recurring"] is null ? "payment" : "subscription";
        var session = (string)Sandbox.Call(
            "POST", "/v1/checkout/sessions", ("mode", mode), ("line_items[0][price]", (string?)price["id"]), ("line_items[0][quantity]", "1"), ("customer", customer))["id"]!;
        Assert.IsType<CheckoutResult.Complete>(Dashboard.Pay(session, new Buyer(card, "ada@example.com", "Ada")));
        return Sandbox.Call("GET", $"/v1/checkout/sessions/{session}");
    }

    /// <summary>The same outside a subscription; the charge.</summary>
    public string Pay(string? customer = null) =>
        (string)Sandbox.Call("GET", $"/v1/payment_intents/{Buy(Price(interval: null), customer: customer)["payment_intent"]}")["latest_charge"]!;

    public string Customer() => (string)Sandbox.Call("POST", "/v1/customers", ("email", "ada@example.com"), ("name", "Ada"))["id"]!;

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await running.DisposeAsync();
    }

    private sealed class Recorder(ConcurrentQueue<string> calls) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            calls.Enqueue(Uri.UnescapeDataString(request.RequestUri!.PathAndQuery));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
