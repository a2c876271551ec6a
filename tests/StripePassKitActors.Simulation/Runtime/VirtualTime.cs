namespace StripePassKitActors.Simulation.Runtime;

/// <summary>
/// The only clock of a world, and all that is yet to happen in it. One thread runs one thing after the other; what waits goes on, on that
/// thread, when its moment has come. So a world is the same in every run.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<Action, (long At, long Order)> agenda = new();
    private long now = start.UtcTicks;
    private long order;

    public DateTimeOffset Now => new(now, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => now;

    /// <summary>Does something at a moment, or at once if that is past.</summary>
    public void At(DateTimeOffset moment, Action action) => agenda.Enqueue(action, (Math.Max(now, moment.UtcTicks), order++));

    public void After(TimeSpan wait, Action action) => At(Now + wait, action);

    /// <summary>Lets everything happen that is due up to a moment.</summary>
    public void RunUntil(DateTimeOffset moment)
    {
        while (agenda.TryPeek(out _, out var next) && next.At <= moment.UtcTicks)
        {
            var action = agenda.Dequeue();
            now = next.At;
            action();
        }

        now = moment.UtcTicks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private int version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++version;
            if (dueTime >= TimeSpan.Zero) time.After(dueTime, Fire);
            return true;

            void Fire()
            {
                if (mine != version) return;
                if (period > TimeSpan.Zero) time.After(period, Fire);
                callback(state);
            }
        }

        public void Dispose() => version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
