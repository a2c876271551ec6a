using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Sandbox.PassKit.Sinks;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class SinkDeliveryTests
{
    private const string All = "1, 2, 4, 8, 16, 32";

    [Fact]
    public async Task Whatever_happens_to_a_pass_is_told_each_with_its_verb()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink);

        var id = await passKit.EnrolAsync();
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "metaData": { "status": "active" }, "expiryDate": "{{passKit.Moment(1)}}" }""");
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        passKit.Sandbox.MarkInstalled(id);
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        passKit.Sandbox.MarkInstalled(id, installed: false);
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        passKit.Time.Advance(TimeSpan.FromDays(1));
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        await passKit.CallAsync("DELETE", "/members/member", $$"""{ "id": "{{id}}" }""");
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        Assert.Equal(
            [
                ("POST", "PASS_EVENT_RECORD_CREATED"), ("PUT", "PASS_EVENT_RECORD_UPDATED"), ("PUT", "PASS_EVENT_INSTALLED"),
                ("PUT", "PASS_EVENT_UNINSTALLED"), ("PUT", "PASS_EVENT_INVALIDATED"), ("DELETE", "PASS_EVENT_RECORD_DELETED"),
            ],
            sink.Taken.Select(taken => (taken.Verb, taken.Event)));
        Assert.All(passKit.Sandbox.Deliveries.All, delivery => Assert.Equal(
            (DeliveryState.Delivered, 1, 200, id, "cus_1"), (delivery.State, delivery.Attempts, delivery.Status, delivery.MemberId, delivery.ExternalId)));
    }

    [Fact]
    public async Task It_says_so_in_PassKits_own_encoding()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink, "2");
        var id = await passKit.EnrolAsync(more: """ "person": { "displayName": "Ada", "emailAddress": "ada@example.com" }, "points": 100 """);

        passKit.Sandbox.MarkInstalled(id);
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        var pass = Assert.Single(sink.Taken).Json["pass"]!;
        Assert.Equal((id, "local_program", 100, "cus_1"), ((string)pass["id"]!, (string)pass["classId"]!, (int)pass["protocol"]!, (string)pass["externalId"]!));
        Assert.Equal("ada@example.com", (string)pass["personDetails"]!["emailAddress"]!);
        Assert.Equal((1, "[8192,2]"), ((int)pass["metadata"]!["status"]!, pass["metadata"]!["lifecycleEvents"]!.ToJsonString()));
        Assert.Equal(passKit.Now.ToUnixTimeSeconds(), (long)pass["metadata"]!["firstInstalledAt"]!["seconds"]!);
        var record = pass["recordData"]!;
        Assert.Equal(
            ("100.000000", "silver", "PASS_INSTALLED", "0"),
            ((string)record["members.member.points"]!, (string)record["members.tier.id"]!, (string)record["universal.status"]!, (string)record["members.member.tierPoints"]!));
    }

    [Fact]
    public async Task It_is_signed_with_the_secret_of_its_subscription()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink);
        var known = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/sinks")).Text)!.AsArray();
        var secret = (string)JsonNode.Parse((string)known[0]!["configuration"]!)!["signingSecret"]!;

        await passKit.EnrolAsync();
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        var taken = Assert.Single(sink.Taken);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(taken.Body))), taken.Signature);
    }

    [Theory]
    [InlineData("32", "INTEGRATION_ACTIVE")]
    [InlineData(All, "INTEGRATION_DISABLED")]
    [InlineData(All, "INTEGRATION_STATUS_NONE")]
    public async Task Who_did_not_ask_for_it_or_is_not_active_is_not_told(string events, string status)
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink, events, status);

        await passKit.EnrolAsync();
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        Assert.Empty(sink.Taken);
        Assert.Empty(passKit.Sandbox.Deliveries.All);
    }

    [Fact]
    public async Task A_pass_that_lapses_is_told_of_once_and_again_after_it_was_revived()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink, "16");
        var id = await passKit.EnrolAsync(more: $"\"expiryDate\": \"{passKit.Moment(1)}\"");

        passKit.Time.Advance(TimeSpan.FromDays(2));
        await passKit.GetAsync(id);
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        Assert.Single(sink.Taken);

        await passKit.CallAsync("PUT", "/members/member/updateExpiry", $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(1)}}" }""");
        passKit.Time.Advance(TimeSpan.FromDays(1));
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        Assert.Equal(2, sink.Taken.Count);
    }

    [Fact]
    public async Task Nobody_need_call_for_a_lapse_to_be_told()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink, "16");
        await passKit.EnrolAsync(more: $"\"expiryDate\": \"{passKit.Moment(1)}\"");

        passKit.Time.Advance(TimeSpan.FromDays(1));

        await passKit.Sandbox.Deliveries.WaitForAsync(delivery => delivery.State is DeliveryState.Delivered, Caller.Stop);
    }

    [Fact]
    public async Task What_nobody_takes_is_sent_again_a_few_times()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink);
        sink.Status = 500;
        await passKit.EnrolAsync();
        foreach (var (failed, wait) in SinkDispatcher.Retries.Index())
        {
            await passKit.Sandbox.SettledAsync(Caller.Stop);
            Assert.Equal(DeliveryState.Waiting, Assert.Single(passKit.Sandbox.Deliveries.All).State);
            passKit.Time.Advance(wait);
            // Not for its state: it may have failed and be waiting again before anybody looks.
            await passKit.Sandbox.Deliveries.WaitForAsync(delivery => delivery.Attempts > failed + 1, Caller.Stop);
        }

        await passKit.Sandbox.SettledAsync(Caller.Stop);

        var given = Assert.Single(passKit.Sandbox.Deliveries.All);
        Assert.Equal((DeliveryState.GivenUp, 4, 500), (given.State, given.Attempts, given.Status));
        Assert.Single(sink.Taken.Select(taken => taken.Body).Distinct());
    }

    [Fact]
    public async Task Webhooks_are_lost_repeated_and_spoilt_on_request()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink);
        await passKit.CallAsAsync(null, "PUT", "/sandbox/faults", """
            [ { "kind": "lose", "event": "PASS_EVENT_INSTALLED" }, { "kind": "repeat", "verb": "post" }, { "kind": "garbage", "verb": "DELETE" } ]
            """);

        var id = await passKit.EnrolAsync();
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        passKit.Sandbox.MarkInstalled(id);
        await passKit.Sandbox.SettledAsync(Caller.Stop);
        passKit.Sandbox.Remove(id);
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        Assert.Equal(["POST", "POST", "DELETE"], sink.Taken.Select(taken => taken.Verb));
        Assert.ThrowsAny<Exception>(() => sink.Taken.Last().Json);
        var log = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/deliveries")).Text)!.AsArray();
        Assert.Equal(["Delivered", "Lost", "Delivered"], log.Select(one => (string)one!["state"]!));
    }

    [Fact]
    public async Task What_is_meant_for_webhooks_spoils_no_call_and_the_other_way_round()
    {
        await using var sink = await SinkReceiver.StartAsync();
        await using var passKit = await SubscribedAsync(sink);
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Lose), new Fault(FaultKind.Fail, Path: "/webhooks"));

        await passKit.EnrolAsync();
        await passKit.Sandbox.SettledAsync(Caller.Stop);

        Assert.Equal(DeliveryState.Lost, Assert.Single(passKit.Sandbox.Deliveries.All).State);
    }

    private static async Task<Caller> SubscribedAsync(SinkReceiver sink, string events = All, string status = "INTEGRATION_ACTIVE")
    {
        var passKit = await Caller.StartAsync();
        var reply = await passKit.CallAsync("POST", "/integrations/sink", $$"""
            { "classId": "local_program", "protocol": "MEMBERSHIP", "passEventId": [{{events}}], "status": "{{status}}",
              "configType": "WEBHOOK", "configuration": "{\"targetUrl\":\"{{sink.Url}}\"}" }
            """);
        Assert.Equal(200, reply.Status);
        return passKit;
    }
}
