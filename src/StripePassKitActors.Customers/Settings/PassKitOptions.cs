using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.Settings;

/// <summary>Section <c>PassKit</c>: credentials and what a pass shows. PassKit's host belongs to the binding (<c>PASSKIT_REST_URL</c>).</summary>
public sealed class PassKitOptions
{
    /// <summary>The REST API key; with <see cref="ApiSecret"/> it signs a token per call.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The REST API secret, as PassKit shows it.</summary>
    public string? ApiSecret { get; init; }

    /// <summary>A long-lived API token, instead of key and secret.</summary>
    public string? Token { get; init; }

    /// <summary>What stands before a signed token in the Authorization header: nothing (as PassKit's quickstart has it) or <c>Bearer</c>.</summary>
    public string? AuthorizationScheme { get; init; }

    /// <summary>The program whose members our customers are.</summary>
    public string ProgramId { get; init; } = "";

    /// <summary>Whether keys that others wrote into a member's metadata survive.</summary>
    public MetadataPolicy Metadata { get; init; }

    /// <summary>Which balance of a member follows net spend.</summary>
    public PointsField Points { get; init; }

    /// <summary>Whether PassKit mails a new pass to its holder.</summary>
    public EmailPolicy Email { get; init; }

    /// <summary>Our field → the metadata key that shows it; an empty name leaves the field out. See <see cref="PassSettings"/>.</summary>
    public IDictionary<string, string?> Fields { get; init; } = new Dictionary<string, string?>();

    /// <summary>Stripe customer metadata key → pass metadata key, copied as it is.</summary>
    public IDictionary<string, string> CustomerMetadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The ingress's, and here only of use to <c>doctor</c> and <c>connect passkit</c>.</summary>
    public string? WebhookToken { get; init; }

    /// <summary>The ingress's, and of no use here.</summary>
    public string? SigningSecret { get; init; }

    /// <summary>What a pass says to its holder, and when.</summary>
    public MessageOptions Messages { get; init; } = new();

    /// <summary>How many days before a renewal <see cref="MessageOptions.Renewal"/> is shown.</summary>
    public int RenewalNoticeDays { get; init; } = 7;

    /// <summary>How many days <see cref="MessageOptions.TierReached"/> is shown.</summary>
    public int TierReachedDays { get; init; } = 7;

    /// <summary>The validated settings that the rules take.</summary>
    public PassSettings ToSettings()
    {
        var defaults = new PassSettings();
        return new PassSettings
        {
            StripeCustomerId = Field(nameof(PassSettings.StripeCustomerId), defaults.StripeCustomerId)!,
            Status = Field(nameof(PassSettings.Status), defaults.Status),
            TierName = Field(nameof(PassSettings.TierName), defaults.TierName),
            ValidUntil = Field(nameof(PassSettings.ValidUntil), defaults.ValidUntil),
            Spend = Field(nameof(PassSettings.Spend), defaults.Spend),
            Message = Field(nameof(PassSettings.Message), defaults.Message),
            Messages = Messages.Over(defaults.Messages) with { RenewalNotice = TimeSpan.FromDays(RenewalNoticeDays), TierReachedFor = TimeSpan.FromDays(TierReachedDays) },
            Points = Points,
            CustomerMetadata = CustomerMetadata.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

        string? Field(string name, string? otherwise)
        {
            var named = Fields.FirstOrDefault(field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase));
            return named.Key is null ? otherwise : string.IsNullOrWhiteSpace(named.Value) ? null : named.Value.Trim();
        }
    }

    /// <summary>One text each, with placeholders in braces; absent: the default, empty: never shown. See <see cref="PassMessages"/>.</summary>
    public sealed class MessageOptions
    {
        /// <summary>While a failed payment is forgiven.</summary>
        public string? PastDue { get; init; }

        /// <summary>Before a renewal.</summary>
        public string? Renewal { get; init; }

        /// <summary>After a tier was reached.</summary>
        public string? TierReached { get; init; }

        /// <summary>While the membership is suspended because it, or its collection, is paused.</summary>
        public string? Paused { get; init; }

        /// <summary>While something is owed, or contested.</summary>
        public string? Unpaid { get; init; }

        /// <summary>On a pass that is over.</summary>
        public string? Ended { get; init; }

        internal PassMessages Over(PassMessages defaults) => new()
        {
            PastDue = Text(PastDue, defaults.PastDue),
            Renewal = Text(Renewal, defaults.Renewal),
            TierReached = Text(TierReached, defaults.TierReached),
            Paused = Text(Paused, defaults.Paused),
            Unpaid = Text(Unpaid, defaults.Unpaid),
            Ended = Text(Ended, defaults.Ended),
        };

        internal IEnumerable<(string Name, string? Text)> All() =>
        [
            (nameof(PastDue), PastDue), (nameof(Renewal), Renewal), (nameof(TierReached), TierReached), (nameof(Paused), Paused), (nameof(Unpaid), Unpaid), (nameof(Ended), Ended),
        ];

        private static string? Text(string? written, string? otherwise) => written is null ? otherwise : string.IsNullOrWhiteSpace(written) ? null : written.Trim();
    }

    /// <summary>Whose a member's metadata is.</summary>
    public enum MetadataPolicy
    {
        /// <summary>Shared: read, merged and written, so that other keys survive.</summary>
        Merge,

        /// <summary>Ours alone: written without reading; other keys are lost.</summary>
        Own,
    }

    /// <summary>Whether PassKit's own email goes out with a new pass.</summary>
    public enum EmailPolicy
    {
        /// <summary>Never by itself.</summary>
        None,

        /// <summary>Once, ten minutes after the pass was made, unless a page showed it by then.</summary>
        WhenNoPage,
    }

    internal sealed class Validator(IConfiguration configuration) : IValidateOptions<PassKitOptions>
    {
        private static readonly string[] FieldNames =
        [
            nameof(PassSettings.StripeCustomerId), nameof(PassSettings.Status), nameof(PassSettings.TierName), nameof(PassSettings.ValidUntil), nameof(PassSettings.Spend),
            nameof(PassSettings.Message),
        ];

        public ValidateOptionsResult Validate(string? name, PassKitOptions options)
        {
            string[] failures = [.. Failures(options)];
            return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private static IEnumerable<string> Names(PassKitOptions options)
        {
            var settings = options.ToSettings();
            return new[] { settings.StripeCustomerId, settings.Status, settings.TierName, settings.ValidUntil, settings.Spend, settings.Message }
                .OfType<string>().Concat(options.CustomerMetadata.Values.Where(name => !string.IsNullOrWhiteSpace(name)));
        }

        private IEnumerable<string> Failures(PassKitOptions options)
        {
            if (!Uri.TryCreate(configuration["PASSKIT_REST_URL"], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                yield return "PASSKIT_REST_URL must be PassKit's region, such as https://api.pub1.passkit.io; set it alike for this app and its sidecar.";
            var token = !string.IsNullOrWhiteSpace(options.Token);
            var key = !string.IsNullOrWhiteSpace(options.ApiKey);
            var secret = !string.IsNullOrWhiteSpace(options.ApiSecret);
            if (string.IsNullOrWhiteSpace(options.ProgramId)) yield return "PassKit:ProgramId is blank; it is the id of the PassKit program.";
            if (token && (key || secret)) yield return "PassKit:Token and PassKit:ApiKey are both set; choose one way to sign in.";
            if (!token && !key) yield return "PassKit:ApiKey is blank; set it with PassKit:ApiSecret, or set PassKit:Token.";
            if (!token && !secret) yield return "PassKit:ApiSecret is blank; set it with PassKit:ApiKey, or set PassKit:Token.";
            if (options.AuthorizationScheme is not (null or "" or "Bearer")) yield return "PassKit:AuthorizationScheme is empty or 'Bearer'.";
            foreach (var field in options.Fields.Keys.Where(field => !FieldNames.Contains(field, StringComparer.OrdinalIgnoreCase)))
                yield return $"PassKit:Fields:{field} is no field of a pass; there are {string.Join(", ", FieldNames)}.";
            if (options.ToSettings().StripeCustomerId is null) yield return "PassKit:Fields:StripeCustomerId may be renamed, not left out: it names the owner of a member.";
            foreach (var (copied, _) in options.CustomerMetadata.Where(pair => string.IsNullOrWhiteSpace(pair.Value)))
                yield return $"PassKit:CustomerMetadata:{copied} is blank; it is the metadata key of the pass.";
            foreach (var name in Names(options).GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
                yield return $"PassKit:Fields and PassKit:CustomerMetadata write '{name.Key}' twice; names must differ.";
            foreach (var (name, text) in options.Messages.All())
            {
                var known = PassMessages.Placeholders[name];
                foreach (var unknown in PassMessages.PlaceholdersOf(text ?? "").Where(placeholder => !known.Contains(placeholder)).Distinct())
                    yield return $"PassKit:Messages:{name} has {{{unknown}}}, which it cannot fill; it knows {string.Join(", ", known.Select(placeholder => $"{{{placeholder}}}"))}.";
            }

            if (options.RenewalNoticeDays is < 1 or > 366) yield return "PassKit:RenewalNoticeDays must lie between 1 and 366.";
            if (options.TierReachedDays is < 1 or > 366) yield return "PassKit:TierReachedDays must lie between 1 and 366.";
        }
    }
}
