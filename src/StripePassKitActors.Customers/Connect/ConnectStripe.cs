using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Connect;

/// <summary><c>connect stripe</c>: sees to it that Stripe sends its events here.</summary>
internal sealed class ConnectStripe(StripeWebhooks webhooks, StripeOptions options, Report report)
{
    private const string Subject = "Stripe webhook";

    /// <summary>Makes the endpoint, or corrects the one that is there.</summary>
    /// <param name="url">Where the ingress takes events.</param>
    /// <param name="dryRun">Whether to tell only what would be done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(Uri url, bool dryRun, CancellationToken cancellationToken)
    {
        if (options.Livemode == true && url.Scheme != "https")
        {
            await report.WriteAsync(Finding.Error(Subject, $"{url} is no https address, and Stripe takes no other in live mode.", "Say one with --url."));
            return;
        }

        try
        {
            var all = await webhooks.ListAsync(cancellationToken);
            if (all.FirstOrDefault(endpoint => endpoint.LeadsTo(url)) is { } known) await CorrectAsync(known, dryRun, cancellationToken);
            else await MakeAsync(url, dryRun, cancellationToken);
            foreach (var other in all.Where(endpoint => endpoint.Enabled && endpoint.LeadsTo(null) && !endpoint.LeadsTo(url)))
                await report.WriteAsync(Finding.Warn(Subject, $"events also go to {other.Url}.", "If that is no deployment any more, delete it in Stripe's dashboard."));
        }
        catch (StripeRefusedException no)
        {
            await report.WriteAsync(Finding.Error(
                Subject, $"Stripe refuses it: {no.Message}.", $"The key needs Write on {StripePermissions.WebhookEndpoints.Dashboard}; one made for this alone, as Stripe__ApiKey before the command, will do."));
        }
        catch (StripeUnavailableException away)
        {
            await report.WriteAsync(Finding.Error(Subject, $"Stripe cannot be asked: {away.Message}.", "Try again."));
        }
    }

    private async Task MakeAsync(Uri url, bool dryRun, CancellationToken cancellationToken)
    {
        var what = $"{url} with {NeededEvents.All.Count} events";
        if (dryRun)
        {
            await report.WriteAsync(new Finding(Level.Would, Subject, $"make {what}: {string.Join(", ", NeededEvents.All)}"));
            return;
        }

        var (made, secret) = await webhooks.CreateAsync(url, NeededEvents.All, !string.IsNullOrEmpty(options.Account), cancellationToken);
        await report.WriteAsync(new Finding(Level.Done, Subject, $"made {what} ({made.Id})"));
        if (secret is null)
        {
            await report.WriteAsync(Finding.Warn("its secret", "was not told.", $"It {Dashboard(made)}."));
            return;
        }

        await report.WriteAsync(Finding.Ok("its secret", "is told this once; the ingress checks signatures with it:"));
        await report.WriteSecretAsync("Stripe__WebhookSecrets__0", secret);
    }

    private async Task CorrectAsync(StripeEndpoint known, bool dryRun, CancellationToken cancellationToken)
    {
        string[] more = [.. NeededEvents.All.Except(known.Events)];
        string[] fewer = [.. known.Events.Except(NeededEvents.All)];
        string[] changes =
        [
            .. known.Enabled ? Array.Empty<string>() : ["enable it"],
            .. more.Length == 0 ? Array.Empty<string>() : [$"add {string.Join(", ", more)}"],
            .. fewer.Length == 0 ? Array.Empty<string>() : [$"leave out {string.Join(", ", fewer)}"],
        ];
        if (changes.Length > 0 && !dryRun) await webhooks.CorrectAsync(known.Id, NeededEvents.All, cancellationToken);
        await report.WriteAsync(changes.Length == 0
            ? Finding.Ok(Subject, $"{known.Url} is as it should be ({known.Id})")
            : new Finding(dryRun ? Level.Would : Level.Done, Subject, $"{known.Url} ({known.Id}): {string.Join("; ", changes)}"));
        await report.WriteAsync(Finding.Ok("its secret", Dashboard(known)));
    }

    private static string Dashboard(StripeEndpoint endpoint) => $"is shown in Stripe's dashboard only: Developers, Webhooks, {endpoint.Id}";
}
