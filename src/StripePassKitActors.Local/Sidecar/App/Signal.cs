using System.Threading.Channels;

namespace StripePassKitActors.Local.Sidecar.App;

/// <summary>Wakes one who waits: that something happened is remembered until then, how often is not.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> happened = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => happened.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) => await happened.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits until it is set, or until a moment; null: there is none.</summary>
    public async Task WaitAsync(DateTimeOffset? until, TimeProvider time, CancellationToken cancellationToken)
    {
        if (until is not { } moment)
        {
            await WaitAsync(cancellationToken);
            return;
        }

        // A timer cannot wait longer than some weeks, and one that stops short of its moment is set again.
        var wait = moment - time.GetUtcNow();
        wait = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait + Tick : Longest;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(WaitAsync(either.Token), Task.Delay(wait, time, either.Token));
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Moments are kept in whole milliseconds.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
}
