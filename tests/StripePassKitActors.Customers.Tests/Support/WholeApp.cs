using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The whole app on a free port, with actors and their state in this process, and every log line of it.</summary>
internal sealed class WholeApp : IAsyncDisposable
{
    public const string OperatorKey = "operator_key_of_the_test";
    public const string AppToken = "app_token_of_the_test";
    public const string SidecarToken = "sidecar_token_of_the_test";
    public const string PassKitSecret = "passkit_secret_of_the_test_32_bytes";

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<(string Type, string Id), object> actors = new();
    private readonly HttpClient client = new();

    private WholeApp(
        WebApplication app, QuotingPassKit passKit, MemoryActorState state, MemoryPlainState plainState, RecordingReminders reminders, SteppingClock clock)
    {
        (this.app, PassKit, State, PlainState, Reminders, Clock) = (app, passKit, state, plainState, reminders, clock);
        client.BaseAddress = new Uri(app.Urls.Single());
    }

    public QuotingPassKit PassKit { get; }

    public MemoryActorState State { get; }

    public MemoryPlainState PlainState { get; }

    public RecordingReminders Reminders { get; }

    public SteppingClock Clock { get; }

    public FakeLogCollector Logs => app.Services.GetFakeLogCollector();

    public static async Task<WholeApp> StartAsync(params string[] settings)
    {
        WholeApp? whole = null;
        var journal = new ConcurrentQueue<string>();
        var (passKit, clock, state, plainState) = (new QuotingPassKit(), new SteppingClock(PassKitWorld.Start), new MemoryActorState(journal), new MemoryPlainState());
        var app = await Program.BuildAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<IPassKitTransport>(passKit).AddSingleton<IActorState>(state).AddSingleton<IChangePublisher>(new RecordingChanges())
                    .AddSingleton<IActorProxyFactory>(new InProcessActors((type, id) => whole!.Find(type, id)).Proxies);
                builder.Services.AddHttpClient(SidecarServices.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => plainState);
                builder.Logging.ClearProviders().AddFakeLogging().SetMinimumLevel(LogLevel.Trace).AddFilter(_ => true);
            },
            [
                "--urls=http://127.0.0.1:0", $"--APP_API_TOKEN={AppToken}", $"--DAPR_API_TOKEN={SidecarToken}", "--PASSKIT_REST_URL=https://api.pub1.passkit.io", $"--Operator:ApiKey={OperatorKey}",
                "--Membership:Tiers:0:Id=gold", "--Membership:Plans:price_gold=gold", "--PassKit:ProgramId=program", .. settings,
            ]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return whole = new WholeApp(app, passKit, state, plainState, new RecordingReminders(journal, clock), clock);
    }

    /// <summary>Delivers Stripe events as one bulk; what becomes of each.</summary>
    public async Task<IReadOnlyList<string>> DeliverAsync(params string[] events)
    {
        var entries = events.Select((json, number) => new JsonObject
        {
            ["entryId"] = $"entry_{number}",
            ["event"] = new JsonObject { ["id"] = JsonNode.Parse(json)!["id"]?.GetValue<string>() ?? "unknown", ["data"] = JsonNode.Parse(json) },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/stripe")
        {
            Content = JsonContent.Create(new JsonObject { ["entries"] = new JsonArray([.. entries]) }),
            Headers = { { "dapr-api-token", AppToken } },
        };
        var answer = JsonNode.Parse(await SendAsync(request))!;
        return [.. answer["statuses"]!.AsArray().Select(status => status!["status"]!.GetValue<string>())];
    }

    /// <summary>Delivers one event as the dead-letter topic does; throws where no answer came.</summary>
    public async Task DeliverDeadAsync(string id, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/dead")
        {
            Content = JsonContent.Create(new JsonObject { ["id"] = id, ["data"] = JsonNode.Parse(json) }),
            Headers = { { "dapr-api-token", AppToken } },
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Asks as an operator.</summary>
    public async Task<string> AskAsync(HttpMethod method, string path, string key = OperatorKey)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Authorization", $"Bearer {key}" } } };
        return await SendAsync(request);
    }

    /// <summary>Asks for the pass of a checkout, as the ingress does through the sidecars.</summary>
    public async Task<HttpResponseMessage> AskForPassAsync(string sessionId, string header = "dapr-api-token", string value = AppToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{BoughtPass.Route}") { Content = JsonContent.Create(new CheckoutQuestion(sessionId)) };
        request.Headers.TryAddWithoutValidation(header, value);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks with one header.</summary>
    public async Task<HttpResponseMessage> SendAsync(string verb, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        request.Headers.TryAddWithoutValidation(header, value);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private async Task<string> SendAsync(HttpRequestMessage request)
    {
        using var response = await Clock.DriveAsync(client.SendAsync(request, TestContext.Current.CancellationToken), PassKitWorld.Budget);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private object Find(string type, ActorId id) => actors.GetOrAdd((type, id.GetId()), _ => type switch
    {
        DeadLettersActor.TypeName => ActivatorUtilities.CreateInstance<DeadLettersActor>(app.Services, Host<DeadLettersActor>(id)),
        CatalogueActor.TypeName => ActivatorUtilities.CreateInstance<CatalogueActor>(app.Services, Host<CatalogueActor>(id)),
        _ => ActivatorUtilities.CreateInstance<CustomerActor>(app.Services, Host<CustomerActor>(id)),
    });

    private ActorHost Host<T>(ActorId id)
        where T : Actor => ActorHost.CreateForTest<T>(new ActorTestOptions
        {
            ActorId = id,
            TimerManager = Reminders,
            LoggerFactory = app.Services.GetRequiredService<ILoggerFactory>(),
        });
}
