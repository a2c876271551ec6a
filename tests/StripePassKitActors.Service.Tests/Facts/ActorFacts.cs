using Microsoft.AspNetCore.Http;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>What the apps rely on when they call actors through a sidecar, and are called by it.</summary>
public sealed class ActorFacts(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task A_call_reaches_the_app_as_PUT_with_body_headers_and_the_apps_token(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        // The SDK's proxies put a slash too many.
        var (status, body) = await app.AskAsync(HttpMethod.Post, "/v1.0/actors/Parrot/1/method/Say", """{"b": 1, "a": 2}""", ("X-DaprRequestHeader", "mine"));

        Assert.Equal((200, """{"b": 1, "a": 2}"""), (status, body));
        var call = Assert.Single(app.Calls);
        Assert.Equal(("PUT", "/actors/Parrot/1/method/Say", """{"b": 1, "a": 2}"""), (call.Verb, call.Path, call.Body));
        Assert.Equal((ScriptedApp.Token, "mine"), (call.Headers["dapr-api-token"].ToString(), call.Headers["X-DaprRequestHeader"].ToString()));
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_actors_failure_is_an_error_that_quotes_it_and_an_unhosted_type_has_no_address(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = _ => Task.FromResult(Results.Json(new { oops = 1 }, statusCode: 503));

        var failed = await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Say", "1");
        Assert.Equal(500, failed.Status);
        Assert.Contains("ERR_ACTOR_INVOKE_METHOD", failed.Body, StringComparison.Ordinal);
        Assert.Contains("(503) {\\u0022oops\\u0022:1}".Replace("\\u0022", "\"", StringComparison.Ordinal), JsonMessage(failed.Body), StringComparison.Ordinal);

        var homeless = await app.AskAsync(HttpMethod.Put, "v1.0/actors/Penguin/1/method/Say", "1");
        Assert.Equal(500, homeless.Status);
        Assert.Contains("did not find address for actor 'Penguin/1'", JsonMessage(homeless.Body), StringComparison.Ordinal);
    }

    [Theory]
    [OnEachSidecar]
    public async Task One_call_at_a_time_is_in_an_actor_in_the_order_of_arrival_while_another_actor_is_free(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        var open = new TaskCompletionSource();
        app.Answer = async call =>
        {
            if (call.Body == "0") await open.Task;
            return Results.Text(call.Body);
        };

        var calls = new List<Task<(int Status, string Body)>>();
        for (var number = 0; number < 6; number++)
        {
            calls.Add(app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Say", $"{number}"));
            if (number == 0) await app.CalledAsync("/actors/Parrot/1/method/Say", 1, Cancelled);

            // Each is with the sidecar before the next: it answers a later question only after it has read the earlier one.
            await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/2/method/Say", "x");
        }

        Assert.Single(app.To("/actors/Parrot/1/method/Say"));
        open.SetResult();
        Assert.Equal(["0", "1", "2", "3", "4", "5"], (await Task.WhenAll(calls)).Select(answer => answer.Body));
        Assert.Equal(["0", "1", "2", "3", "4", "5"], app.To("/actors/Parrot/1/method/Say").Select(call => call.Body));
    }

    [Theory]
    [OnEachSidecar]
    public async Task State_is_changed_in_transactions_of_an_actor_that_is_awake(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        const string Write = """[{"operation":"upsert","request":{"key":"k","value":{"amount":12345678901234567,"text":"<ü>"}}},{"operation":"upsert","request":{"key":"l","value":2}}]""";

        var asleep = await app.AskAsync(HttpMethod.Post, "v1.0/actors/Parrot/1/state", Write);
        Assert.Equal(400, asleep.Status);
        Assert.Contains("ERR_ACTOR_INSTANCE_MISSING", asleep.Body, StringComparison.Ordinal);
        Assert.Equal(400, (await app.AskAsync(HttpMethod.Post, "v1.0/actors/Penguin/1/state", Write)).Status);
        Assert.Equal((204, ""), await app.AskAsync(HttpMethod.Get, "v1.0/actors/Parrot/1/state/k"));

        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Wake", "1");
        Assert.Equal(204, (await app.AskAsync(HttpMethod.Post, "v1.0/actors/Parrot/1/state", Write)).Status);
        var (status, body) = await app.AskAsync(HttpMethod.Get, "v1.0/actors/Parrot/1/state/k");
        Assert.Equal((200, "<ü>"), (status, (string?)System.Text.Json.Nodes.JsonNode.Parse(body)!["text"]));
        Assert.Equal((204, ""), await app.AskAsync(HttpMethod.Get, "v1.0/actors/Parrot/2/state/k"));

        Assert.Equal(204, (await app.AskAsync(HttpMethod.Post, "v1.0/actors/Parrot/1/state", """[{"operation":"delete","request":{"key":"k"}}]""")).Status);
        Assert.Equal((204, ""), await app.AskAsync(HttpMethod.Get, "v1.0/actors/Parrot/1/state/k"));
        Assert.Equal((200, "2"), await app.AskAsync(HttpMethod.Get, "v1.0/actors/Parrot/1/state/l"));
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_actor_that_nobody_calls_is_put_to_sleep(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled, idle: "2s");

        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Say", "1");

        Assert.Equal("DELETE", Assert.Single(await app.CalledAsync("/actors/Parrot/1", 1, Cancelled)).Verb);
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Say", "2");
        Assert.Equal(2, app.To("/actors/Parrot/1/method/Say").Count);
    }

    private static string JsonMessage(string body) => (string)System.Text.Json.Nodes.JsonNode.Parse(body)!["message"]!;
}
