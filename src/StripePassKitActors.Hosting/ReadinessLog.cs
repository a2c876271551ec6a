using Microsoft.Extensions.Logging;

namespace StripePassKitActors.Hosting;

/// <summary>Tells once when an app stops being ready, why, and when it is ready again, however often it is asked.</summary>
internal sealed partial class ReadinessLog(ILogger<ReadinessLog> logger)
{
    private string? known = "not asked yet";
    private bool wasReady;

    /// <summary>Takes the answer of <c>/readyz</c>: why not; null: ready.</summary>
    public void Tell(string? reason)
    {
        if (Interlocked.Exchange(ref known, reason) == reason) return;
        if (reason is null) LogReady(logger);
        else if (wasReady) LogNotReady(logger, reason);
        else LogStarting(logger, reason);
        wasReady |= reason is null;
    }

    [LoggerMessage(3013, LogLevel.Information, "Not ready yet: {Reason}")]
    private static partial void LogStarting(ILogger logger, string reason);

    [LoggerMessage(3011, LogLevel.Information, "Ready.")]
    private static partial void LogReady(ILogger logger);

    [LoggerMessage(3012, LogLevel.Warning, "Not ready: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);
}
