using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class FaultTests
{
    public static TheoryData<Fault> Passing { get; } =
    [
        new Fault(FaultKind.Fail, Times: 2, Status: 500),
        new Fault(FaultKind.Fail, Times: 2, Status: 503),
        new Fault(FaultKind.Fail, Times: 2, Status: 408),
        new Fault(FaultKind.Fail, Times: 2, Status: 499),
        new Fault(FaultKind.Fail, Times: 2, Status: 429),
        new Fault(FaultKind.CutBefore, Times: 2),
        new Fault(FaultKind.CutAfter, Times: 2),
    ];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_by_itself_is_tried_twice_more_within_the_turn(Fault fault)
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(fault);

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        Assert.Equal(PassState.Synced, pass.State);
        Assert.Equal(["POST member", "POST member", "POST member"], world.Calls.Take(3));
        Assert.Single(world.Sandbox.Members);
        Assert.InRange(world.Clock.Passed, TimeSpan.FromMilliseconds(100), PassKitWorld.Budget);
    }

    [Fact]
    public async Task What_does_not_pass_leaves_the_sync_pending_with_a_back_off_that_grows()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));
        var pass = new PassRecord();
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);
            Assert.Equal((PassState.Pending, i + 1), (pass.State, pass.Attempts));
            waits.Add(pass.NextAttempt!.Value - world.Clock.GetUtcNow());
            world.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.InRange(waits[0], TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
        Assert.InRange(waits[3], TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(20));
        Assert.InRange(waits[^1], TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(19));
    }

    [Fact]
    public async Task While_a_sync_waits_nothing_is_called_unless_an_operator_asks()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 3));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var (waiting, calls) = await world.CallsOfAsync(PassKitWorld.Wanted(tier: "silver"), pass);
        Assert.Empty(calls);
        Assert.Equal(pass, waiting);

        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted(tier: "silver"), pass, force: true)).State);
    }

    [Fact]
    public async Task A_429_is_tried_again_no_sooner_than_PassKit_asks()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 429, RetryAfter: 90));

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        Assert.Equal(["POST member"], world.Calls);
        Assert.Equal(PassState.Pending, pass.State);
        Assert.InRange(pass.NextAttempt!.Value, PassKitWorld.Start.AddSeconds(90), PassKitWorld.Start.AddSeconds(135));
    }

    [Theory]
    [InlineData(90, 0)] // as PassKit asks
    [InlineData(null, 2)] // as the breaker does, after six calls
    public async Task Those_who_were_asked_to_wait_do_not_all_come_back_at_the_same_instant(int? retryAfter, int before)
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, RetryAfter: retryAfter));
        for (var i = 0; i < before; i++) await world.SyncAsync(PassKitWorld.Wanted("cus_first"));

        List<DateTimeOffset?> moments = [];
        for (var i = 0; i < 5; i++) moments.Add((await world.SyncAsync(PassKitWorld.Wanted($"cus_{i}"))).NextAttempt);

        Assert.Equal(5, moments.Distinct().Count());
    }

    [Fact]
    public async Task A_429_that_asks_for_a_second_is_tried_again_after_that_second_in_the_same_turn()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 429, RetryAfter: 1));

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        Assert.Equal((PassState.Synced, TimeSpan.FromSeconds(1)), (pass.State, world.Clock.Passed));
    }

    [Fact]
    public async Task A_PassKit_that_never_answers_ends_with_the_budget()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Hang));
        using var budget = new CancellationTokenSource(PassKitWorld.Budget, world.Clock);

        var running = world.Sync.RunAsync(PassKitWorld.Wanted(), new PassRecord(), force: false, hinted: false, (_, _) => Task.CompletedTask, budget.Token);
        await world.Sandbox.Calls.WaitForAsync(_ => true, TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);
        world.Clock.Advance(PassKitWorld.Budget);
        var pass = await running;

        Assert.Equal(PassState.Pending, pass.State);
        Assert.Contains("budget", pass.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_the_sidecar_breaks_off_is_a_call_without_an_answer_and_never_a_failed_turn()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Transport.Failures.Enqueue(new OperationCanceledException("The sidecar's deadline, not ours."));

        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted())).State);
    }

    [Fact]
    public async Task After_several_failures_in_a_row_PassKit_is_left_alone_for_everybody_and_then_tried_again()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));
        await world.SyncAsync(PassKitWorld.Wanted("cus_1"));
        await world.SyncAsync(PassKitWorld.Wanted("cus_2"));

        var (left, calls) = await world.CallsOfAsync(PassKitWorld.Wanted("cus_3"), new PassRecord());
        Assert.Empty(calls);
        Assert.Equal(PassState.Pending, left.State);
        Assert.Contains("left alone", left.LastError, StringComparison.Ordinal);

        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromSeconds(16)); // the breaker's ten, and a half more at most
        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted("cus_3"), left)).State);
        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted("cus_4"))).State);
    }

    [Fact]
    public async Task What_PassKit_refuses_of_one_member_closes_the_way_for_nobody()
    {
        await using var world = await PassKitWorld.StartAsync();
        for (var i = 0; i < 10; i++) await world.SyncAsync(PassKitWorld.Wanted($"cus_bad{i}", person: new Person("Ada", "no address", null)));

        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted())).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":{}}""")]
    public async Task An_answer_that_is_not_what_PassKit_promises_leaves_the_sync_pending(string body)
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Transport.Instead = (_, answer) => answer with { Body = System.Text.Encoding.UTF8.GetBytes(body) };

        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        Assert.Equal((PassState.Pending, null), (pass.State, pass.MemberId));

        world.Transport.Instead = (_, answer) => answer;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Assert.Single(world.Sandbox.Members).Id, (await world.SyncAsync(PassKitWorld.Wanted(), pass)).MemberId);
    }

    [Theory]
    [InlineData(-8)]
    [InlineData(8)]
    [InlineData(40)]
    public async Task A_clock_that_differs_by_seconds_costs_nothing(int seconds)
    {
        await using var world = await PassKitWorld.StartAsync(skew: TimeSpan.FromSeconds(seconds));

        await world.SyncAsync(PassKitWorld.Wanted());

        Assert.Equal(["POST member"], world.Calls);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(-120)]
    public async Task A_clock_that_differs_costs_one_second_try_and_later_calls_none(int seconds)
    {
        await using var world = await PassKitWorld.StartAsync(skew: TimeSpan.FromSeconds(seconds));

        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        Assert.Equal(PassState.Synced, pass.State);
        Assert.Equal([401, 200], world.Sandbox.Calls.All.Select(call => call.Status!.Value));

        var (_, calls) = await world.CallsOfAsync(PassKitWorld.Wanted(tier: "silver"), pass);
        Assert.Equal(["PUT tier"], calls);
    }

    [Fact]
    public async Task A_clock_that_differs_fails_none_of_the_calls_that_run_side_by_side()
    {
        await using var world = await PassKitWorld.StartAsync(skew: TimeSpan.FromMinutes(2));
        var (answered, both) = (0, new TaskCompletionSource());
        world.Transport.BeforeAnswer = () =>
        {
            if (Interlocked.Increment(ref answered) == 2) both.SetResult();
            return both.Task; // so that both calls were refused before either corrects the clock
        };

        var passes = await Task.WhenAll(world.SyncAsync(PassKitWorld.Wanted("cus_1")), world.SyncAsync(PassKitWorld.Wanted("cus_2")));

        Assert.All(passes, pass => Assert.Equal(PassState.Synced, pass.State));
    }
}
