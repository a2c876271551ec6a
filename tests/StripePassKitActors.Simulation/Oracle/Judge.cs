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
    /// <summary>P6: net spend in whole units, of the currency that has the most of them.</summary>
    public long Points => Net.Select(row => row.Value / (row.Key == "jpy" ? 1 : 100)).DefaultIfEmpty().Max();

    public string Line => Valid
        ? $"a valid {Tier} pass, {Status}, until {Judge.Moment(Expiry)}, shows '{ValidUntil}', {Points} points; net {Judge.Amounts(Net)}"
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
        var spend = new Spending(known, customer, rules);
        var net = spend.Net(now);
        if (known.Shopper is null or { Deleted: true }) return new Verdict(false, "ended", null, 0, "", net);
        if (known.Shopper.Metadata.ContainsKey("passkit_opt_out")) return new Verdict(false, "ended", null, 0, "", net);

        // Everything that honours a pass now. The best of it is shown; the last of it ends the pass.
        List<Claim> claims = [.. Claims(known, spend, rules, now)];
        var pin = Pin(known.Shopper, now);
        if (pin is null && IsSuspended(known, customer, rules)) return new Verdict(false, "suspended", null, 0, "", net);

        var best = pin ?? claims
            .OrderBy(claim => Rank(claim.Tier))
            .ThenBy(claim => claim.Status == "active" ? 0 : 1)
            .ThenByDescending(claim => claim.Ends ?? long.MaxValue)
            .FirstOrDefault();
        if (best is null) return new Verdict(false, "none, suspended or ended", null, 0, "", net);

        var ends = claims.Append(best).Max(claim => claim.Ends ?? NoEnd);
        return new Verdict(true, best.Status, best.Tier, ends, best.Until is { } until ? DayOf(until) : "", net);
    }

    /// <summary>B1.</summary>
    private static IEnumerable<Claim> Claims(Known known, Spending spend, Rules rules, long now)
    {
        var bySpend = rules.Source == Source.Subscription ? null : BySpend(spend, now);
        switch (rules.Source)
        {
            case Source.Spend:
                return bySpend is null ? [] : [bySpend];
            case Source.SpendWhileSubscribed:
                // Spend counts for the tier, a subscription decides whether there is one.
                if (bySpend is null) return [];
                return known.Subscriptions
                    .Where(row => row.Items.Any(item => item.Quantity > 0))
                    .Select(row => Of(row, bySpend.Tier, known, rules, now)).OfType<Claim>()
                    .Select(claim => claim with { Ends = Earlier(claim.Ends, bySpend.Ends), Until = Earlier(claim.Until, bySpend.Until) });
            default:
                return known.Subscriptions.Select(row => TierOf(row, rules) is { } tier ? Of(row, tier, known, rules, now) : null).OfType<Claim>()
                    .Concat(known.Sessions.SelectMany(session => Of(session, known, rules, now)))
                    .Concat(known.Bills.SelectMany(bill => Of(bill, known, rules, now)))
                    .Concat(bySpend is null ? [] : [bySpend]);
        }
    }

    /// <summary>B1, M5, M6: the best tier that any one currency reaches, until what was spent has left the window.</summary>
    private static Claim? BySpend(Spending spend, long now)
    {
        if (spend.Tier(now) is not { } tier) return null;
        var changes = spend.Windows(now).ToArray();
        return new Claim(
            tier,
            "active",
            changes.Where(moment => spend.Tier(moment) != tier).Select(moment => (long?)moment).FirstOrDefault(),
            changes.Where(moment => spend.Tier(moment) is null).Select(moment => (long?)moment).FirstOrDefault());
    }

    /// <summary>B3: what a paid session names, and with a key what its line names, unless its payment went back.</summary>
    private static IEnumerable<Claim> Of(Session session, Known known, Rules rules, long now)
    {
        if (session is not { Mode: "payment", PaidAt: { } paidAt } || IsUndone(known, session.Intent)) return [];

        Claim?[] claims =
        [
            Granted(session.Tier, session.Days, paidAt, now),
            rules.Reads && session.Line is { } line ? Granted(TierOf(line, rules), DaysOf(line, rules), paidAt, now) : null,
        ];
        return claims.OfType<Claim>();
    }

    /// <summary>B3: the same of a paid invoice, whose events tell more in the old shape than in the new.</summary>
    private static IEnumerable<Claim> Of(Bill bill, Known known, Rules rules, long now)
    {
        var whole = rules.Reads || bill.Told == ApiVersion.Of2020;
        if (whole && IsUndone(known, bill.Intent)) return [];

        var line = whole ? bill.Line : bill.Line with { MetadataTier = null, LookupKey = null, GrantedDays = null };
        Claim?[] claims = [Granted(bill.Tier, bill.Days, bill.PaidAt, now), Granted(TierOf(line, rules), DaysOf(line, rules), bill.PaidAt, now)];
        return claims.OfType<Claim>();
    }

    private static Claim? Granted(string? tier, int? days, long paidAt, long now)
    {
        if (tier is null) return null;
        if (days is not { } count) return new Claim(tier, "active", null, null);
        return paidAt + (count * Day) is var end && end > now ? new Claim(tier, "active", end, end) : null;
    }

    private static bool IsUndone(Known known, string? intent) => known.Charges.Any(charge => charge.Intent == intent && charge.Captured > 0
        && (Refunded(known, charge) >= charge.Captured || known.Disputes.Any(dispute => dispute.Charge == charge.Id && dispute.LostAt is not null && IsOut(dispute))));

    /// <summary>B7: a dispute that was opened, or lost, suspends until something is paid after it.</summary>
    private static bool IsSuspended(Known known, string customer, Rules rules)
    {
        if (rules.OnDispute == OnDispute.Keep) return false;
        var mine = known.Charges.Where(charge => charge.Customer == customer).Select(charge => charge.Id).ToHashSet(StringComparer.Ordinal);
        var since = known.Disputes
            .Where(dispute => mine.Contains(dispute.Charge) && IsOut(dispute))
            .Select(dispute => rules.OnDispute == OnDispute.SuspendWhenOpened ? dispute.Created : dispute.LostAt)
            .Max();
        var paid = known.Charges.Where(charge => charge is { Status: "succeeded", Captured: > 0 } && charge.Customer == customer).Max(charge => (long?)charge.Created);
        return since is not null && !(paid > since);
    }

    /// <summary>M3, M2: the refunds that stand; what was never captured is no money.</summary>
    internal static long Refunded(Known known, Charge charge) => known.Refunds
        .Where(refund => refund.Charge == charge.Id && !refund.Released && refund.Status is not ("failed" or "canceled"))
        .Sum(refund => refund.Amount);

    /// <summary>M4.</summary>
    internal static long Disputed(Known known, Charge charge) => known.Disputes.Where(dispute => dispute.Charge == charge.Id && IsOut(dispute)).Sum(dispute => dispute.Amount);

    private static bool IsOut(Dispute dispute) => dispute.Status is "needs_response" or "under_review" or "lost" or "appeal_needs_response" or "appeal_under_review";

    private static long? Earlier(long? one, long? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    /// <summary>B9: exactly that tier, paid or not, until the end of the day that is set.</summary>
    private static Claim? Pin(Shopper shopper, long now)
    {
        if (!shopper.Metadata.TryGetValue("passkit_pin_tier", out var tier)) return null;
        long? until = shopper.Metadata.TryGetValue("passkit_pin_until", out var day)
            ? DateTimeOffset.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds() + Day
            : null;
        return until <= now ? null : new Claim(tier, "active", until, until);
    }

    /// <summary>B4, B5, B6; null: honours nothing now.</summary>
    private static Claim? Of(Subscription row, string tier, Known known, Rules rules, long now)
    {
        switch (row.Status)
        {
            case "trialing" when !rules.HonourTrials:
            case "active" or "trialing" or "past_due" when row.CollectionPaused && !rules.HonourPausedCollection:
                return null;
            case "trialing" or "active":
                var until = Math.Min(row.PeriodEnd, row.CancelAt ?? long.MaxValue);
                var ends = row.CancelAt == until || row.CancelAtPeriodEnd ? until : until + (rules.MarginDays * Day);
                return ends <= now ? null : new Claim(tier, "active", until, ends);
            case "past_due" when (row.Tried && !rules.HonourTrials) || row.PaidItems.All(item => item.Quantity == 0):
                return null;
            case "past_due":
                var oldest = known.Invoices.Where(invoice => invoice.Status == "open" && (invoice.FirstFailedAt is not null || invoice.DueAt <= now) && invoice.Subscription == row.Id).MinBy(invoice => invoice.Created);
                var grace = (oldest?.FirstFailedAt ?? oldest?.DueAt ?? row.PeriodStart) + (rules.GraceDays * Day);
                return grace <= now ? null : new Claim(tier, "grace", grace, grace);
            default:
                return null;
        }
    }

    /// <summary>B2, B5: the best of the items that are there at all; past due, no better than what was last paid for.</summary>
    private static string? TierOf(Subscription row, Rules rules)
    {
        var tier = TierOf(row.Items, rules);
        if (row.Status != "past_due" || tier is null) return tier;
        return TierOf(row.PaidItems, rules) is { } paid ? (Rank(paid) > Rank(tier) ? paid : tier) : null;
    }

    private static string? TierOf(ImmutableArray<SubscriptionItem> subscribed, Rules rules)
    {
        var items = subscribed.Where(item => item.Quantity > 0).ToArray();
        if (items.Length == 0) return null;
        return Rules.Tiers.FirstOrDefault(tier => items.Any(item => TierOf(item.Price, rules) == tier)) ?? rules.UnmappedPlanTier;
    }

    /// <summary>B2: the price's own word, its product's where that can be read, then the merchant's plans.</summary>
    internal static string? TierOf(Price price, Rules rules)
    {
        if (price.MetadataTier is { } named && Rules.Tiers.Contains(named)) return named;
        if (rules.Reads && price.ProductTier is { } read && Rules.Tiers.Contains(read)) return read;
        string?[] keys = [price.Id, price.LookupKey, price.Product];
        return keys.OfType<string>().Select(key => Catalogue.Plans.GetValueOrDefault(key)).FirstOrDefault(tier => tier is not null);
    }

    /// <summary>B3: for how many days, which stand beside the tier.</summary>
    private static int? DaysOf(Price price, Rules rules) => price.MetadataTier is null && price.ProductTier is not null && rules.Reads ? price.ProductDays : price.GrantedDays;

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
