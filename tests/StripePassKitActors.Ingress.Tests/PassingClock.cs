using Microsoft.Extensions.Time.Testing;

namespace StripePassKitActors.Ingress.Tests;

/// <summary>A clock that stands still, and lets a pause of a few seconds pass at once. Limits, which are longer, never run out by themselves.</summary>
internal sealed class PassingClock(DateTimeOffset now) : FakeTimeProvider(now)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= LongestPause) ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        return timer;
    }
}
