using System.Text.Json.Nodes;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>What the app relies on when it keeps something outside of its actors.</summary>
public sealed class StateFacts(ControlPlane controlPlane)
{
    private const string Store = "v1.0/state/statestore";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task A_transaction_writes_and_removes_keys_and_what_is_not_there_is_204(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        Assert.Equal((204, ""), await app.AskAsync(HttpMethod.Get, $"{Store}/a"));
        Assert.Equal((204, ""), await CommitAsync(app, """{"operation":"upsert","request":{"key":"a","value":"<ü>"}}""", """{"operation":"upsert","request":{"key":"b","value":"2"}}"""));
        Assert.Equal((200, "<ü>"), await ReadAsync(app, "a"));

        Assert.Equal((204, ""), await CommitAsync(
            app,
            """{"operation":"delete","request":{"key":"a"}}""",
            """{"operation":"delete","request":{"key":"never-there"}}""",
            """{"operation":"upsert","request":{"key":"b","value":"3"}}""",
            """{"operation":"upsert","request":{"key":"b","value":"4"}}"""));
        Assert.Equal((204, ""), await app.AskAsync(HttpMethod.Get, $"{Store}/a"));
        Assert.Equal((200, "4"), await ReadAsync(app, "b"));
        Assert.Equal((204, ""), await CommitAsync(app));
    }

    [Theory]
    [OnEachSidecar]
    public async Task What_has_a_time_to_live_is_gone_when_it_is_over_also_when_it_was_written_again_without_one_and_the_rest_stays(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        await CommitAsync(
            app,
            """{"operation":"upsert","request":{"key":"brief","value":"1","metadata":{"ttlInSeconds":"2"}}}""",
            """{"operation":"upsert","request":{"key":"again","value":"1","metadata":{"ttlInSeconds":"8"}}}""",
            """{"operation":"upsert","request":{"key":"longer","value":"1","metadata":{"ttlInSeconds":"8"}}}""",
            """{"operation":"upsert","request":{"key":"long","value":"1","metadata":{"ttlInSeconds":"63072000"}}}""",
            """{"operation":"upsert","request":{"key":"for-ever","value":"1"}}""");
        await CommitAsync(
            app,
            """{"operation":"upsert","request":{"key":"again","value":"2"}}""",
            """{"operation":"upsert","request":{"key":"longer","value":"2","metadata":{"ttlInSeconds":"63072000"}}}""");

        await GoneAsync("brief");
        await GoneAsync("again");
        Assert.Equal((200, "2"), await ReadAsync(app, "longer"));
        Assert.Equal((200, "1"), await ReadAsync(app, "long"));
        Assert.Equal((200, "1"), await ReadAsync(app, "for-ever"));

        Task GoneAsync(string key) => Eventually.Async(
            () => app.AskAsync(HttpMethod.Get, $"{Store}/{key}"), answer => answer.Status == 204, $"{key} is to be gone", cancellationToken: Cancelled);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Nothing_of_a_transaction_that_is_refused_is_written(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        const string Good = """{"operation":"upsert","request":{"key":"good","value":"1"}}""";

        await RefusedAsync("ERR_NOT_SUPPORTED_STATE_OPERATION", """{"operation":"replace","request":{"key":"k","value":"1"}}""");
        await RefusedAsync("ERR_MALFORMED_REQUEST", """{"operation":"upsert","request":{"key":"a||b","value":"1"}}""");
        await RefusedAsync("ERR_MALFORMED_REQUEST", """{"operation":"upsert","request":{"key":"k","value":"1","metadata":{"ttlInSeconds":2}}}""");
        await RefusedAsync("ERR_MALFORMED_REQUEST", "nonsense");
        Assert.Equal((204, ""), await app.AskAsync(HttpMethod.Get, $"{Store}/good"));

        var key = await app.AskAsync(HttpMethod.Get, $"{Store}/a%7C%7Cb");
        Assert.Equal((400, "ERR_MALFORMED_REQUEST"), (key.Status, Code(key.Body)));

        async Task RefusedAsync(string code, string bad)
        {
            var (status, body) = await CommitAsync(app, Good, bad);
            Assert.Equal((400, code), (status, Code(body)));
        }
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_store_that_is_not_there_and_a_store_that_is_down_are_errors(Sidecars sidecars)
    {
        await using var platform = controlPlane.Breakable(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        Assert.Equal((400, "ERR_STATE_STORE_NOT_FOUND"), await FailAsync(HttpMethod.Get, "v1.0/state/elsewhere/k"));
        Assert.Equal((400, "ERR_STATE_STORE_NOT_FOUND"), await FailAsync(HttpMethod.Post, "v1.0/state/elsewhere/transaction", """{"operations":[]}"""));

        await CommitAsync(app, """{"operation":"upsert","request":{"key":"k","value":"kept"}}""");
        await platform.StopStateStoreAsync();
        Assert.Equal((500, "ERR_STATE_GET"), await FailAsync(HttpMethod.Get, $"{Store}/k"));
        Assert.Equal(
            (500, "ERR_STATE_TRANSACTION"),
            await FailAsync(HttpMethod.Post, $"{Store}/transaction", """{"operations":[{"operation":"upsert","request":{"key":"k","value":"lost"}}]}"""));

        await platform.StartStateStoreAsync(Cancelled);
        var (_, kept) = await Eventually.Async(
            () => app.AskAsync(HttpMethod.Get, $"{Store}/k"), answer => answer.Status == 200, "the store is to be found again", cancellationToken: Cancelled);
        Assert.Equal("kept", (string?)JsonNode.Parse(kept));

        async Task<(int Status, string Code)> FailAsync(HttpMethod verb, string path, string? sent = null)
        {
            var (status, body) = await app.AskAsync(verb, path, sent);
            return (status, Code(body));
        }
    }

    [Theory]
    [OnEachSidecar]
    public async Task The_public_apps_sidecar_has_no_store(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        var stub = new StubApp();
        await using var service = await TestService.StartAsync(platform, new TestServiceOptions(stub.BuildAsync, stub.BuildAsync), Cancelled);

        using var response = await Http.Client.GetAsync(new Uri(service.Ingress.Sidecar.Http, $"{Store}/k"), Cancelled);

        Assert.Equal((500, "ERR_STATE_STORE_NOT_CONFIGURED"), ((int)response.StatusCode, Code(await response.Content.ReadAsStringAsync(Cancelled))));
    }

    private static Task<(int Status, string Body)> CommitAsync(ScriptedApp app, params string[] operations) =>
        app.AskAsync(HttpMethod.Post, $"{Store}/transaction", $$"""{"operations":[{{string.Join(',', operations)}}]}""");

    private static async Task<(int Status, string? Value)> ReadAsync(ScriptedApp app, string key)
    {
        var (status, body) = await app.AskAsync(HttpMethod.Get, $"{Store}/{key}");
        return (status, (string?)JsonNode.Parse(body));
    }

    private static string Code(string body) => (string)JsonNode.Parse(body)!["errorCode"]!;
}
