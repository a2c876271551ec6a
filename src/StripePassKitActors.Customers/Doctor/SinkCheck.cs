using StripePassKitActors.Customers.Connect;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether PassKit tells of passes that are installed, removed, or changed by hand.</summary>
internal static class SinkCheck
{
    private const string Subject = "PassKit webhook";

    private const string Mend = "Run: connect passkit --url https://…";

    /// <param name="read">What PassKit says.</param>
    /// <param name="token">What the ingress asks for, if this app is told: <c>PassKit:WebhookToken</c>.</param>
    public static IEnumerable<Finding> Judge(PassKitReading read, string? token)
    {
        if (read.Sinks is not { } answer) return [];
        if (!answer.Succeeded) return [Finding.Skipped(Subject, $"PassKit does not say who is told of events: it answers {answer.Told}", "See the project's Settings, Integrations.")];
        PassKitSink[] ours = [.. PassKitAccount.Results(answer).Select(PassKitSink.From).OfType<PassKitSink>().Where(sink => sink.LeadsTo(null))];
        return ours.Length == 0
            ? [Finding.Warn(Subject, "there is none: installed and removed passes, and what is changed by hand in PassKit, are not noticed.", Mend)]
            : [.. ours.Select(sink => Judge(sink, token))];
    }

    private static Finding Judge(PassKitSink sink, string? token)
    {
        var (target, shown) = (sink.Target!, PassKitSink.Shown(sink.Target!));
        string[] missing = [.. PassKitSink.Events.Except(sink.Wants)];
        string[] unneeded = [.. sink.Wants.Except(PassKitSink.Events)];
        return !sink.IsActive ? Finding.Error(Subject, $"{shown} is {sink.Status ?? "not active"}.", Mend)
            : !string.IsNullOrEmpty(token) && !target.AbsolutePath.EndsWith(PassKitSink.Path + token, StringComparison.Ordinal)
                ? Finding.Error(Subject, $"{shown} does not end in PassKit:WebhookToken: the ingress answers 404.", Mend)
            : missing.Length > 0 ? Finding.Warn(Subject, $"{shown} is not told of {string.Join(", ", missing)}.", Mend)
            : unneeded.Length > 0 ? Finding.Warn(Subject, $"{shown} is told of {string.Join(", ", unneeded)}, which nothing needs.", Mend)
            : target is { Scheme: "http", IsLoopback: false } ? Finding.Warn(Subject, $"{shown} is no https address: whoever listens on the way learns the token.", Mend)
            : Finding.Ok(Subject, $"{shown} is told what it needs");
    }
}
