using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>Tells a page how its pass stands, until that is settled or the time is up.</summary>
internal sealed class CheckoutEvents(CheckoutPasses passes, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>A connection that lasts longer than this holds a place that others may want; the page then looks for itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Most passes are there within two seconds, and then every moment counts; what takes longer takes long.</summary>
    public static readonly TimeSpan Eager = TimeSpan.FromSeconds(30);

    /// <summary>Proxies cut what is silent for a minute.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(3);

    /// <summary>The events: <c>pass</c> when it changed, and from time to time that it did not; <c>end</c> when nothing more comes of waiting.</summary>
    public async IAsyncEnumerable<SseItem<ShownPass>> OfAsync(SessionId session, [EnumeratorCancellation] CancellationToken leave)
    {
        // A stopping app would otherwise wait for every open page.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leave, lifetime.ApplicationStopping);
        var begun = time.GetTimestamp();
        ShownPass? told = null;
        var toldAt = begun;
        while (true)
        {
            if (await AskAsync(session, either.Token) is not { } pass) yield break;
            if (pass != told || time.GetElapsedTime(toldAt) >= LongestSilence)
            {
                (told, toldAt) = (pass, time.GetTimestamp());
                yield return new SseItem<ShownPass>(pass, "pass");
            }

            if (pass.Settled || time.GetElapsedTime(begun) >= Longest)
            {
                yield return new SseItem<ShownPass>(pass, "end");
                yield break;
            }

            await Task.Delay(time.GetElapsedTime(begun) < Eager ? Soon : Later, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ShownPass?> AskAsync(SessionId session, CancellationToken leave)
    {
        try
        {
            leave.ThrowIfCancellationRequested();
            return ShownPass.Of(await passes.AskAsync(session, leave));
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return null; // nobody listens any more
        }
    }
}
