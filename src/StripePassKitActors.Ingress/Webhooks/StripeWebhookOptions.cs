using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Webhooks;

/// <summary>What the ingress needs to know of the Stripe account; section <c>Stripe</c>.</summary>
public sealed partial class StripeWebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Stripe";

    /// <summary>Signing secrets of the endpoint, <c>whsec_</c> included: one, or two while a secret is rolled.</summary>
    public string[] WebhookSecrets { get; set; } = [];

    /// <summary>
    /// Which events this deployment is for. It must be said: events of the other mode are acknowledged and dropped, so a silent default
    /// would lose every payment of a live account.
    /// </summary>
    public bool? Livemode { get; set; }

    /// <summary>The connected account (<c>acct_…</c>) whose events are taken; empty takes those of the account itself.</summary>
    public string? Account { get; set; }

    /// <summary>Says what is wrong, one sentence a setting, without quoting a secret.</summary>
    public sealed partial class Validator(IConfiguration configuration) : IValidateOptions<StripeWebhookOptions>
    {
        // The section is shared with the customers app; what neither knows is misspelt.
        private static readonly string[] Known = [nameof(WebhookSecrets), nameof(Livemode), nameof(Account), "ApiKey", "ApiBase", "Reread", "WriteBack"];

        /// <inheritdoc/>
        public ValidateOptionsResult Validate(string? name, StripeWebhookOptions options)
        {
            var failures = Failures(options).ToList();
            return failures.Count is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private IEnumerable<string> Failures(StripeWebhookOptions options)
        {
            foreach (var unknown in configuration.GetSection(Section).GetChildren().Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
                yield return $"{Section}:{unknown.Key} is no setting; there are {string.Join(", ", Known)}.";

            if (options.WebhookSecrets.Length is 0)
                yield return $"{Section}:{nameof(WebhookSecrets)} must hold the signing secret of the webhook endpoint (whsec_…).";

            for (var i = 0; i < options.WebhookSecrets.Length; i++)
            {
                // A secret read from a file often ends in a newline, and then no signature ever matches.
                if (string.IsNullOrEmpty(options.WebhookSecrets[i]) || options.WebhookSecrets[i].Any(char.IsWhiteSpace))
                    yield return $"{Section}:{nameof(WebhookSecrets)}:{i} must not be blank or hold white space.";
            }

            if (options.Livemode is null)
                yield return $"{Section}:{nameof(Livemode)} must be true for live events or false for test events.";

            if (!string.IsNullOrEmpty(options.Account) && !AccountId().IsMatch(options.Account))
                yield return $"{Section}:{nameof(Account)} must be the id of a connected account (acct_…); leave it out to mean the account itself.";
        }

        [GeneratedRegex(@"^acct_[A-Za-z0-9]+\z")]
        private static partial Regex AccountId();
    }
}
