using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Oracle;

/// <summary>The rules of money (M1 to M7): of each charge that succeeded what was captured, less what went back, in the month in which it was made.</summary>
internal sealed class Spending(Known known, string customer, Rules rules)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(rules.TimeZone);

    private readonly Row[] rows =
    [
        .. known.Charges
            .Where(charge => charge.Customer == customer && charge.Status == "succeeded")
            .Select(charge => (Charge: charge, Captured: charge.Captured - Judge.Disputed(known, charge)))
            .Select(one => new Row(one.Charge.Created, one.Charge.Currency, Math.Max(0, one.Captured - Judge.Refunded(known, one.Charge)), Math.Max(0, one.Captured))),
    ];

    /// <summary>Net spend that counts at a moment, by currency, zeros left out.</summary>
    public ImmutableSortedDictionary<string, long> Net(long now) => rows
        .Where(row => Counts(row.Created, now))
        .GroupBy(row => row.Currency, StringComparer.Ordinal)
        .Select(group => KeyValuePair.Create(group.Key, group.Sum(row => row.Net)))
        .Where(total => total.Value != 0)
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The tier that spend earns at a moment; null: none. Somebody whose all money went back has bought nothing.</summary>
    public string? Tier(long now) => Rules.Tiers.FirstOrDefault(tier => Rules.Minimums.Any(minimum =>
    {
        if (minimum.Tier != tier) return false;
        var counted = rows.Where(row => row.Currency == minimum.Currency && Counts(row.Created, now)).ToArray();
        return counted.Any(row => row.Net > 0) && counted.Sum(row => rules.KeepRefunded ? row.BeforeRefunds : row.Net) >= minimum.From;
    }));

    /// <summary>The moments after which other months count, as far as anything that was spent is concerned.</summary>
    public IEnumerable<long> Windows(long now)
    {
        if (rules.SpendMonths is null) yield break;
        var month = Month(now);
        for (var ahead = 1; ahead <= 13; ahead++)
        {
            // The first midnight of the month, as the zone's clocks show it.
            var first = new DateTime((month + ahead) / 12, ((month + ahead) % 12) + 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
            yield return new DateTimeOffset(first, zone.GetUtcOffset(first)).ToUnixTimeSeconds();
        }
    }

    private bool Counts(long created, long now) => rules.SpendMonths switch
    {
        null => true,
        Rules.CalendarYear => Month(created) / 12 == Month(now) / 12,
        { } months => Month(created) <= Month(now) && Month(created) > Month(now) - months,
    };

    /// <summary>Months since the year 0, so that they can be counted.</summary>
    private int Month(long moment)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(moment), zone);
        return (local.Year * 12) + local.Month - 1;
    }

    private sealed record Row(long Created, string Currency, long Net, long BeforeRefunds);
}
