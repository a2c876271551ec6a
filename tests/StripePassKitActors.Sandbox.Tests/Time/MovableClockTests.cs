using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Sandbox.Time;

namespace StripePassKitActors.Sandbox.Tests.Time;

public sealed class MovableClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider source = new(Start);
    private readonly List<string> fired = [];

    [Fact]
    public void It_runs_with_its_source_and_ahead_of_it_by_what_it_was_moved()
    {
        var clock = new MovableClock(source, TimeSpan.FromDays(1));
        var before = clock.GetTimestamp();

        clock.MoveBy(TimeSpan.FromDays(30));
        source.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(Start.AddDays(31).AddSeconds(5), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromDays(31), clock.Offset);
        Assert.Equal(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(5), clock.GetElapsedTime(before));
    }

    [Fact]
    public void It_never_goes_back()
    {
        var clock = new MovableClock(source);

        Assert.Throws<ArgumentOutOfRangeException>(() => clock.MoveBy(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovableClock(source, TimeSpan.FromTicks(-1)));
        clock.MoveTo(Start.AddDays(-1));

        Assert.Equal(Start, clock.GetUtcNow());
    }

    [Fact]
    public void It_can_be_moved_to_a_moment()
    {
        var clock = new MovableClock(source);

        clock.MoveTo(Start.AddDays(2));

        Assert.Equal(Start.AddDays(2), clock.GetUtcNow());
    }

    [Fact]
    public void Timers_that_it_is_moved_past_fire_in_order_and_others_wait_for_the_rest()
    {
        var clock = new MovableClock(source);
        using var third = Timer(clock, "third", TimeSpan.FromDays(3));
        using var first = Timer(clock, "first", TimeSpan.FromDays(1));
        using var second = Timer(clock, "second", TimeSpan.FromDays(2));

        clock.MoveBy(TimeSpan.FromDays(2));
        Assert.Equal(["first", "second"], fired);

        source.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.Equal(2, fired.Count);

        source.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["first", "second", "third"], fired);
    }

    [Fact]
    public void A_timer_fires_once_for_each_time_that_it_is_set()
    {
        var clock = new MovableClock(source);
        using var timer = Timer(clock, "it", TimeSpan.FromHours(1));

        clock.MoveBy(TimeSpan.FromDays(1));
        clock.MoveBy(TimeSpan.FromDays(1));
        Assert.Single(fired);

        timer.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        clock.MoveBy(TimeSpan.FromHours(1));
        Assert.Equal(2, fired.Count);
    }

    [Fact]
    public void A_periodic_timer_fires_once_for_a_move_and_keeps_its_beat()
    {
        var clock = new MovableClock(source);
        using var timer = clock.CreateTimer(_ => fired.Add("beat"), null, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

        clock.MoveBy(TimeSpan.FromMinutes(35));
        Assert.Single(fired);

        source.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, fired.Count);
        source.Advance(TimeSpan.FromMinutes(10));
        source.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(4, fired.Count);
    }

    [Fact]
    public void A_timer_that_was_stopped_or_disposed_of_stays_silent()
    {
        var clock = new MovableClock(source);
        using var stopped = Timer(clock, "stopped", TimeSpan.FromHours(1));
        var disposed = Timer(clock, "disposed", TimeSpan.FromHours(1));

        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        clock.MoveBy(TimeSpan.FromDays(1));

        Assert.Empty(fired);
        Assert.False(disposed.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void A_timer_may_move_the_clock_and_set_itself_again()
    {
        var clock = new MovableClock(source);
        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                fired.Add("again");
                if (fired.Count < 3) timer!.Change(TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
                clock.MoveBy(TimeSpan.FromDays(1));
            },
            null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);

        clock.MoveBy(TimeSpan.FromDays(1));

        Assert.Equal(3, fired.Count);
        timer.Dispose();
    }

    [Fact]
    public async Task On_the_machines_clock_whatever_waits_for_it_goes_on_when_it_is_moved()
    {
        var clock = new MovableClock(TimeProvider.System);
        var waiting = Enumerable.Range(1, 20).Select(days => Task.Delay(TimeSpan.FromDays(days), clock, TestContext.Current.CancellationToken)).ToList();

        await Task.WhenAll(Enumerable.Range(1, 20).Select(_ => Task.Run(() => clock.MoveBy(TimeSpan.FromDays(1)), TestContext.Current.CancellationToken)));

        await Task.WhenAll(waiting);
    }

    private ITimer Timer(MovableClock clock, string name, TimeSpan due) => clock.CreateTimer(_ => fired.Add(name), null, due, Timeout.InfiniteTimeSpan);
}
