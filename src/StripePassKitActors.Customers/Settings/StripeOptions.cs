using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Customers.Settings;

/// <summary>Section <c>Stripe</c>: how this app reads from Stripe and writes back, if it does. Both apps may be given the whole section.</summary>
public sealed partial class StripeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Stripe";

    /// <summary>A secret or, better, restricted key (see docs/stripe-permissions.md); absent: nothing is ever read from Stripe, or written there.</summary>
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

    /// <summary>Under which keys the metadata of customers shows the pass.</summary>
    public WriteBackOptions WriteBack { get; init; } = new();

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

    /// <summary>The metadata key of each; absent: the default, empty: it is not written. See <see cref="StripeMetadataKeys"/>.</summary>
    public sealed class WriteBackOptions
    {
        private static readonly StripeMetadataKeys Defaults = new();

        /// <summary>PassKit's id of the member.</summary>
        public string MemberId { get; init; } = Defaults.MemberId!;

        /// <summary>Where the holder gets the pass.</summary>
        public string Url { get; init; } = Defaults.Url!;

        /// <summary>The tier that the pass shows.</summary>
        public string Tier { get; init; } = Defaults.Tier!;

        /// <summary>How the membership stands.</summary>
        public string Status { get; init; } = Defaults.Status!;

        /// <summary>When the pass was first installed.</summary>
        public string InstalledAt { get; init; } = Defaults.InstalledAt!;

        /// <summary>When it was removed.</summary>
        public string RemovedAt { get; init; } = Defaults.RemovedAt!;

        internal StripeMetadataKeys ToKeys() => new()
        {
            MemberId = Key(MemberId),
            Url = Key(Url),
            Tier = Key(Tier),
            Status = Key(Status),
            InstalledAt = Key(InstalledAt),
            RemovedAt = Key(RemovedAt),
        };

        private static string? Key(string written) => string.IsNullOrWhiteSpace(written) ? null : written.Trim();
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
            string[] names = [.. options.WriteBack.ToKeys().Names];
            foreach (var name in names.Where(name => !MetadataKey().IsMatch(name)))
                yield return $"Stripe:WriteBack has the key '{name}', which Stripe would refuse: 40 characters, and no square brackets.";
            foreach (var name in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
                yield return $"Stripe:WriteBack writes '{name.Key}' twice; keys must differ.";
            foreach (var name in names.Distinct().Intersect(MerchantsWord.Keys))
                yield return $"Stripe:WriteBack may not write '{name}': it is the merchant's word.";
            if (string.IsNullOrWhiteSpace(options.ApiKey)) yield break;

            var key = Key().Match(options.ApiKey);
            if (!key.Success) yield return "Stripe:ApiKey must be a secret or restricted key (sk_test_…, sk_live_…, rk_test_… or rk_live_…), without white space.";
            if (options.Livemode is not { } live) yield return "Stripe:Livemode must be true or false beside Stripe:ApiKey.";
            else if (key.Success && live != (key.Groups[1].Value == "live"))
                yield return $"Stripe:ApiKey is a key of {key.Groups[1].Value} mode and Stripe:Livemode is {(live ? "true" : "false")}; they must agree.";
        }

        [GeneratedRegex(@"^[sr]k_(test|live)_[!-~]+\z")]
        private static partial Regex Key();

        [GeneratedRegex(@"^[^\[\]]{1,40}\z")]
        private static partial Regex MetadataKey();

        [GeneratedRegex(@"^acct_[A-Za-z0-9]+\z")]
        private static partial Regex Account();
    }
}
