namespace StripePassKitActors.Sandbox.Time;

/// <summary>
/// A clock that runs as its source does, ahead of it by an offset that only grows. Timers made by it fire when it is moved past them,
/// the earliest first; a periodic one fires once for a move, however far, and keeps its beat. Safe for several threads.
/// </summary>
/// <param name="source">The clock that it follows.</param>
/// <param name="offset">How far ahead it starts, e.g. where an earlier run left off.</param>
public sealed class MovableClock(TimeProvider source, TimeSpan offset = default) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly HashSet<MovableTimer> armed = [];
    private long ahead = NotBack(offset).Ticks;
    private long revision; // counts moves and changes of timers

    /// <summary>Is told how far ahead the clock is about to be, one move at a time; throwing keeps it from moving.</summary>
    public Action<TimeSpan>? Moved { get; set; }

    /// <summary>How far ahead of its source it is.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref ahead));

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => source.LocalTimeZone;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => source.GetUtcNow() + Offset;

    /// <inheritdoc />
    public override long GetTimestamp() => source.GetElapsedTime(0).Ticks + Volatile.Read(ref ahead);

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new MovableTimer(this, callback, state, dueTime, period);

    /// <summary>Moves it forward.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It would go back.</exception>
    public void MoveBy(TimeSpan time)
    {
        MovableTimer[] passed;
        lock (gate)
        {
            var moved = ahead + NotBack(time).Ticks;
            Moved?.Invoke(TimeSpan.FromTicks(moved)); // who cannot write it down keeps it from happening
            Volatile.Write(ref ahead, moved);
            revision++;
            passed = [.. armed.OrderBy(timer => timer.DueAt)];
        }

        foreach (var timer in passed) timer.Rearm();
    }

    /// <summary>Moves it forward to a moment; does nothing if that moment has passed.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        if (moment - GetUtcNow() is { Ticks: > 0 } time) MoveBy(time);
    }

    private static TimeSpan NotBack(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return time;
    }

    private ITimer SourceTimer(TimerCallback fire) => source.CreateTimer(fire, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private sealed class MovableTimer : ITimer
    {
        private readonly MovableClock clock;
        private readonly TimerCallback callback;
        private readonly object? state;
        private readonly ITimer inner;
        private TimeSpan period;
        private bool disposed;

        public MovableTimer(MovableClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (this.clock, this.callback, this.state) = (clock, callback, state);
            inner = clock.SourceTimer(Fire);
            Change(dueTime, period);
        }

        /// <summary>The clock's timestamp at which it fires.</summary>
        public long DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                if (disposed) return false;
                clock.revision++;
                this.period = period;
                DueAt = clock.GetTimestamp() + dueTime.Ticks;
                if (dueTime == Timeout.InfiniteTimeSpan) clock.armed.Remove(this);
                else clock.armed.Add(this);
            }

            Rearm();
            return true;
        }

        /// <summary>Has the source wake it when it is due: at once, if the clock was moved past that.</summary>
        public void Rearm()
        {
            for (var seen = -1L; ;)
            {
                TimeSpan wait;
                lock (clock.gate)
                {
                    if (disposed || seen == clock.revision) return;
                    seen = clock.revision;
                    wait = clock.armed.Contains(this)
                        ? TimeSpan.FromTicks(Math.Clamp(DueAt - clock.GetTimestamp(), 0, TimeSpan.TicksPerDay))
                        : Timeout.InfiniteTimeSpan;
                }

                // Outside the lock, as a source for tests may run what is due before it returns; hence the second look.
                inner.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                disposed = true;
                clock.armed.Remove(this);
            }

            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(object? _)
        {
            bool due;
            lock (clock.gate)
            {
                var now = clock.GetTimestamp();
                clock.revision++;
                due = !disposed && clock.armed.Contains(this) && DueAt <= now;
                if (due && period > TimeSpan.Zero) DueAt += ((now - DueAt) / period.Ticks + 1) * period.Ticks;
                else if (due) clock.armed.Remove(this);
            }

            Rearm();
            if (due) callback(state);
        }
    }
}
