using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>A request that a sidecar made.</summary>
internal sealed record Call(string Verb, string Path, IHeaderDictionary Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>
/// An app beside one sidecar that writes down what the sidecar asks and answers what a test says: host of the actor type <c>Parrot</c>, which
/// sleeps when nobody has called it for a while.
/// </summary>
internal sealed class ScriptedApp : IAsyncDisposable
{
    public const string Token = "token-of-the-app";

    private readonly HostedApp app;

    private ScriptedApp(IPlatform platform, Func<string, string, string>? edit, string idle)
    {
        app = new HostedApp(args => BuildAsync(args, idle), platform.AppsListenOn);
        Sidecar = platform.CreateSidecar(new SidecarOptions("customers", app.Port)
        {
            Environment = ImmutableDictionary<string, string>.Empty
                .Add("PASSKIT_REST_URL", $"http://{platform.ThisMachine}:{app.Port}").Add("APP_API_TOKEN", Token).Add("Some__Secret", "shown"),
            Edit = edit ?? ((_, yaml) => yaml.Replace("duration: 2s", "duration: 100ms", StringComparison.Ordinal).Replace("maxRetries: 5", "maxRetries: 2", StringComparison.Ordinal)),
        });
        State = new SidecarActorState(new SidecarEndpoints(Sidecar.Http, Sidecar.Grpc, ApiToken: null));
    }

    public ISidecar Sidecar { get; }

    /// <summary>Actors' state, as the service reads and writes it.</summary>
    public SidecarActorState State { get; }

    public int Port => app.Port;

    /// <summary>Everything but the sidecar's own questions: whether the app lives, and what it hosts.</summary>
    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>What is answered; unless a test says otherwise, 200 with the request's own body.</summary>
    public Func<Call, Task<IResult>> Answer { get; set; } = call => Task.FromResult(Results.Text(call.Body, "application/json"));

    public static async Task<ScriptedApp> StartAsync(
        IPlatform platform, CancellationToken cancellationToken, Func<string, string, string>? edit = null, string idle = "1h")
    {
        await platform.StartAsync(cancellationToken);
        var scripted = new ScriptedApp(platform, edit, idle);
        await Task.WhenAll(scripted.Sidecar.StartAsync(cancellationToken), scripted.StartAppAsync(cancellationToken));
        await Eventually.Async(
            async () => await scripted.Sidecar.MetadataAsync(cancellationToken) is { ActorRuntime: { HostReady: true, ActiveActors.Count: 1 }, Subscriptions.Count: 3 },
            "the sidecar is to serve the app", cancellationToken: cancellationToken);
        return scripted;
    }

    public Task StartAppAsync(CancellationToken cancellationToken) => app.StartAsync(ImmutableDictionary<string, string>.Empty, cancellationToken);

    public Task StopAppAsync() => app.StopAsync();

    /// <summary>Asks the sidecar.</summary>
    public async Task<(int Status, string Body)> AskAsync(HttpMethod verb, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(verb, new Uri($"{Sidecar.Http.GetLeftPart(UriPartial.Authority)}/{path}"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            request.Content!.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.Patient.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Waits until so many calls have come to a path, and returns them.</summary>
    public Task<List<Call>> CalledAsync(string path, int times, CancellationToken cancellationToken) => Eventually.Async(
        () => Task.FromResult(To(path)), calls => calls.Count >= times, $"{path} is to be called {times} times", cancellationToken: cancellationToken);

    public List<Call> To(string path) => [.. Calls.Where(call => call.Path == path)];

    public async ValueTask DisposeAsync()
    {
        State.Dispose();
        await Sidecar.DisposeAsync();
        await app.DisposeAsync();
    }

    private Task<WebApplication> BuildAsync(string[] args, string idle)
    {
        var built = WebApplication.CreateSlimBuilder(args).Build();
        built.MapGet("/healthz", () => Results.Ok());
        built.MapGet("/dapr/config", () => new { entities = new[] { "Parrot" }, actorIdleTimeout = idle });
        built.MapGet("/dapr/subscribe", () => Results.NotFound());
        built.MapFallback(async (HttpContext context) =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
            var call = new Call(context.Request.Method, context.Request.GetEncodedPathAndQuery(), headers, body);
            Calls.Enqueue(call);
            return await Answer(call);
        });
        return Task.FromResult(built);
    }
}
