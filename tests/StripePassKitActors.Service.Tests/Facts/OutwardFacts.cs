using Dapr;
using Dapr.Client;
using Microsoft.AspNetCore.Http;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>What the apps rely on when they go outside through a sidecar: the HTTP binding, invocation, secrets.</summary>
public sealed class OutwardFacts(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task The_binding_sends_body_and_upper_case_metadata_and_tells_status_and_headers(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = _ => Task.FromResult(new Teapot() as IResult);
        using var dapr = Client(app);

        var request = new BindingRequest("passkit", "put") { Data = "{\"a\": 1}"u8.ToArray() };
        request.Metadata["path"] = "members/member?x=1";
        request.Metadata["Authorization"] = "a token";
        request.Metadata["lower-case"] = "no header";
        var response = await dapr.InvokeBindingAsync(request, Cancelled);

        Assert.Equal(("418", "later", "tea"), (response.Metadata["statusCode"], response.Metadata["Retry-After"], System.Text.Encoding.UTF8.GetString(response.Data.Span)));
        var call = Assert.Single(app.Calls);
        Assert.Equal(("PUT", "/members/member?x=1", "{\"a\": 1}", "a token"), (call.Verb, call.Path, call.Body, call.Headers.Authorization.ToString()));
        Assert.False(call.Headers.ContainsKey("lower-case"));
        Assert.Equal("application/json; charset=utf-8", call.Headers.ContentType.ToString());
    }

    [Theory]
    [OnEachSidecar]
    public async Task The_binding_loses_the_body_of_a_DELETE(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        using var dapr = Client(app);

        await dapr.InvokeBindingAsync(new BindingRequest("passkit", "delete") { Data = "1"u8.ToArray() }, Cancelled);

        Assert.Equal(("DELETE", ""), (Assert.Single(app.Calls).Verb, app.Calls.Single().Body));
    }

    [Theory]
    [OnEachSidecar]
    public async Task The_binding_errs_for_a_status_only_when_told_to_and_for_a_name_that_is_not_there(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = _ => Task.FromResult(Results.StatusCode(404));
        using var dapr = Client(app);

        var strict = new BindingRequest("passkit", "get");
        strict.Metadata["errorIfNot2XX"] = "true";
        var refused = await Assert.ThrowsAsync<DaprException>(() => dapr.InvokeBindingAsync(strict, Cancelled));
        Assert.Contains("received status code 404", refused.InnerException!.Message, StringComparison.Ordinal);

        var lenient = await dapr.InvokeBindingAsync(new BindingRequest("passkit", "get"), Cancelled);
        Assert.Equal("404", lenient.Metadata["statusCode"]);

        var missing = await Assert.ThrowsAsync<DaprException>(() => dapr.InvokeBindingAsync(new BindingRequest("elsewhere", "get"), Cancelled));
        Assert.Contains("couldn't find output binding elsewhere", missing.InnerException!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Invocation_takes_verb_path_query_headers_and_body_to_an_app_by_id_and_to_an_address(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = call => Task.FromResult(Results.Text(call.Body, statusCode: 202));

        Assert.Equal((202, "\"body\""), await app.AskAsync(HttpMethod.Put, "v1.0/invoke/customers/method/some/route?x=1", "\"body\"", ("X-Mine", "mine")));
        Assert.Equal((202, "\"body\""), await app.AskAsync(HttpMethod.Delete, $"v1.0/invoke/http://{platform.ThisMachine}:{app.Port}/method/some/route?x=2", "\"body\"", ("Authorization", "a token")));

        var calls = app.Calls.ToList();
        Assert.Equal(("PUT", "/some/route?x=1", "mine", ScriptedApp.Token), (calls[0].Verb, calls[0].Path, calls[0].Headers["X-Mine"].ToString(), calls[0].Headers["dapr-api-token"].ToString()));
        Assert.Equal(("DELETE", "/some/route?x=2", "a token"), (calls[1].Verb, calls[1].Path, calls[1].Headers.Authorization.ToString()));

        var nobody = await app.AskAsync(HttpMethod.Put, "v1.0/invoke/nobody/method/x", "1");
        Assert.Equal(500, nobody.Status);
        Assert.Contains("ERR_DIRECT_INVOKE", nobody.Body, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Invocation_of_an_address_tells_its_status_body_and_headers_and_500_where_nobody_answers(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = _ => Task.FromResult(new Teapot() as IResult);

        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(app.Sidecar.Http, $"v1.0/invoke/http://{platform.ThisMachine}:{app.Port}/method/members/member"));
        using var answer = await Http.Client.SendAsync(request, Cancelled);
        Assert.Equal((418, "later", "tea"), ((int)answer.StatusCode, answer.Headers.GetValues("Retry-After").Single(), await answer.Content.ReadAsStringAsync(Cancelled)));
        Assert.NotNull(answer.Headers.Date);

        var nobody = await app.AskAsync(HttpMethod.Delete, $"v1.0/invoke/http://{platform.ThisMachine}:{FreePort.Next()}/method/members/member", "{}");
        Assert.Equal(500, nobody.Status);
        Assert.Contains("ERR_DIRECT_INVOKE", nobody.Body, StringComparison.Ordinal);

        // No other scheme is an address: it is the name of an app that is not there.
        var file = await app.AskAsync(HttpMethod.Delete, "v1.0/invoke/ftp://somewhere/method/members/member", "{}");
        Assert.Equal(500, file.Status);
        Assert.Contains("ERR_DIRECT_INVOKE", file.Body, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Invocation_reaches_an_actors_routes_past_its_turn(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        var open = new TaskCompletionSource();
        app.Answer = async call =>
        {
            if (call.Body == "0") await open.Task;
            return Results.Ok();
        };

        var turn = app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Say", "0");
        await app.CalledAsync("/actors/Parrot/1/method/Say", 1, Cancelled);
        var past = await app.AskAsync(HttpMethod.Put, "v1.0/invoke/customers/method/actors/Parrot/1/method/Say", "1");
        open.SetResult();

        Assert.Equal((200, 200), (past.Status, (await turn).Status));
    }

    [Theory]
    [OnEachSidecar]
    public async Task Secrets_are_the_sidecars_environment_without_its_own(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        using var dapr = Client(app);

        await dapr.WaitForSidecarAsync(Cancelled);
        var all = await dapr.GetBulkSecretAsync("secrets", cancellationToken: Cancelled);
        Assert.Equal("shown", all["Some__Secret"]["Some__Secret"]);
        Assert.DoesNotContain("APP_API_TOKEN", all.Keys);
        Assert.Equal("shown", (await dapr.GetSecretAsync("secrets", "Some__Secret", cancellationToken: Cancelled))["Some__Secret"]);
        await Assert.ThrowsAsync<DaprException>(() => dapr.GetBulkSecretAsync("elsewhere", cancellationToken: Cancelled));
        Assert.Equal("customers", (await dapr.GetMetadataAsync(Cancelled)).Id);
    }

    private static DaprClient Client(ScriptedApp app) =>
        new DaprClientBuilder().UseHttpEndpoint(app.Sidecar.Http.AbsoluteUri).UseGrpcEndpoint(app.Sidecar.Grpc.AbsoluteUri).Build();

    private sealed class Teapot : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status418ImATeapot;
            httpContext.Response.Headers.RetryAfter = "later";
            return httpContext.Response.WriteAsync("tea");
        }
    }
}
