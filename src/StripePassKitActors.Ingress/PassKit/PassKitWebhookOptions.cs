using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.PassKit;

/// <summary>What the ingress needs to know of PassKit's webhooks; section <c>PassKit</c>.</summary>
public sealed class PassKitWebhookOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "PassKit";

    private const int ShortestToken = 32;

    /// <summary>The last part of the address that PassKit calls, which nobody else is to know; empty: there is no such route.</summary>
    public string? WebhookToken { get; set; }

    /// <summary>The secret with which PassKit signs what it sends, as its portal shows it once; empty: signatures are not looked at.</summary>
    public string? SigningSecret { get; set; }

    /// <summary>Says what is wrong, one sentence a setting, without quoting a secret.</summary>
    public sealed class Validator(IConfiguration configuration) : IValidateOptions<PassKitWebhookOptions>
    {
        // The section is shared with the customers app; what neither knows is misspelt.
        private static readonly string[] Known =
        [
            nameof(WebhookToken), nameof(SigningSecret), "ApiKey", "ApiSecret", "Token", "AuthorizationScheme", "ProgramId", "Metadata", "Points", "Email", "Fields",
            "CustomerMetadata", "Messages", "RenewalNoticeDays", "TierReachedDays",
        ];

        /// <inheritdoc/>
        public ValidateOptionsResult Validate(string? name, PassKitWebhookOptions options)
        {
            var failures = Failures(options).ToList();
            return failures.Count is 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private IEnumerable<string> Failures(PassKitWebhookOptions options)
        {
            foreach (var unknown in configuration.GetSection(Section).GetChildren().Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
                yield return $"{Section}:{unknown.Key} is no setting; there are {string.Join(", ", Known)}.";

            if (options.WebhookToken is { Length: > 0 } token && !(token.Length >= ShortestToken && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
                yield return $"{Section}:{nameof(WebhookToken)} must have at least {ShortestToken} letters, digits, '-' or '_': whoever knows it may send hints.";
            if (options.SigningSecret is { Length: > 0 } secret && secret.Any(char.IsWhiteSpace))
                yield return $"{Section}:{nameof(SigningSecret)} must not hold white space.";
            if (options.SigningSecret is { Length: > 0 } && options.WebhookToken is null or "")
                yield return $"{Section}:{nameof(SigningSecret)} is of no use without {Section}:{nameof(WebhookToken)}.";
        }
    }
}
