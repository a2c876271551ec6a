using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Connect;

/// <summary><c>connect passkit</c>: sees to it that PassKit tells what happens to passes, and that its tiers let them be revoked.</summary>
/// <param name="account">PassKit.</param>
/// <param name="reader">What is set up there.</param>
/// <param name="options">What this app is told of PassKit.</param>
/// <param name="newToken">A token that nobody guesses, another one each time.</param>
/// <param name="report">Where what is done is told.</param>
internal sealed class ConnectPassKit(PassKitAccount account, PassKitReader reader, PassKitOptions options, Func<string> newToken, Report report)
{
    private const string Subject = "PassKit webhook";

    private static readonly string[] ServersOwn = ["created", "updated"];

    /// <summary>Registers the webhook, or corrects the one that is there.</summary>
    public async Task RegisterAsync(Uri? url, bool dryRun, CancellationToken cancellationToken)
    {
        if (await SinksAsync(cancellationToken) is not { } sinks) return;
        var (target, wrong, lacksToken) = SinkTarget.Of(url, options.WebhookToken, [.. sinks.Select(sink => sink.Sink)]);
        if (target is null)
        {
            await report.WriteAsync(wrong!);
            if (lacksToken) await report.WriteSecretAsync("PassKit__WebhookToken", newToken());
            return;
        }

        var known = sinks.Where(sink => sink.Sink.LeadsTo(target)).ToList();
        if (known.Count == 0) await WriteAsync(target, null, dryRun, cancellationToken);
        foreach (var sink in known.Take(1)) await WriteAsync(target, sink, dryRun, cancellationToken);
        foreach (var sink in known.Skip(1)) await DeleteAsync(sink.Sink, dryRun, cancellationToken); // by one the same is told twice
        string[] others = [.. sinks.Where(sink => !sink.Sink.LeadsTo(target)).Select(sink => PassKitSink.Site(sink.Sink.Target!)).Distinct()];
        if (others.Length > 0)
            await report.WriteAsync(Finding.Warn(Subject, $"there are others, which lead to {string.Join(", ", others)}.", "If nobody needs them, run: connect passkit --remove --url https://…"));
        if (string.IsNullOrEmpty(options.WebhookToken))
            await report.WriteAsync(Finding.Warn(Subject, "PassKit:WebhookToken is not set here.", "See that the ingress has the token that stands in --url; it answers 404 otherwise."));
    }

    /// <summary>Removes what leads to a site; null: to the only one. Of several somebody has to say which: it may be another's.</summary>
    public async Task RemoveAsync(Uri? url, bool dryRun, CancellationToken cancellationToken)
    {
        if (await SinksAsync(cancellationToken) is not { } sinks) return;
        var ours = sinks.Where(sink => sink.Sink.LeadsTo(url)).ToList();
        if (ours.Count == 0) await report.WriteAsync(Finding.Ok(Subject, "there is none"));
        if (ours.Select(sink => PassKitSink.Site(sink.Sink.Target!)).Distinct().Count() > 1)
        {
            await report.WriteAsync(Finding.Error(Subject, SinkTarget.Several, $"Say which to remove: {string.Join(" or ", ours.Select(sink => $"--url {PassKitSink.Site(sink.Sink.Target!)}").Distinct())}"));
            return;
        }

        foreach (var sink in ours) await DeleteAsync(sink.Sink, dryRun, cancellationToken);
    }

    /// <summary>Lets the passes of these tiers have a moment of their own at which they expire. Passes that are there keep theirs until the next sync.</summary>
    public async Task TiersAsync(IEnumerable<string> tierIds, bool dryRun, CancellationToken cancellationToken)
    {
        foreach (var id in tierIds)
        {
            var subject = $"tier {id}";
            var path = $"/members/tier/{Uri.EscapeDataString(options.ProgramId)}/{Uri.EscapeDataString(id)}";
            var answer = await account.AskAsync(HttpMethod.Get, path, null, cancellationToken);
            if (!answer.Succeeded || answer.Json is not { } tier)
            {
                await report.WriteAsync(Finding.Error(subject, $"cannot be read: PassKit answers {answer.Told}.", "Run: doctor"));
                continue;
            }

            var before = TierCheck.ExpiryType(tier);
            if (before == PassSteps.CanExpire)
            {
                await report.WriteAsync(Finding.Ok(subject, $"is {before}"));
                continue;
            }

            var change = $"{before} → {PassSteps.CanExpire}";
            if (dryRun)
            {
                await report.WriteAsync(new Finding(Level.Would, subject, change));
                continue;
            }

            // All of it goes back: whether what is left out would be lost is not known.
            foreach (var field in ServersOwn) tier.Remove(field);
            tier["expirySettings"] = new JsonObject { ["expiryType"] = PassSteps.CanExpire };
            var written = await account.AskAsync(HttpMethod.Put, "/members/tier", tier, cancellationToken);
            var after = TierCheck.ExpiryType((await account.AskAsync(HttpMethod.Get, path, null, cancellationToken)).Json);
            await report.WriteAsync(written.Succeeded && after == PassSteps.CanExpire
                ? new Finding(Level.Done, subject, change)
                : Finding.Error(subject, $"is still {after}: PassKit answers {written.Told}.", "Change it in PassKit's portal: the tier, Expiry, a date for each pass."));
        }
    }

    private async Task<List<(PassKitSink Sink, JsonObject Json)>?> SinksAsync(CancellationToken cancellationToken)
    {
        var answer = await reader.SinksAsync(cancellationToken);
        if (answer.Succeeded)
            return [.. PassKitAccount.Results(answer).Select(json => (Sink: PassKitSink.From(json)!, json)).Where(sink => sink.Sink is not null && sink.Sink.LeadsTo(null))];
        await report.WriteAsync(Finding.Error(Subject, $"PassKit does not say who is told of events: it answers {answer.Told}.", "Run: doctor"));
        return null;
    }

    private async Task WriteAsync(Uri target, (PassKitSink Sink, JsonObject Json)? known, bool dryRun, CancellationToken cancellationToken)
    {
        var shown = PassKitSink.Shown(target);
        var what = known is { Sink: var sink } ? Changes(sink, target) : $"register {shown} for {string.Join(", ", PassKitSink.Events)}";
        if (what.Length == 0 || dryRun)
        {
            await report.WriteAsync(what.Length == 0 ? Finding.Ok(Subject, $"{shown} is as it should be") : new Finding(Level.Would, Subject, what));
            return;
        }

        var written = await account.AskAsync(known is null ? HttpMethod.Post : HttpMethod.Put, "/integrations/sink", PassKitSink.Wanted(options.ProgramId, target, known?.Json), cancellationToken);
        await report.WriteAsync(written.Succeeded
            ? new Finding(Level.Done, Subject, what)
            : Finding.Error(Subject, $"PassKit answers {written.Told}.", "Run: doctor; or register it in PassKit's portal: project, Settings, Integrations."));
        if (known is null && written.Succeeded) await TellSecretAsync(written, cancellationToken);
    }

    // Whether PassKit shows it to anybody but the portal, it says nowhere.
    private async Task TellSecretAsync(PassKitAnswer made, CancellationToken cancellationToken)
    {
        if (made.Json?["id"]?.ToString() is not { Length: > 0 } id) return;
        var read = await account.AskAsync(HttpMethod.Get, $"/integrations/sink/{PassKitSink.Protocol}/{Uri.EscapeDataString(id)}", null, cancellationToken);
        if (PassKitAccount.Parse($"{read.Json?["configuration"]}")?["signingSecret"]?.ToString() is not { Length: > 0 } secret) return;
        await report.WriteAsync(Finding.Ok("its secret", "is what PassKit signs with; the ingress can check it, and need not:"));
        await report.WriteSecretAsync("PassKit__SigningSecret", secret);
    }

    private async Task DeleteAsync(PassKitSink sink, bool dryRun, CancellationToken cancellationToken)
    {
        var what = $"remove {PassKitSink.Shown(sink.Target!)}";
        if (dryRun)
        {
            await report.WriteAsync(new Finding(Level.Would, Subject, what));
            return;
        }

        var answer = await account.AskAsync(HttpMethod.Delete, $"/integrations/sink/{PassKitSink.Protocol}/{Uri.EscapeDataString(sink.Id)}", null, cancellationToken);
        await report.WriteAsync(answer.Succeeded
            ? new Finding(Level.Done, Subject, what)
            : Finding.Error(Subject, $"PassKit answers {answer.Told} to: {what}.", "Remove it in PassKit's portal: project, Settings, Integrations."));
    }

    private static string Changes(PassKitSink sink, Uri target)
    {
        string[] more = [.. PassKitSink.Events.Except(sink.Wants)];
        string[] fewer = [.. sink.Wants.Except(PassKitSink.Events)];
        string[] changes =
        [
            .. sink.Target == target ? Array.Empty<string>() : ["another token"],
            .. sink.IsActive ? Array.Empty<string>() : ["activate it"],
            .. more.Length == 0 ? Array.Empty<string>() : [$"add {string.Join(", ", more)}"],
            .. fewer.Length == 0 ? Array.Empty<string>() : [$"leave out {string.Join(", ", fewer)}"],
        ];
        return changes.Length == 0 ? "" : $"{PassKitSink.Shown(target)}: {string.Join("; ", changes)}";
    }
}
