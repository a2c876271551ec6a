using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>
/// A clock that stands still until somebody waits on it: then <see cref="DriveAsync"/> lets exactly that wait pass. So retries and
/// back-offs take no real time, and no time passes while a call is under way.
/// </summary>
internal sealed class SteppingClock(DateTimeOffset now) : FakeTimeProvider(now)
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();
    private readonly DateTimeOffset started = now;

    /// <summary>How much time was let pass.</summary>
    public TimeSpan Passed => GetUtcNow() - started;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero) waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Runs to the end, letting every wait that is shorter than <paramref name="budget"/> pass at once; the budget itself and other limits are none of them.</summary>
    public async Task<T> DriveAsync<T>(Task<T> running, TimeSpan budget, params TimeSpan[] limits)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            var waited = waits.Reader.WaitToReadAsync(over.Token).AsTask();
            if (await Task.WhenAny(running, waited) == running) break;
            await waited;
            while (waits.Reader.TryRead(out var wait))
            {
                if (wait < budget && !limits.Contains(wait)) Advance(wait);
            }
        }

        await over.CancelAsync();
        return await running;
    }
}
