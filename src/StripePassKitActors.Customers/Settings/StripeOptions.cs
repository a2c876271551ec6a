using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Customers.Settings;

/// <summary>Section <c>Stripe</c>: how this app reads from Stripe, if it does. Both apps may be given the whole section.</summary>
public sealed partial class StripeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Stripe";

    /// <summary>A secret or, better, restricted key (see docs/stripe-permissions.md); absent: nothing is ever read from Stripe.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where Stripe's API is; absent: at Stripe.</summary>
    public string? ApiBase { get; init; }

    /// <summary>
    /// Whether the key is of live mode. It must be said with a key only: without one the ingress alone chooses by mode, and a key of the
    /// other mode would find no object that an event names.
    /// </summary>
    public bool? Livemode { get; init; }

    /// <summary>The connected account (<c>acct_…</c>) whose objects are read; absent: the key's own.</summary>
    public string? Account { get; init; }

    /// <summary>When an object is read although an event brought it.</summary>
    public RereadPolicy Reread { get; init; }

    /// <summary>The ingress's, and of no use here.</summary>
    public IList<string> WebhookSecrets { get; init; } = [];

    /// <summary>Whether there is a key.</summary>
    public static bool Reads(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[$"{Section}:{nameof(ApiKey)}"]);

    /// <summary>When an object is read although an event brought it (rule F2).</summary>
    public enum RereadPolicy
    {
        /// <summary>When the event is not clearly newer than what is known, or takes something away.</summary>
        WhenNeeded,

        /// <summary>For every event.</summary>
        Always,

        /// <summary>For none.</summary>
        Never,
    }

    internal sealed partial class Validator : IValidateOptions<StripeOptions>
    {
        public ValidateOptionsResult Validate(string? name, StripeOptions options)
        {
            string[] failures = [.. Failures(options)];
            return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private static IEnumerable<string> Failures(StripeOptions options)
        {
            if (!string.IsNullOrEmpty(options.ApiBase) && !(Uri.TryCreate(options.ApiBase, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
                yield return "Stripe:ApiBase must be an absolute http or https address, such as https://api.stripe.com; leave it out to mean Stripe.";
            if (!string.IsNullOrEmpty(options.Account) && !Account().IsMatch(options.Account))
                yield return "Stripe:Account must be the id of a connected account (acct_…); leave it out to mean the key's own.";
            if (string.IsNullOrWhiteSpace(options.ApiKey)) yield break;

            var key = Key().Match(options.ApiKey);
            if (!key.Success) yield return "Stripe:ApiKey must be a secret or restricted key (sk_test_…, sk_live_…, rk_test_… or rk_live_…), without white space.";
            if (options.Livemode is not { } live) yield return "Stripe:Livemode must be true or false beside Stripe:ApiKey.";
            else if (key.Success && live != (key.Groups[1].Value == "live"))
                yield return $"Stripe:ApiKey is a key of {key.Groups[1].Value} mode and Stripe:Livemode is {(live ? "true" : "false")}; they must agree.";
        }

        [GeneratedRegex(@"^[sr]k_(test|live)_[!-~]+\z")]
        private static partial Regex Key();

        [GeneratedRegex(@"^acct_[A-Za-z0-9]+\z")]
        private static partial Regex Account();
    }
}
