using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Membership;

/// <summary>Which spend counts at a moment (rule M6).</summary>
internal static class CountedSpend
{
    /// <summary>Net spend within the window that holds <paramref name="now"/>, one row a currency, in their order.</summary>
    public static ImmutableArray<Spend> Of(CustomerState state, MembershipSettings settings, DateTimeOffset now)
    {
        if (settings.SpendWindow == SpendWindow.Lifetime) return state.Spend;

        var last = Calendar.MonthOf(now, settings.TimeZone);
        var first = settings.SpendWindow == SpendWindow.CalendarYear ? (last / 100 * 100) + 1 : Calendar.Before(last, settings.SpendMonths - 1);
        return
        [
            .. state.Months
                .Where(row => row.Month >= first && row.Month <= last)
                .GroupBy(row => row.Currency, StringComparer.Ordinal)
                .OrderBy(rows => rows.Key, StringComparer.Ordinal)
                .Select(rows => new Spend(rows.Key, rows.Sum(row => row.Amount), rows.Sum(row => row.Refunds))),
        ];
    }

    /// <summary>The moments after <paramref name="now"/> at which spend leaves the window, the nearest first; none where it never does.</summary>
    public static IEnumerable<DateTimeOffset> Changes(MembershipSettings settings, DateTimeOffset now)
    {
        var month = Calendar.MonthOf(now, settings.TimeZone);
        return settings.SpendWindow switch
        {
            SpendWindow.CalendarYear => [Calendar.Start((((month / 100) + 1) * 100) + 1, settings.TimeZone)],
            SpendWindow.RollingMonths => Enumerable.Range(1, settings.SpendMonths).Select(ahead => Calendar.Start(Calendar.Before(month, -ahead), settings.TimeZone)),
            _ => [],
        };
    }
}
