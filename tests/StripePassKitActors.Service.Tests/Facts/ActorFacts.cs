using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>What the apps rely on when they call actors through a sidecar, and are called by it.</summary>
public sealed class ActorFacts(ControlPlane controlPlane)
{
    private static readonly JsonTypeInfo<string> Text = (JsonTypeInfo<string>)JsonSerializerOptions.Default.GetTypeInfo(typeof(string));

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
        var written = new StateChanges().Set("k", """{"amount":12345678901234567,"text":"<ü>"}""", Text).Set("l", "2", Text);

        await RefusedAsync("Parrot");
        await RefusedAsync("Penguin");
        Assert.Null(await ReadAsync("1", "k"));

        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Wake", "1");
        await app.State.CommitAsync("Parrot", new ActorId("1"), written);
        Assert.Equal("""{"amount":12345678901234567,"text":"<ü>"}""", await ReadAsync("1", "k"));
        Assert.Null(await ReadAsync("2", "k"));

        await app.State.CommitAsync("Parrot", new ActorId("1"), new StateChanges().Remove("k"));
        Assert.Null(await ReadAsync("1", "k"));
        Assert.Equal("2", await ReadAsync("1", "l"));

        Task<string?> ReadAsync(string actor, string key) => app.State.ReadAsync("Parrot", new ActorId(actor), key, Text);

        async Task RefusedAsync(string type) => Assert.Equal(
            StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => app.State.CommitAsync(type, new ActorId("1"), written))).StatusCode);
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
