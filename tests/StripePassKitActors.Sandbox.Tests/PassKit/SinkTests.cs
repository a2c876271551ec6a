using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class SinkTests
{
    [Fact]
    public async Task A_subscription_is_made_read_changed_listed_and_deleted()
    {
        await using var passKit = await Caller.StartAsync();

        var id = (await passKit.CallAsync("POST", "/integrations/sink", Sink("https://one.example/hook"))).Id;
        var read = await passKit.CallAsync("GET", $"/integrations/sink/MEMBERSHIP/{id}");
        var changed = await passKit.CallAsync("PUT", "/integrations/sink", Sink("https://two.example/hook", more: $"\"id\": \"{id}\""));
        var listed = await passKit.CallAsync("POST", "/integrations/sinks/list", """{ "classId": "local_program", "protocol": 100 }""");
        var deleted = await passKit.CallAsync("DELETE", $"/integrations/sink/100/{id}");

        Assert.Equal("""["PASS_EVENT_INSTALLED","PASS_EVENT_RECORD_DELETED"]""", read.Json["passEventId"]!.ToJsonString());
        Assert.Equal(("INTEGRATION_ACTIVE", "WEBHOOK", passKit.Moment(0)), (read["status"], read["configType"], read["createdAt"]));
        Assert.Equal("""{"targetUrl":"https://one.example/hook"}""", read["configuration"]);
        Assert.Equal(id, changed.Id);
        var line = JsonNode.Parse(Assert.Single(listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal((id, """{"targetUrl":"https://two.example/hook"}"""), ((string)line["result"]!["id"]!, (string)line["result"]!["configuration"]!));
        Assert.Equal((200, "{}"), (deleted.Status, deleted.Text));
        Assert.Equal(404, (await passKit.CallAsync("GET", $"/integrations/sink/MEMBERSHIP/{id}")).Status);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page_and_an_empty_one_is_an_empty_body()
    {
        await using var passKit = await Caller.StartAsync();
        Assert.Equal((200, ""), await ListAsync(""));
        for (var number = 0; number < 3; number++) await passKit.CallAsync("POST", "/integrations/sink", Sink($"https://{number}.example/"));

        Assert.Contains("//1.example/", (await ListAsync(""", "filters": { "limit": 1, "offset": 1 } """)).Text, StringComparison.Ordinal);
        Assert.Equal(3, (await ListAsync(""", "filters": { "limit": -1 } """)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        async Task<(int Status, string Text)> ListAsync(string more)
        {
            var reply = await passKit.CallAsync("POST", "/integrations/sinks/list", $$"""{ "classId": "local_program", "protocol": "MEMBERSHIP" {{more}} }""");
            return (reply.Status, reply.Text);
        }
    }

    [Theory]
    [InlineData("""{ "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"https://a.example/\"}" }""", 400)]
    [InlineData("""{ "classId": "local_program", "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"https://a.example/\"}" }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configuration": "{\"targetUrl\":\"https://a.example/\"}" }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configType": "WEBHOOK" }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": { "targetUrl": "https://a.example/" } }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": "https://a.example/" }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"/relative\"}" }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"https://a.example/\",\"signingSecret\":\"mine\"}" }""", 400)]
    [InlineData("""{ "classId": "local_program", "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"https://a.example/\"}", "createdAt": "2026-01-01T00:00:00Z" }""", 400)]
    [InlineData("""{ "classId": "elsewhere", "protocol": "MEMBERSHIP", "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"https://a.example/\"}" }""", 404)]
    public async Task A_subscription_that_makes_no_sense_is_refused(string body, int status)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(status, (await passKit.CallAsync("POST", "/integrations/sink", body)).Status);
        Assert.Equal("", (await passKit.CallAsync("POST", "/integrations/sinks/list", """{ "classId": "local_program", "protocol": "MEMBERSHIP" }""")).Text);
    }

    [Fact]
    public async Task The_server_makes_the_secret_and_tells_it_only_where_it_is_said_to()
    {
        await using var passKit = await Caller.StartAsync();
        var id = (await passKit.CallAsync("POST", "/integrations/sink", Sink("https://one.example/hook"))).Id;

        passKit.Sandbox.TellsSigningSecrets = true;
        var told = JsonNode.Parse((await passKit.CallAsync("GET", $"/integrations/sink/MEMBERSHIP/{id}"))["configuration"])!;
        var fromOutside = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/sinks")).Text)!.AsArray();

        Assert.Equal(64, Convert.FromBase64String((string)told["signingSecret"]!).Length);
        Assert.Equal((string)told["signingSecret"]!, (string)JsonNode.Parse((string)Assert.Single(fromOutside)!["configuration"]!)!["signingSecret"]!);
    }

    [Fact]
    public async Task Subscriptions_outlive_a_run_where_members_do()
    {
        var folder = Directory.CreateTempSubdirectory();
        var options = Caller.Options with { Data = Path.Combine(folder.FullName, "passkit.db"), SinkUrl = "http://localhost:8080/webhooks/passkit/token" };
        for (var start = 0; start < 2; start++)
        {
            await using var passKit = await Caller.StartAsync(options);
            var sinks = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/sinks")).Text)!.AsArray();
            Assert.Equal("INTEGRATION_ACTIVE", (string)Assert.Single(sinks)!["status"]!);
        }

        folder.Delete(recursive: true);
    }

    private static string Sink(string url, string? more = null) => $$"""
        { "classId": "local_program", "protocol": "MEMBERSHIP", "passEventId": ["PASS_EVENT_INSTALLED", 32], "status": "INTEGRATION_ACTIVE",
          "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"{{url}}\"}" {{(more is null ? "" : ", " + more)}} }
        """;
}
