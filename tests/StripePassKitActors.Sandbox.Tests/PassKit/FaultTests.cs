using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class FaultTests
{
    [Fact]
    public async Task The_next_calls_fail_with_a_status_and_the_work_is_not_done()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 2, Status: 429, RetryAfter: 7));

        for (var i = 0; i < 2; i++)
        {
            var reply = await passKit.CallAsync("POST", "/members/member", Caller.Member());
            Assert.Equal((429, TimeSpan.FromSeconds(7)), (reply.Status, reply.RetryAfter));
        }

        Assert.Empty(passKit.Sandbox.Members);
        await passKit.EnrolAsync();
        Assert.Empty(passKit.Sandbox.Faults.All);
    }

    [Fact]
    public async Task Without_a_number_all_calls_fail_until_the_fault_is_cleared()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail));

        for (var i = 0; i < 5; i++) Assert.Equal(503, (await passKit.CallAsync("GET", "/user/profile")).Status);
        passKit.Sandbox.Faults.Clear();

        Assert.Equal(200, (await passKit.CallAsync("GET", "/user/profile")).Status);
    }

    [Fact]
    public async Task A_fault_can_be_meant_for_some_paths_and_verbs()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Path: "/tier", Status: 500), new Fault(FaultKind.Fail, Verb: "post", Status: 502));

        Assert.Equal(500, (await passKit.CallAsync("GET", "/members/tier/local_program/gold")).Status);
        Assert.Equal(502, (await passKit.CallAsync("POST", "/members/member", Caller.Member())).Status);
        Assert.Equal(200, (await passKit.CallAsync("GET", "/user/profile")).Status);
    }

    [Fact]
    public async Task A_connection_cut_before_the_work_leaves_nothing_behind()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.CutBefore, Times: 1));

        await Assert.ThrowsAsync<HttpRequestException>(() => passKit.EnrolAsync());

        Assert.Empty(passKit.Sandbox.Members);
        Assert.Null(Assert.Single(passKit.Sandbox.Calls.All).Status);
        await passKit.EnrolAsync();
    }

    [Fact]
    public async Task A_connection_cut_after_the_work_leaves_a_member_that_the_caller_does_not_know_of()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Times: 1));

        await Assert.ThrowsAsync<HttpRequestException>(() => passKit.EnrolAsync());

        var member = Assert.Single(passKit.Sandbox.Members);
        var call = Assert.Single(passKit.Sandbox.Calls.All);
        Assert.Equal((null, member.Id), (call.Status, call.MemberId));
        Assert.Equal(409, (await passKit.CallAsync("POST", "/members/member", Caller.Member())).Status);
    }

    [Fact]
    public async Task A_slow_answer_comes_when_its_time_has_come()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Slow, Times: 1, Delay: TimeSpan.FromSeconds(30)));

        var slow = passKit.CallAsync("POST", "/members/member", Caller.Member());
        var call = await passKit.Sandbox.Calls.WaitForAsync(call => call.MemberId is not null, Caller.Stop);
        Assert.Null(call.Status);
        Assert.False(slow.IsCompleted);
        passKit.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(200, (await slow).Status);
    }

    [Fact]
    public async Task Who_gives_up_on_a_slow_answer_has_enrolled_all_the_same()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Slow, Delay: TimeSpan.FromSeconds(30)));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Caller.Stop);

        var slow = passKit.CallAsAsync(passKit.Fresh(), "POST", "/members/member", Caller.Member(), patience.Token);
        await passKit.Sandbox.Calls.WaitForAsync(call => call.MemberId is not null, Caller.Stop);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        Assert.Single(passKit.Sandbox.Members);
    }

    [Fact]
    public async Task A_call_can_be_left_without_any_answer()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.Hang, Times: 1));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Caller.Stop);

        var hanging = passKit.CallAsAsync(passKit.Fresh(), "POST", "/members/member", Caller.Member(), patience.Token);
        await passKit.Sandbox.Calls.WaitForAsync(call => call.Verb == "POST", Caller.Stop);
        passKit.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(hanging.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        Assert.Empty(passKit.Sandbox.Members);
    }

    [Fact]
    public async Task A_sandbox_stops_though_calls_hang()
    {
        Task<Reply> hanging;
        await using (var passKit = await Caller.StartAsync())
        {
            passKit.Sandbox.Faults.Set(new Fault(FaultKind.Hang));
            hanging = passKit.CallAsync("GET", "/user/profile");
            await passKit.Sandbox.Calls.WaitForAsync(_ => true, Caller.Stop);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => hanging);
    }

    [Fact]
    public async Task From_outside_faults_are_set_read_and_cleared()
    {
        await using var passKit = await Caller.StartAsync();

        var set = await passKit.CallAsAsync(null, "PUT", "/sandbox/faults", """
            [ { "kind": "fail", "status": 500, "times": 2, "path": "/user" }, { "kind": "slow", "delay": "00:00:01.5", "verb": "PUT" } ]
            """);
        Assert.Equal(200, set.Status);
        Assert.Equal(500, (await passKit.CallAsync("GET", "/user/profile")).Status);

        Assert.Collection(
            passKit.Sandbox.Faults.All,
            fault => Assert.Equal(new Fault(FaultKind.Fail, Times: 1, Path: "/user", Status: 500), fault),
            fault => Assert.Equal(new Fault(FaultKind.Slow, Verb: "PUT", Delay: TimeSpan.FromSeconds(1.5)), fault));
        Assert.Equal(204, (await passKit.CallAsAsync(null, "DELETE", "/sandbox/faults")).Status);
        Assert.Equal("[]", (await passKit.CallAsAsync(null, "GET", "/sandbox/faults")).Text);
    }

    [Theory]
    [InlineData("""[ { "kind": "explode" } ]""")]
    [InlineData("""[ { "status": 500 } ]""")]
    [InlineData("""[ { "kind": "fail", "retry": 3 } ]""")]
    [InlineData("nonsense")]
    public async Task A_fault_that_is_none_is_refused(string json)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(400, (await passKit.CallAsAsync(null, "PUT", "/sandbox/faults", json)).Status);
        Assert.Empty(passKit.Sandbox.Faults.All);
    }
}
