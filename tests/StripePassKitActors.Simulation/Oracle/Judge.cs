using System.Collections.Immutable;
using System.Globalization;
using StripePassKitActors.Simulation.Stripe;

namespace StripePassKitActors.Simulation.Oracle;

/// <summary>What must be true of one customer.</summary>
/// <param name="Valid">Whether there is exactly one valid pass; false: none at all.</param>
/// <param name="Status">What the pass says of it.</param>
/// <param name="Tier">Of a valid pass.</param>
/// <param name="Expiry">When a valid pass lapses, Unix seconds.</param>
/// <param name="ValidUntil">The day that a valid pass shows; empty: no end.</param>
/// <param name="Net">Net spend by currency, zeros left out.</param>
internal sealed record Verdict(bool Valid, string Status, string? Tier, long Expiry, string ValidUntil, ImmutableSortedDictionary<string, long> Net)
{
    public string Line => Valid
        ? $"a valid {Tier} pass, {Status}, until {Judge.Moment(Expiry)}, shows '{ValidUntil}'; net {Judge.Amounts(Net)}"
        : $"no valid pass ({Status}); net {Judge.Amounts(Net)}";
}

/// <summary>
/// The rules of money and membership, written down a second time, from Stripe's truth alone and with none of the product's code. Where the
/// two disagree, one of them is wrong.
/// </summary>
internal static class Judge
{
    /// <summary>"No end" on a pass: the last second of 2099.</summary>
    public static readonly long NoEnd = new DateTimeOffset(2099, 12, 31, 23, 59, 59, TimeSpan.Zero).ToUnixTimeSeconds();

    private const long Day = 86_400;

    public static Verdict Of(Known known, string customer, Rules rules, long now)
    {
        var net = Net(known, customer);
        if (known.Shopper is null or { Deleted: true }) return new Verdict(false, "ended", null, 0, "", net);
        if (known.Shopper.Metadata.ContainsKey("passkit_opt_out")) return new Verdict(false, "ended", null, 0, "", net);

        // Everything that honours a pass now. The best of it is shown; the last of it ends the pass.
        List<Claim> claims = [.. known.Subscriptions.Select(row => Of(row, known, rules, now)).OfType<Claim>()];
        if (BySpend(net) is { } tier) claims.Add(new Claim(tier, "active", null, null));
        var best = Pin(known.Shopper, now) ?? claims
            .OrderBy(claim => Rank(claim.Tier))
            .ThenBy(claim => claim.Status == "active" ? 0 : 1)
            .ThenByDescending(claim => claim.Ends ?? long.MaxValue)
            .FirstOrDefault();
        if (best is null) return new Verdict(false, "none, suspended or ended", null, 0, "", net);

        var ends = claims.Append(best).Max(claim => claim.Ends ?? NoEnd);
        return new Verdict(true, best.Status, best.Tier, ends, best.Until is { } until ? DayOf(until) : "", net);
    }

    /// <summary>M1 to M5: of each charge that succeeded what was captured, less the refunds that stand; what was never captured is no money.</summary>
    private static ImmutableSortedDictionary<string, long> Net(Known known, string customer) => known.Charges
        .Where(charge => charge.Customer == customer && charge.Status == "succeeded")
        .GroupBy(charge => charge.Currency)
        .Select(charges => KeyValuePair.Create(charges.Key, charges.Sum(charge => charge.Captured - known.Refunds
            .Where(refund => refund.Charge == charge.Id && !refund.Released && refund.Status is not ("failed" or "canceled"))
            .Sum(refund => refund.Amount))))
        .Where(total => total.Value != 0)
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>B1, M5: the best tier that any one currency reaches.</summary>
    private static string? BySpend(ImmutableSortedDictionary<string, long> net) => Rules.Tiers
        .FirstOrDefault(tier => Rules.Minimums.Any(minimum => minimum.Tier == tier && net.GetValueOrDefault(minimum.Currency) is > 0 and var spent && spent >= minimum.From));

    /// <summary>B9: exactly that tier, paid or not, until the end of the day that is set.</summary>
    private static Claim? Pin(Shopper shopper, long now)
    {
        if (!shopper.Metadata.TryGetValue("passkit_pin_tier", out var tier)) return null;
        long? until = shopper.Metadata.TryGetValue("passkit_pin_until", out var day)
            ? DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds() + Day
            : null;
        return until <= now ? null : new Claim(tier, "active", until, until);
    }

    /// <summary>B2, B4, B5, B6; null: honours nothing now.</summary>
    private static Claim? Of(Subscription row, Known known, Rules rules, long now)
    {
        if (TierOf(row, rules) is not { } tier) return null;
        switch (row.Status)
        {
            case "trialing" when !rules.HonourTrials:
            case "active" when row.CollectionPaused && !rules.HonourPausedCollection:
                return null;
            case "trialing" or "active":
                var until = Math.Min(row.PeriodEnd, row.CancelAt ?? long.MaxValue);
                var ends = row.CancelAt == until || row.CancelAtPeriodEnd ? until : until + (rules.MarginDays * Day);
                return ends <= now ? null : new Claim(tier, "active", until, ends);
            case "past_due":
                var oldest = known.Invoices.Where(invoice => invoice is { Status: "open", FirstFailedAt: not null } && invoice.Subscription == row.Id).MinBy(invoice => invoice.Created);
                var grace = (oldest?.FirstFailedAt ?? row.PeriodStart) + (rules.GraceDays * Day);
                return grace <= now ? null : new Claim(tier, "grace", grace, grace);
            default:
                return null;
        }
    }

    /// <summary>B2: the best of the items that are there at all.</summary>
    private static string? TierOf(Subscription row, Rules rules)
    {
        var items = row.Items.Where(item => item.Quantity > 0).ToArray();
        if (items.Length == 0) return null;
        return Rules.Tiers.FirstOrDefault(tier => items.Any(item => TierOf(item.Price) == tier)) ?? rules.UnmappedPlanTier;
    }

    private static string? TierOf(Price price)
    {
        if (price.MetadataTier is { } named && Rules.Tiers.Contains(named)) return named;
        string?[] keys = [price.Id, price.LookupKey, price.Product];
        return keys.OfType<string>().Select(key => Catalogue.Plans.GetValueOrDefault(key)).FirstOrDefault(tier => tier is not null);
    }

    private static int Rank(string tier) => Rules.Tiers.IndexOf(tier);

    private static string DayOf(long moment) => DateTimeOffset.FromUnixTimeSeconds(moment).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Moment(long moment) => DateTimeOffset.FromUnixTimeSeconds(moment).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Amounts(ImmutableSortedDictionary<string, long> net) => net.IsEmpty ? "0" : string.Join(", ", net.Select(pair => $"{pair.Value} {pair.Key}"));

    /// <summary>One reason to hold a pass.</summary>
    /// <param name="Tier">The tier it earns.</param>
    /// <param name="Status">Active or grace.</param>
    /// <param name="Until">Until when it is earned; null: no end.</param>
    /// <param name="Ends">When a pass for it must lapse; null: never.</param>
    private sealed record Claim(string Tier, string Status, long? Until, long? Ends);
}
