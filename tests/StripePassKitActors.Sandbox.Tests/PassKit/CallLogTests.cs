using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class CallLogTests
{
    [Fact]
    public async Task The_log_tells_what_was_called_about_whom_and_what_came_of_it()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();
        passKit.Time.Advance(TimeSpan.FromMinutes(1));
        await passKit.GetAsync(id);
        await passKit.CallAsync("GET", "/members/member/externalId/local_program/cus_2");
        await passKit.CallAsAsync(null, "PUT", "/members/member", "{}");

        Assert.Collection(
            passKit.Sandbox.Calls.All,
            call => Assert.Equal(("POST", "/members/member", 200, id, "cus_1"), (call.Verb, call.Path, call.Status, call.MemberId, call.ExternalId)),
            call => Assert.Equal(("GET", $"/members/member/id/{id}", 200, id, "cus_1"), (call.Verb, call.Path, call.Status, call.MemberId, call.ExternalId)),
            call => Assert.Equal((404, null, "cus_2"), (call.Status, call.MemberId, call.ExternalId)),
            call => Assert.Equal((401, null, null, passKit.Now), (call.Status, call.MemberId, call.ExternalId, call.At)));
    }

    [Fact]
    public async Task From_outside_the_log_can_be_read_and_cleared()
    {
        await using var passKit = await Caller.StartAsync();
        await passKit.EnrolAsync();

        var calls = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/calls")).Text)!.AsArray();
        var cleared = await passKit.CallAsAsync(null, "DELETE", "/sandbox/calls");

        var call = Assert.Single(calls)!;
        Assert.Equal(("POST", 200, "cus_1"), ((string)call["verb"]!, (int)call["status"]!, (string)call["externalId"]!));
        Assert.Equal(204, cleared.Status);
        Assert.Equal("[]", (await passKit.CallAsAsync(null, "GET", "/sandbox/calls")).Text);
    }

    [Fact]
    public async Task From_outside_members_are_shown_as_PassKit_shows_them()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        var members = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/members")).Text)!.AsArray();

        Assert.Equal((await passKit.GetAsync(id)).Text, Assert.Single(members)!.ToJsonString());
    }

    [Fact]
    public async Task Who_looks_in_and_a_sidecar_that_asks_are_not_in_the_log()
    {
        await using var passKit = await Caller.StartAsync();

        foreach (var path in new[] { "/healthz", "/sandbox/members", "/sandbox/calls", "/sandbox/faults", "/dapr/config", "/dapr/subscribe" })
            await passKit.CallAsAsync(null, "GET", path);

        Assert.Empty(passKit.Sandbox.Calls.All);
    }

    [Fact]
    public async Task A_call_can_be_waited_for()
    {
        await using var passKit = await Caller.StartAsync();
        var waiting = passKit.Sandbox.Calls.WaitForAsync(call => call.Status == 200, Caller.Stop);
        Assert.False(waiting.IsCompleted);

        var id = await passKit.EnrolAsync();

        Assert.Equal(id, (await waiting).MemberId);
    }
}
