using System.Globalization;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether Stripe sends its events here: all that are needed, and no more.</summary>
internal static class EndpointCheck
{
    private const string Subject = "Stripe webhook";

    private const string Mend = "Run: connect stripe --url https://…" + StripeEndpoint.Path;

    /// <summary>The oldest version whose objects were ever read.</summary>
    private const int OldestYear = 2018;

    /// <param name="read">What Stripe says.</param>
    /// <param name="url">Where this deployment takes events; null: not told.</param>
    /// <param name="options">What this app is told of Stripe.</param>
    public static IEnumerable<Finding> Judge(StripeReading read, Uri? url, StripeOptions options)
    {
        if (read.Unread is not null) return [];
        if (read.Endpoints is not { } all)
        {
            return
            [
                Finding.Skipped(
                    Subject,
                    "the key may not list them.",
                    $"Give it Read on {StripePermissions.WebhookEndpoints.Dashboard} ({StripePermissions.WebhookEndpoints.Name}), or see Stripe's dashboard, Developers, Webhooks."),
            ];
        }

        StripeEndpoint[] ours = [.. all.Where(endpoint => endpoint.LeadsTo(url))];
        if (ours.Length == 0)
            return [Finding.Error(Subject, url is null ? $"no address of one ends in {StripeEndpoint.Path}: no event arrives." : $"none leads to {url}: no event arrives.", Mend)];

        IEnumerable<Finding> each = ours.SelectMany(endpoint => Judge(endpoint, options));
        return ours.Count(endpoint => endpoint.Enabled) < 2 ? each : each.Append(Finding.Warn(
            Subject, $"{ours.Length} of them end in {StripeEndpoint.Path}: if they lead to one deployment, every event comes as often.", "Delete what nobody needs in Stripe's dashboard, or say which is meant with --url."));
    }

    private static IEnumerable<Finding> Judge(StripeEndpoint endpoint, StripeOptions options)
    {
        if (!endpoint.Enabled)
        {
            yield return Finding.Error(Subject, $"{endpoint.Url} is disabled: no event arrives. Stripe does so after days without an answer.", $"Mend what it leads to, then run: connect stripe --url {endpoint.Url}");
            yield break;
        }

        string[] missing = [.. endpoint.Events.Contains("*") ? [] : NeededEvents.All.Except(endpoint.Events)];
        string[] unneeded = [.. endpoint.Events.Except(NeededEvents.All).Where(type => type != "*")];
        var mend = $"Run: connect stripe --url {endpoint.Url}";
        if (missing.Length > 0) yield return Finding.Error(Subject, $"{endpoint.Url} is not sent {string.Join(", ", missing)}.", mend);
        if (endpoint.Events.Contains("*")) yield return Finding.Warn(Subject, $"{endpoint.Url} is sent everything that happens in the account; most of it nobody needs.", mend);
        if (unneeded.Length > 0) yield return Finding.Warn(Subject, $"{endpoint.Url} is sent {string.Join(", ", unneeded)}, which nothing needs.", mend);
        if (Unreachable(endpoint, options) is { } why) yield return Finding.Warn(Subject, $"{endpoint.Url} {why}.", Mend);
        if (missing.Length == 0 && unneeded.Length == 0 && !endpoint.Events.Contains("*")) yield return Finding.Ok(Subject, $"{endpoint.Url} is sent all {NeededEvents.All.Count} events that are needed");
        yield return Version(endpoint);
    }

    private static string? Unreachable(StripeEndpoint endpoint, StripeOptions options) =>
        !string.IsNullOrEmpty(options.ApiBase) || !Uri.TryCreate(endpoint.Url, UriKind.Absolute, out var url) ? null // whose network it is, is not known
        : url.IsLoopback ? "is an address of a machine's own, which Stripe cannot reach"
        : url.Scheme == "http" ? "is no https address: whoever listens on the way reads it"
        : null;

    private static Finding Version(StripeEndpoint endpoint) =>
        endpoint.ApiVersion is not { } version ? Finding.Ok("Stripe API version", $"{endpoint.Url} has the account's default; any is read")
        : int.TryParse(version.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year < OldestYear
            ? Finding.Warn("Stripe API version", $"{endpoint.Url} has {version}, which is older than what was ever tried.", "Make the endpoint anew: delete it in Stripe's dashboard, then connect stripe.")
        : Finding.Ok("Stripe API version", $"{endpoint.Url} has {version}; any since {OldestYear} is read");
}
