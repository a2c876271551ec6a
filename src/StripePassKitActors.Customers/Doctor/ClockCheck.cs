namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether this machine's clock is near enough to those that judge signatures by it.</summary>
internal static class ClockCheck
{
    /// <summary>Tokens are dated ten seconds back and PassKit refuses those of the future.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(8);

    /// <summary>Stripe's signatures are believed for five minutes.</summary>
    private static readonly TimeSpan Far = TimeSpan.FromMinutes(4);

    private const string Synchronise = "Synchronise this machine's clock (NTP).";

    public static IEnumerable<Finding> Judge(PassKitReading read, bool signs)
    {
        const string Subject = "clock";
        if (read.Profile.Ahead is not { } ahead)
        {
            if (read.Profile.Status is not null) yield return Finding.Skipped(Subject, "PassKit did not say what time it is");
            yield break;
        }

        var seconds = Math.Abs(ahead.TotalSeconds);
        var told = seconds < 2 ? "agrees with PassKit's to a second or so" : $"is {seconds:0} s {(ahead > TimeSpan.Zero ? "behind" : "ahead of")} PassKit's";
        yield return ahead.Duration() >= Far ? Finding.Error(Subject, $"{told}: webhooks that Stripe signed look too old or too new.", Synchronise)
            : ahead.Duration() >= Near && signs ? Finding.Warn(Subject, $"{told}: PassKit refuses the tokens that it dates, and each process has to learn that first.", Synchronise)
            : Finding.Ok(Subject, told);
    }
}
