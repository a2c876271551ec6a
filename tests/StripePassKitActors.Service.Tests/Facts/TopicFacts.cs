using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>What the apps rely on when they publish and when they are delivered to: a bulk subscription, its dead letters singly.</summary>
public sealed class TopicFacts(ControlPlane controlPlane)
{
    private const string Bulk = "/events/stripe";
    private const string Dead = "/events/dead";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task JSON_is_written_anew_with_its_keys_in_order(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = Say("SUCCESS");

        await PublishAsync(app, "stripe-events", "one", """{ "b": 1, "b": 2, "a": [1.10, 1e3], "c": "<ü>" }""");
        await PublishAsync(app, "stripe-events", "two", "no JSON");
        await PublishAsync(app, "stripe-events", "three", "bytes", "application/octet-stream");

        var events = (await EntriesAsync(app, 3)).ToDictionary(entry => (string)entry["event"]!["id"]!, entry => entry["event"]!);
        var one = events["one"];
        Assert.Equal(["a", "b", "c"], one["data"]!.AsObject().Select(field => field.Key));
        Assert.Equal((2, "<ü>"), ((int)one["data"]!["b"]!, (string?)one["data"]!["c"]));
        Assert.Equal("no JSON", (string?)events["two"]["data"]);
        Assert.Equal(("Ynl0ZXM=", null), ((string?)events["three"]["data_base64"], events["three"]["data"]));
    }

    [Theory]
    [OnEachSidecar]
    public async Task Numbers_keep_every_digit_in_a_message_of_its_own_and_become_doubles_in_a_bulk(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = call => call.Path == Bulk ? Say("SUCCESS")(call) : Task.FromResult(Results.Ok());
        const string Numbers = "[1.10, 1e3, 9007199254740993, 1234567890123456, 100000000000000000000, 0.00001, -5, 0]";

        await PublishAsync(app, "stripe-events", "one", Numbers);
        await PublishAsync(app, "stripe-events-dead", "one", Numbers);

        Assert.Equal("[1.1,1000,9007199254740992,1234567890123456,100000000000000000000,0.00001,-5,0]", (await EntriesAsync(app, 1))[0]["event"]!["data"]!.ToJsonString());
        var single = Assert.Single(await app.CalledAsync(Dead, 1, Cancelled));
        Assert.Equal(Numbers.Replace(" ", "", StringComparison.Ordinal), single.Json["data"]!.ToJsonString());
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_event_carries_the_attributes_it_was_published_with_and_daprs_own(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = Say("SUCCESS");

        var (status, _) = await app.AskAsync(
            HttpMethod.Post,
            "v1.0/publish/pubsub/stripe-events?metadata.cloudevent.id=evt_1&metadata.cloudevent.type=com.stripe.x&metadata.cloudevent.source=/w&metadata.cloudevent.subject=cus_1&metadata.cloudevent.time=never&metadata.partitionKey=cus_1",
            "1");
        Assert.Equal(204, status);

        var entry = Assert.Single(await EntriesAsync(app, 1));
        var said = entry["event"]!.AsObject();
        Assert.Equal(("evt_1", "com.stripe.x", "/w", "cus_1"), ((string?)said["id"], (string?)said["type"], (string?)said["source"], (string?)said["subject"]));
        Assert.Equal(("pubsub", "stripe-events", "1.0", "application/json"),
            ((string?)said["pubsubname"], (string?)said["topic"], (string?)said["specversion"], ((string?)said["datacontenttype"])!.Split(';')[0]));
        Assert.EndsWith("Z", (string?)said["time"], StringComparison.Ordinal);
        Assert.Equal(
            ["data", "datacontenttype", "id", "pubsubname", "source", "specversion", "subject", "time", "topic", "traceid", "traceparent", "tracestate", "type"],
            said.Select(field => field.Key));
        Assert.Equal(("cus_1", "application/cloudevents+json"), ((string?)entry["metadata"]!["partitionKey"], (string?)entry["contentType"]));
        var envelope = app.To(Bulk)[0];
        Assert.Equal(["entries", "id", "metadata", "pubsubname", "topic", "type"], envelope.Json.AsObject().Select(field => field.Key));
        Assert.Equal(("pubsub", "stripe-events", "com.dapr.event.sent.bulk", "pubsub"), (
            (string?)envelope.Json["pubsubname"], (string?)envelope.Json["topic"], (string?)envelope.Json["type"], (string?)envelope.Json["metadata"]!["pubsubName"]));
        Assert.Equal((ScriptedApp.Token, "POST"), (envelope.Headers["dapr-api-token"].ToString(), envelope.Verb));
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_own_envelope_is_completed_and_delivered(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = Say("SUCCESS");

        await PublishAsync(
            app, "stripe-events", null, """{"id":"own","source":"me","type":"t","specversion":"1.0","data":{"z":1},"extra":"kept"}""", "application/cloudevents+json");

        var said = Assert.Single(await EntriesAsync(app, 1))["event"]!;
        Assert.Equal(("own", "me", "t", "kept", 1), ((string?)said["id"], (string?)said["source"], (string?)said["type"], (string?)said["extra"], (int)said["data"]!["z"]!));
        Assert.Equal("stripe-events", (string?)said["topic"]);
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_entry_is_done_with_when_it_is_taken_dead_when_it_is_dropped_and_comes_again_otherwise(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = call => Task.FromResult(call.Path != Bulk ? Results.Ok() : Results.Json(new
        {
            statuses = call.Json["entries"]!.AsArray().Where(entry => (string?)entry!["event"]!["id"] != "silent").Select(entry => new
            {
                entryId = (string?)entry!["entryId"],
                status = (string?)entry["event"]!["id"] switch { "taken" => "SUCCESS", "dropped" => "DROP", _ => "RETRY" },
            }),
        }));

        foreach (var id in new[] { "taken", "dropped", "again", "silent" }) await PublishAsync(app, "stripe-events", id, $"\"{id}\"");

        // The policy of the tests: two more tries.
        var dead = await app.CalledAsync(Dead, 3, Cancelled);
        Assert.Equal(["again", "dropped", "silent"], dead.Select(call => (string?)call.Json["id"]).Order(StringComparer.Ordinal));
        Assert.All(dead, call => Assert.Equal("stripe-events", (string?)call.Json["topic"]));
        var tries = app.To(Bulk).SelectMany(Entries).CountBy(entry => (string)entry["event"]!["id"]!).ToDictionary();
        Assert.Equal((1, 1, 3, 3), (tries["taken"], tries["dropped"], tries["again"], tries["silent"]));
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_bulk_that_fails_comes_again_whole(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        var taken = Say("SUCCESS");
        app.Answer = call => app.Calls.Count == 1 ? Task.FromResult(Results.StatusCode(500)) : taken(call);

        await PublishAsync(app, "stripe-events", "one", "1");

        var calls = await app.CalledAsync(Bulk, 2, Cancelled);
        Assert.Equal(["one", "one"], calls.SelectMany(Entries).Select(entry => (string?)entry["event"]!["id"]));
        await Eventually.Async(async () =>
        {
            await PublishAsync(app, "stripe-events", "next", "1");
            return app.To(Bulk).SelectMany(Entries).Any(entry => (string?)entry["event"]!["id"] == "next");
        }, "the next is delivered", cancellationToken: Cancelled);
        Assert.Empty(app.To(Dead));
    }

    [Theory]
    [InlineData(Sidecars.Programs, "RETRY", 3)]
    [InlineData(Sidecars.Development, "RETRY", 3)]
    [InlineData(Sidecars.Programs, "nonsense", 3)]
    [InlineData(Sidecars.Development, "nonsense", 3)]
    [InlineData(Sidecars.Programs, "DROP", 1)]
    [InlineData(Sidecars.Development, "DROP", 1)]
    [InlineData(Sidecars.Programs, "SUCCESS", 1)]
    [InlineData(Sidecars.Development, "SUCCESS", 1)]
    [InlineData(Sidecars.Programs, "404", 1)]
    [InlineData(Sidecars.Development, "404", 1)]
    [InlineData(Sidecars.Programs, "500", 3)]
    [InlineData(Sidecars.Development, "500", 3)]
    [InlineData(Sidecars.Programs, "204", 1)]
    [InlineData(Sidecars.Development, "204", 1)]
    public async Task A_single_message_is_tried_as_often_as_its_answer_asks_for_and_then_forgotten(Sidecars sidecars, string answer, int tries)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = call => Task.FromResult(
            (string?)call.Json["id"] == "last" ? Results.Ok() : int.TryParse(answer, out var status) ? Results.StatusCode(status) : Results.Json(new { status = answer }));

        await PublishAsync(app, "stripe-events-dead", "first", "1");
        await app.CalledAsync(Dead, tries, Cancelled);

        // Longer than all tries take: two more of 100 ms each.
        for (var i = 0; i < 10; i++)
        {
            await PublishAsync(app, "stripe-events-dead", "last", "1");
            await app.CalledAsync(Dead, tries + i + 1, Cancelled);
        }

        var first = app.To(Dead).Where(call => (string?)call.Json["id"] == "first").ToList();
        Assert.Equal(tries, first.Count);
        Assert.Equal(("application/cloudevents+json", "pubsub", "first"), (first[0].Headers.ContentType.ToString(), first[0].Headers["pubsubname"].ToString(), first[0].Headers["cloudevent.id"].ToString()));
    }

    [Theory]
    [OnEachSidecar]
    public async Task Nothing_is_published_to_a_broker_that_is_not_there(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        var (status, body) = await app.AskAsync(HttpMethod.Post, "v1.0/publish/nowhere/stripe-events", "1");

        Assert.Equal(404, status);
        Assert.Contains("ERR_PUBSUB_NOT_FOUND", body, StringComparison.Ordinal);
    }

    private static Func<Call, Task<IResult>> Say(string status) => call => Task.FromResult(Results.Json(new
    {
        statuses = Entries(call).Select(entry => new { entryId = (string?)entry["entryId"], status }),
    }));

    private static IEnumerable<JsonNode> Entries(Call call) => call.Json["entries"]!.AsArray().Select(entry => entry!);

    private static async Task<List<JsonNode>> EntriesAsync(ScriptedApp app, int count) => await Eventually.Async(
        () => Task.FromResult(app.To(Bulk).SelectMany(Entries).ToList()), entries => entries.Count >= count, $"{count} entries are to be delivered", cancellationToken: Cancelled);

    private static async Task PublishAsync(ScriptedApp app, string topic, string? id, string body, string contentType = "application/json")
    {
        var (status, answer) = await app.AskAsync(
            HttpMethod.Post, $"v1.0/publish/pubsub/{topic}{(id is null ? "" : $"?metadata.cloudevent.id={id}")}", body, ("Content-Type", contentType));
        Assert.True(status == 204, answer);
    }
}
