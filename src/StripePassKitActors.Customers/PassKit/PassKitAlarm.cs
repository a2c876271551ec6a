namespace StripePassKitActors.Customers.PassKit;

/// <summary>One alarm for a set-up that PassKit refuses, however many customers wait for it (rule P7).</summary>
internal sealed partial class PassKitAlarm(CustomersMetrics metrics, ILogger<PassKitAlarm> logger)
{
    private readonly Lock turn = new();
    private readonly HashSet<(string What, string? Tier)> raised = [];

    /// <summary>Logs once until a success of <see cref="Clear"/> disproves it.</summary>
    /// <param name="what">In words of our own: PassKit's may quote the member whose call it refused.</param>
    /// <param name="tier">The tier that is not there; null: it concerns everybody.</param>
    public void Raise(string what, string? tier)
    {
        lock (turn)
        {
            if (raised.Add((what, tier))) LogSetUp(logger, what);
            metrics.SetUpRefused = true;
        }
    }

    /// <summary>A sync succeeded: it disproves what concerned everybody and what concerned its tier, and nothing else.</summary>
    /// <param name="tier">The tier of the member; null: there is none.</param>
    public void Clear(string? tier)
    {
        lock (turn)
        {
            if (raised.RemoveWhere(alarm => alarm.Tier is null || alarm.Tier == tier) > 0 && raised.Count == 0) LogMended(logger);
            metrics.SetUpRefused = raised.Count > 0;
        }
    }

    [LoggerMessage(2101, LogLevel.Critical, "PassKit refuses this set-up: {What}. Passes wait for it. Check PassKit:ProgramId, the credentials, the region (PASSKIT_REST_URL) and the tiers; what PassKit said is in the inspection of whoever waits.")]
    private static partial void LogSetUp(ILogger logger, string what);

    [LoggerMessage(2102, LogLevel.Information, "PassKit accepts the set-up again.")]
    private static partial void LogMended(ILogger logger);
}
