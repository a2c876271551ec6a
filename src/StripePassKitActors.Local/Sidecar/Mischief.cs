namespace StripePassKitActors.Local.Sidecar;

/// <summary>
/// What brokers and stores are allowed to do and seldom do on a laptop: deliver twice, late and out of order, and fail a write. Each
/// wish is used up as messages and writes come by.
/// </summary>
public sealed class Mischief
{
    /// <summary>Between two messages that are delivered in reverse; they must be published within this time of each other.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private int repeats;
    private int delays;
    private TimeSpan delay;
    private int reversed;
    private int failingWrites;

    /// <summary>The state store answers nothing: every read and every write fails.</summary>
    public bool StateStoreIsDown { get; set; }

    /// <summary>Delivers each of the next messages twice.</summary>
    public void RepeatNext(int messages)
    {
        lock (gate) repeats = messages;
    }

    /// <summary>Delivers each of the next messages so much later than it was published.</summary>
    public void DelayNext(int messages, TimeSpan by)
    {
        lock (gate) (delays, delay) = (messages, by);
    }

    /// <summary>Delivers the next messages last one first.</summary>
    public void ReverseNext(int messages)
    {
        lock (gate) reversed = messages;
    }

    /// <summary>Fails the next transactions of actor state; nothing of them is saved.</summary>
    public void FailNextStateWrites(int writes)
    {
        lock (gate) failingWrites = writes;
    }

    /// <summary>How often and how late the message that is being published is to be delivered.</summary>
    internal (int Times, TimeSpan Late) OnPublish()
    {
        lock (gate)
        {
            var times = TakeOne(ref repeats) ? 2 : 1;
            var late = TakeOne(ref delays) ? delay : TimeSpan.Zero;
            return TakeOne(ref reversed) ? (times, late + ((reversed + 1) * Apart)) : (times, late);
        }
    }

    /// <summary>Whether the write that is being made fails.</summary>
    internal bool OnStateWrite()
    {
        lock (gate) return StateStoreIsDown || TakeOne(ref failingWrites);
    }

    private static bool TakeOne(ref int wishes) => wishes > 0 && wishes-- > 0;
}
