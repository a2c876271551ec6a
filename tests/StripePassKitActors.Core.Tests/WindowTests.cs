using System.Collections.Immutable;
using System.Globalization;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

/// <summary>Which spend counts, and until when.</summary>
public sealed class WindowTests
{
    private static readonly MembershipSettings Year = Given.Settings with { SpendWindow = SpendWindow.CalendarYear };

    private static readonly MembershipSettings Rolling = Given.Settings with { SpendWindow = SpendWindow.RollingMonths, SpendMonths = 3 };

    [Theory]
    [InlineData("UTC", "2026-10-31T23:59:59Z", 202610)]
    [InlineData("UTC", "2026-11-01T00:00:00Z", 202611)]
    [InlineData("Europe/Berlin", "2026-10-31T22:59:59Z", 202610)] // winter time since the 25th
    [InlineData("Europe/Berlin", "2026-10-31T23:00:00Z", 202611)]
    [InlineData("Europe/Berlin", "2026-06-30T21:59:59Z", 202606)] // summer time
    [InlineData("Europe/Berlin", "2026-06-30T22:00:00Z", 202607)]
    [InlineData("Europe/Berlin", "2026-12-31T23:00:00Z", 202701)]
    [InlineData("America/New_York", "2027-01-01T04:59:59Z", 202612)]
    [InlineData("America/New_York", "2027-01-01T05:00:00Z", 202701)]
    [InlineData("Pacific/Auckland", "2026-12-31T11:00:00Z", 202701)]
    public void M6_A_charge_belongs_to_the_month_of_its_creation_in_the_merchants_time_zone(string zone, string created, int month)
    {
        var state = Given.Nobody("cus_1", Zone(zone)).Then(Given.Charge(1000) with { Created = At(created) }).State;

        Assert.Equal([new MonthSpend(month, "usd", 1000, 0)], state.Months);
    }

    [Theory]
    [InlineData("UTC", "2026-11-24T12:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("Europe/Berlin", "2026-11-24T12:00:00Z", "2026-12-31T23:00:00Z")]
    [InlineData("Europe/Berlin", "2026-06-24T12:00:00Z", "2026-12-31T23:00:00Z")]
    [InlineData("America/New_York", "2026-11-24T12:00:00Z", "2027-01-01T05:00:00Z")]
    public void M6_The_spend_of_a_calendar_year_is_over_when_the_next_begins_where_the_merchant_is(string zone, string now, string over)
    {
        var settings = Year with { TimeZone = Zone(zone) };
        var charge = Given.Charge(50_000) with { Created = At(now) };

        var earned = Given.Entitled(settings, At(now), charge);
        Assert.Equal((EntitlementStatus.Active, At(over), At(over), At(over)), (earned.Status, earned.ValidUntil, earned.ExpiresAt, earned.ChangesAt));
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(settings, At(over).AddSeconds(-1), charge).Status);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, At(over), charge).Status);
    }

    [Theory]
    [InlineData(1, "2026-12-01T00:00:00Z")]
    [InlineData(3, "2027-02-01T00:00:00Z")]
    [InlineData(12, "2027-11-01T00:00:00Z")]
    [InlineData(24, "2028-11-01T00:00:00Z")]
    public void M6_Rolling_months_are_the_current_one_and_so_many_before_it(int months, string over)
    {
        var settings = Rolling with { SpendMonths = months };

        Assert.Equal(At(over), Given.Entitled(settings, Given.Charge(50_000)).ExpiresAt);
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(settings, At(over).AddSeconds(-1), Given.Charge(50_000)).Status);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, At(over), Given.Charge(50_000)).Status);
    }

    [Fact]
    public void M6_Twelve_rolling_months_and_all_of_the_lifetime_are_what_counts_by_default() =>
        Assert.Equal((SpendWindow.Lifetime, 12, TimeZoneInfo.Utc), (Given.Settings.SpendWindow, Given.Settings.SpendMonths, Given.Settings.TimeZone));

    [Fact]
    public void M6_A_tier_falls_step_by_step_as_months_leave_the_window_and_the_pass_lapses_with_the_last()
    {
        var settings = Rolling with { Tiers = [Given.Settings.Tiers[0], Given.Settings.Tiers[1] with { MinimumSpend = ImmutableSortedDictionary<string, long>.Empty.Add("usd", 10_000) }] };
        Fact[] facts = [Given.Charge(40_000) with { Created = At("2026-10-05T00:00:00Z") }, Given.Charge(20_000, id: "ch_2")];

        var gold = Given.Entitled(settings, facts);
        Assert.Equal(("gold", At("2027-01-01T00:00:00Z"), At("2027-02-01T00:00:00Z")), (gold.Tier?.Id, gold.ValidUntil, gold.ExpiresAt));
        var silver = Given.Entitled(settings, At("2027-01-01T00:00:00Z"), facts);
        Assert.Equal(("silver", At("2027-02-01T00:00:00Z"), 20_000), (silver.Tier?.Id, silver.ValidUntil, Assert.Single(silver.Spend).Amount));
    }

    [Fact]
    public void M6_Spend_that_fades_without_lowering_the_tier_is_noticed_when_it_does()
    {
        Fact[] facts = [Given.Charge(100) with { Created = At("2026-10-05T00:00:00Z") }, Given.Charge(60_000, id: "ch_2")];

        var gold = Given.Entitled(Rolling, facts);

        Assert.Equal((At("2027-01-01T00:00:00Z"), At("2027-02-01T00:00:00Z")), (gold.ChangesAt, gold.ValidUntil));
    }

    [Fact]
    public void M6_A_charge_of_a_month_that_has_not_begun_is_in_no_window_yet() =>
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Rolling, At("2026-10-31T23:59:59Z"), Given.Charge(50_000) with { Created = At("2026-11-01T00:00:00Z") }).Status);

    [Fact]
    public void M6_A_refund_lowers_the_month_of_its_charge_whenever_it_comes()
    {
        var state = Given.Customer(
            Given.Charge(50_000) with { Created = At("2026-01-05T00:00:00Z") },
            Given.Charge(7_000, id: "ch_2"),
            Given.Refund(20_000, asOf: Given.At(86_400 * 300, "evt_late"))).State;

        Assert.Equal([new MonthSpend(202611, "usd", 7_000, 0), new MonthSpend(202601, "usd", 30_000, 20_000)], state.Months);
    }

    [Fact]
    public void M6_The_months_of_two_years_before_the_newest_payment_are_kept_in_any_order()
    {
        Fact[] charges = [.. Enumerable.Range(0, 30).Select(ago => Given.Charge(100 + ago, id: $"ch_{ago:00}") with { Created = Given.Now.AddMonths(-ago) })];

        foreach (var order in new[] { charges, [.. charges.Reverse()], [.. charges.OrderBy(charge => charge.Id[^1])] })
        {
            var months = Given.Customer(order).State.Months;
            Assert.Equal((24, 202611, 202412), (months.Length, months[0].Month, months[^1].Month));
            Assert.Equal(Enumerable.Range(100, 24).Select(amount => (long)amount), months.Select(month => month.Amount));
        }
    }

    [Fact]
    public void M6_A_refund_of_a_month_that_is_kept_no_more_lowers_all_time_spend_alone()
    {
        var state = Given.Customer(Given.Charge(1_000) with { Created = Given.Now.AddMonths(-24) }, Given.Charge(500, id: "ch_2"), Given.Refund(400)).State;

        Assert.Equal([new MonthSpend(202611, "usd", 500, 0)], state.Months);
        Assert.Equal([new Spend("usd", 1_100, Refunds: 400)], state.Spend);
    }

    [Fact]
    public void M6_A_payment_that_failed_makes_no_month_old() =>
        Assert.Equal(202301, Assert.Single(Given.Customer(Given.Charge(500) with { Created = At("2023-01-05T00:00:00Z") }, Given.Charge(0, amount: 500, id: "ch_2") with { Succeeded = false }).State.Months).Month);

    [Fact]
    public void M5_M6_Currencies_have_months_of_their_own()
    {
        var state = Given.Customer(Given.Charge(500), Given.Charge(700, id: "ch_2", currency: "eur"), Given.Charge(1, id: "ch_3")).State;

        Assert.Equal([new MonthSpend(202611, "eur", 700, 0), new MonthSpend(202611, "usd", 501, 0)], state.Months);
    }

    [Fact]
    public void M6_Points_and_the_spend_on_the_pass_are_those_of_the_window()
    {
        var state = Given.Customer(Given.Charge(90_000) with { Created = At("2025-03-05T00:00:00Z") }, Given.Charge(50_000, id: "ch_2")).State;

        var content = PassContent.Of(state, EntitlementRules.Of(state, Year, Given.Now), new PassSettings { Spend = "spend", Points = PointsField.TierPoints }, Given.Now)!;

        Assert.Equal(("500.00 USD", 500), (content.Metadata["spend"], content.Points?.Amount));
    }

    [Theory]
    [InlineData("America/Asuncion", "2023-10-01T04:00:00Z")] // no midnight: 23:59 was followed by 1:00
    [InlineData("Africa/Cairo", "2014-07-31T22:00:00Z")]
    [InlineData("America/Havana", "2012-04-01T05:00:00Z")]
    [InlineData("America/Havana", "2026-11-01T04:00:00Z")] // two midnights: 0:59 is followed by 0:00
    [InlineData("Asia/Kathmandu", "2026-10-31T18:15:00Z")]
    public void M6_A_month_begins_with_its_first_moment_whatever_the_clocks_do_at_midnight(string zone, string start)
    {
        var settings = Rolling with { TimeZone = Zone(zone), SpendMonths = 1 };
        var charge = Given.Charge(50_000) with { Created = At(start).AddSeconds(-1) };

        Assert.Equal(At(start), Given.Entitled(settings, At(start).AddSeconds(-1), charge).ExpiresAt);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, At(start), charge).Status);
    }

    [Fact]
    public void M7_By_default_a_refund_lowers_the_tier_and_with_Keep_it_does_not()
    {
        Fact[] facts = [Given.Charge(50_000), Given.Refund(1)];

        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Settings, facts).Status);
        Assert.Equal("gold", Given.Entitled(Given.Settings with { KeepRefunded = true }, facts).Tier?.Id);
    }

    [Fact]
    public void M6_M7_What_refunds_took_off_in_each_month_of_the_window_is_kept_together()
    {
        var earlier = Given.Charge(30_000, refunded: 10_000) with { Created = At("2026-10-05T00:00:00Z") };
        Fact[] facts = [earlier, Given.Charge(10_000, refunded: 4_000, id: "ch_2"), Given.Charge(10_000, refunded: 4_000, id: "ch_3")];

        Assert.Equal([new MonthSpend(202611, "usd", 12_000, 8_000), new MonthSpend(202610, "usd", 20_000, 10_000)], Given.Customer(facts).State.Months);
        Assert.Equal([new Spend("usd", 32_000, Refunds: 18_000)], Given.Entitled(Rolling, facts).Spend);
        Assert.Equal("gold", Given.Entitled(Rolling with { KeepRefunded = true }, facts).Tier?.Id);
    }

    [Fact]
    public void M7_A_month_of_which_all_was_refunded_is_kept_and_one_without_money_is_not()
    {
        Assert.Equal([new MonthSpend(202611, "usd", 0, 1000)], Given.Customer(Given.Charge(1000), Given.Refund(1000)).State.Months);
        Assert.Empty(Given.Customer(Given.Charge(1000), Given.Dispute("lost")).State.Months);
    }

    [Fact]
    public void M5_M6_The_spend_of_a_window_stands_in_the_order_of_its_currencies() =>
        Assert.Equal([new Spend("eur", 7), new Spend("usd", 9)], Given.Entitled(Rolling, Given.Charge(9), Given.Charge(7, id: "ch_2", currency: "eur")).Spend);

    [Fact]
    public void M6_Who_is_not_honoured_is_not_woken_for_spend_that_fades() =>
        Assert.Null(Given.Entitled(Rolling, Given.Charge(100)).ChangesAt);

    [Fact]
    public void M7_Who_has_nothing_left_after_refunds_has_bought_nothing() =>
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Settings with { KeepRefunded = true }, Given.Charge(50_000), Given.Refund(50_000)).Status);

    [Fact]
    public void M7_Disputed_money_is_not_kept() =>
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Settings with { KeepRefunded = true, OnDispute = DisputePolicy.Keep }, Given.Charge(50_000), Given.Dispute("lost", 1)).Status);

    [Fact]
    public void M7_What_a_partial_capture_released_is_no_refund_that_could_be_kept() =>
        Assert.Equal([new Spend("usd", 30_000)], Given.Customer(Given.Charge(30_000, refunded: 20_000, amount: 50_000)).State.Spend);

    [Fact]
    public void M7_Refunds_are_kept_within_the_window_of_their_charge() => Assert.Equal(
        EntitlementStatus.None,
        Given.Entitled(Year with { KeepRefunded = true }, Given.Charge(50_000) with { Created = At("2025-11-24T00:00:00Z") }, Given.Refund(1), Given.Charge(100, id: "ch_2")).Status);

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
