namespace StripePassKitActors.Customers.PassKit;

/// <summary>One alarm for a set-up that PassKit refuses, however many customers wait for it (rule P7).</summary>
internal sealed partial class PassKitAlarm(CustomersMetrics metrics, ILogger<PassKitAlarm> logger)
{
    private int raised;

    /// <summary>Logs once until <see cref="Clear"/>.</summary>
    /// <param name="what">In words of our own: PassKit's may quote the member whose call it refused.</param>
    public void Raise(string what)
    {
        if (Interlocked.Exchange(ref raised, 1) == 0) LogSetUp(logger, what);
        metrics.SetUpRefused = true;
    }

    /// <summary>PassKit accepts the set-up again.</summary>
    public void Clear()
    {
        if (Interlocked.Exchange(ref raised, 0) == 1) LogMended(logger);
        metrics.SetUpRefused = false;
    }

    [LoggerMessage(2101, LogLevel.Critical, "PassKit refuses this set-up, no pass can be synced: {What}. Check PassKit:ProgramId, the credentials, the region (PASSKIT_REST_URL) and the tiers; what PassKit said is in the inspection of whoever waits.")]
    private static partial void LogSetUp(ILogger logger, string what);

    [LoggerMessage(2102, LogLevel.Information, "PassKit accepts the set-up again.")]
    private static partial void LogMended(ILogger logger);
}
