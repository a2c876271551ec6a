using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Customers.Settings;

/// <summary>Section <c>Membership</c>: who earns which tier.</summary>
public sealed class MembershipOptions
{
    /// <summary>The PassKit tiers of the program, in any order.</summary>
    public IList<TierOptions> Tiers { get; init; } = [];

    /// <summary>Price id, lookup key or product id → tier id.</summary>
    public IDictionary<string, string> Plans { get; init; } = new Dictionary<string, string>();

    /// <summary>The tier of subscriptions whose prices map to none; absent: none.</summary>
    public string? UnmappedPlanTier { get; init; }

    /// <summary>The metadata key on prices, products, checkout sessions and invoices whose value names a tier.</summary>
    public string MetadataKey { get; init; } = "passkit_tier";

    /// <summary>How many days a failed payment is forgiven; 0: not at all.</summary>
    public int GraceDays { get; init; } = 21;

    /// <summary>How much longer than the paid period a renewing pass lasts.</summary>
    public TimeSpan ExpiryMargin { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Whether a trial is honoured.</summary>
    public TrialPolicy Trials { get; init; }

    /// <summary>What a subscription earns while its collection is paused.</summary>
    public PausePolicy OnPauseCollection { get; init; }

    /// <summary>What a tier is earned by.</summary>
    public TierSource Source { get; init; }

    /// <summary>Which spend counts.</summary>
    public SpendWindow SpendWindow { get; init; }

    /// <summary>How many months <c>RollingMonths</c> has, the current one included.</summary>
    public int SpendMonths { get; init; } = 12;

    /// <summary>The time zone in which years and months begin, an IANA name such as <c>Europe/Madrid</c>. What was spent before a change stays in the month where it was.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether a refund takes spend away.</summary>
    public RefundPolicy OnRefund { get; init; }

    /// <summary>What a dispute does to a membership.</summary>
    public DisputePolicy OnDispute { get; init; }

    /// <summary>What becomes of a deleted customer's pass.</summary>
    public DeletedPolicy OnCustomerDeleted { get; init; }

    /// <summary>Who gets a pass without being a customer.</summary>
    public GuestPolicy Guests { get; init; }

    /// <summary>The validated settings that the rules take.</summary>
    public MembershipSettings ToSettings() => new()
    {
        Tiers =
        [
            .. Tiers
                .Select(tier => new Tier(
                    tier.Id,
                    tier.Name ?? tier.Id,
                    tier.Rank,
                    tier.MinimumSpend.ToImmutableSortedDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Value, StringComparer.Ordinal)))
                .OrderByDescending(tier => tier.Rank),
        ],
        Plans = Plans.ToImmutableDictionary(StringComparer.Ordinal),
        UnmappedPlanTier = UnmappedPlanTier,
        Grace = TimeSpan.FromDays(GraceDays),
        ExpiryMargin = ExpiryMargin,
        Source = Source,
        SpendWindow = SpendWindow,
        SpendMonths = SpendMonths,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone),
        KeepRefunded = OnRefund == RefundPolicy.Keep,
        OnDispute = OnDispute,
        OnCustomerDeleted = OnCustomerDeleted,
        Guests = Guests,
        HonourTrials = Trials == TrialPolicy.Honour,
        HonourPausedCollection = OnPauseCollection == PausePolicy.Honour,
    };

    /// <summary>One tier.</summary>
    public sealed class TierOptions
    {
        /// <summary>PassKit's tier id.</summary>
        public string Id { get; init; } = "";

        /// <summary>What the pass shows; absent: the id.</summary>
        public string? Name { get; init; }

        /// <summary>The higher, the better; no two alike.</summary>
        public int Rank { get; init; }

        /// <summary>Currency → net spend that earns the tier, in minor units; empty: spend never earns it.</summary>
        public IDictionary<string, long> MinimumSpend { get; init; } = new Dictionary<string, long>();
    }

    /// <summary>What a refund does to a tier that spend earned.</summary>
    public enum RefundPolicy
    {
        /// <summary>It lowers spend, and with it perhaps the tier.</summary>
        Lower,

        /// <summary>Nothing: the tier is computed as if nothing had been refunded.</summary>
        Keep,
    }

    /// <summary>What a trial earns.</summary>
    public enum TrialPolicy
    {
        /// <summary>The plan's tier.</summary>
        Honour,

        /// <summary>Nothing.</summary>
        None,
    }

    /// <summary>What a subscription earns while its collection is paused.</summary>
    public enum PausePolicy
    {
        /// <summary>The plan's tier.</summary>
        Honour,

        /// <summary>Nothing until collection resumes.</summary>
        Suspend,
    }

    internal sealed class Validator : IValidateOptions<MembershipOptions>
    {
        public ValidateOptionsResult Validate(string? name, MembershipOptions options)
        {
            string[] failures = [.. Failures(options)];
            return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private static IEnumerable<string> Failures(MembershipOptions options)
        {
            if (options.Tiers.Count == 0) yield return "Membership:Tiers names no tier; name at least one PassKit tier by Id and Rank.";
            for (var i = 0; i < options.Tiers.Count; i++)
            {
                if (string.IsNullOrWhiteSpace(options.Tiers[i].Id)) yield return $"Membership:Tiers:{i}:Id is blank; it is the tier's id in PassKit.";
                foreach (var (currency, minimum) in options.Tiers[i].MinimumSpend)
                {
                    if (!Currency.IsCode(currency.ToLowerInvariant())) yield return $"Membership:Tiers:{i}:MinimumSpend:{currency} is no currency of three letters.";
                    if (minimum < 0) yield return $"Membership:Tiers:{i}:MinimumSpend:{currency} is negative.";
                }
            }

            foreach (var id in options.Tiers.GroupBy(tier => tier.Id).Where(group => group.Count() > 1))
                yield return $"Membership:Tiers names tier '{id.Key}' twice.";
            foreach (var rank in options.Tiers.GroupBy(tier => tier.Rank).Where(group => group.Count() > 1))
                yield return $"Membership:Tiers gives rank {rank.Key} to {string.Join(" and ", rank.Select(tier => $"'{tier.Id}'"))}; ranks must differ.";
            foreach (var (plan, tier) in options.Plans.Where(plan => !Knows(plan.Value)))
                yield return $"Membership:Plans:{plan} names tier '{tier}', which Membership:Tiers does not have.";
            if (options.UnmappedPlanTier is { } unmapped && !Knows(unmapped))
                yield return $"Membership:UnmappedPlanTier names tier '{unmapped}', which Membership:Tiers does not have.";
            if (string.IsNullOrWhiteSpace(options.MetadataKey)) yield return "Membership:MetadataKey is blank.";
            if (options.GraceDays is < 0 or > 366) yield return "Membership:GraceDays must lie between 0 and 366.";
            if (options.ExpiryMargin < TimeSpan.Zero || options.ExpiryMargin > TimeSpan.FromDays(60))
                yield return "Membership:ExpiryMargin must lie between 0 and 60 days (write 3.00:00:00 for three days).";

            if (options.SpendMonths is < 1 or > CustomerState.MonthsKept) yield return $"Membership:SpendMonths must lie between 1 and {CustomerState.MonthsKept}.";
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
                yield return $"Membership:TimeZone '{options.TimeZone}' is no time zone that this machine knows; write an IANA name such as Europe/Madrid.";
            if (options.Source is TierSource.Spend or TierSource.SpendWhileSubscribed && options.Tiers.All(tier => tier.MinimumSpend.Count == 0))
                yield return $"Membership:Source is {options.Source}, and no tier has a MinimumSpend: nobody could earn one.";

            bool Knows(string tierId) => options.Tiers.Any(tier => tier.Id == tierId);
        }
    }
}
