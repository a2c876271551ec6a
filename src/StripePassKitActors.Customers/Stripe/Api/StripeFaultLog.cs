namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>One line for each kind of fault and ten minutes, however many turns meet it; the metric counts them all.</summary>
internal sealed partial class StripeFaultLog(TimeProvider time, ILogger<StripeFaultLog> logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly Lock turn = new();
    private readonly Dictionary<(string, bool), DateTimeOffset> told = [];

    /// <param name="fault">In our own words, without an id: it is what tells one kind from another.</param>
    /// <param name="writes">Whether it was to write.</param>
    public void Tell(StripeUnavailableException fault, bool writes)
    {
        if (!IsNews((fault.Message, writes))) return;
        if (writes) LogUnwritten(logger, fault.Message);
        else LogUnavailable(logger, fault.Message);
    }

    /// <param name="fault">In our own words, but for Stripe's code.</param>
    /// <param name="writes">Whether it was to write.</param>
    public void Tell(StripeRefusedException fault, bool writes)
    {
        if (!IsNews((fault.Message, writes))) return;
        if (writes) LogNotToBeWritten(logger, fault.Message);
        else LogRefused(logger, fault.Message);
    }

    private bool IsNews((string, bool) kind)
    {
        lock (turn)
        {
            var now = time.GetUtcNow();
            if (told.TryGetValue(kind, out var last) && now < last + Silence) return false;
            told[kind] = now;
            return true;
        }
    }

    [LoggerMessage(2701, LogLevel.Warning, "Reading from Stripe failed: {What}. What would take a pass away waits; it is tried again.")]
    private static partial void LogUnavailable(ILogger logger, string what);

    [LoggerMessage(2702, LogLevel.Critical, "Stripe refuses this set-up: {What}. What would take a pass away waits. Check Stripe:ApiKey and its permissions, Stripe:Account and Stripe:ApiBase.")]
    private static partial void LogRefused(ILogger logger, string what);

    [LoggerMessage(2703, LogLevel.Warning, "Writing to Stripe failed: {What}. No pass waits for it; it is tried again.")]
    private static partial void LogUnwritten(ILogger logger, string what);

    [LoggerMessage(2704, LogLevel.Error, "Stripe refuses what is written back: {What}. No pass waits for it; it is tried again once a day. Check the write permissions of Stripe:ApiKey, or empty the keys of Stripe:WriteBack.")]
    private static partial void LogNotToBeWritten(ILogger logger, string what);
}
