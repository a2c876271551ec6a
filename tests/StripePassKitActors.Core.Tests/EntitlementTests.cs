using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Tests;

public sealed class EntitlementTests
{
    [Theory]
    [InlineData("active", EntitlementStatus.Active)]
    [InlineData("trialing", EntitlementStatus.Active)]
    [InlineData("past_due", EntitlementStatus.Grace)]
    [InlineData("unpaid", EntitlementStatus.Suspended)]
    [InlineData("paused", EntitlementStatus.Suspended)]
    [InlineData("canceled", EntitlementStatus.Ended)]
    [InlineData("incomplete", EntitlementStatus.None)]
    [InlineData("incomplete_expired", EntitlementStatus.None)]
    public void B4_The_status_of_a_subscription_decides(string status, EntitlementStatus expected) =>
        Assert.Equal(expected, Given.Entitled(Given.Now.AddHours(1), Given.Subscription(status)).Status);

    [Fact]
    public void B6_A_renewing_pass_outlasts_its_period_by_the_margin()
    {
        var entitlement = Given.Entitled(Given.Now, Given.Subscription("active"));

        Assert.Equal((Given.PeriodEnd, Given.PeriodEnd.AddDays(3)), (entitlement.ValidUntil, entitlement.ExpiresAt));
    }

    [Fact]
    public void B6_A_pass_that_is_to_end_ends_exactly_then()
    {
        var cancelled = Given.Subscription("active") with { CancelAtPeriodEnd = true };

        Assert.Equal(Given.PeriodEnd, Given.Entitled(Given.Now, cancelled).ExpiresAt);
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.PeriodEnd.AddSeconds(-1), cancelled).Status);
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.PeriodEnd, cancelled).Status);
    }

    [Fact]
    public void B5_Grace_runs_from_the_first_failure_and_later_ones_do_not_restart_it()
    {
        Fact[] facts =
        [
            Given.Subscription("past_due"),
            Failure("in_1", day: 0, asOf: 1),
            Failure("in_1", day: 5, asOf: 2),
            Failure("in_2", day: 9, asOf: 3),
        ];

        Assert.Equal(Given.Now.AddDays(21), Given.Entitled(Given.Now, facts).ValidUntil);
        Assert.Equal(EntitlementStatus.Suspended, Given.Entitled(Given.Now.AddDays(21), facts).Status);
    }

    [Fact]
    public void B1_The_best_of_plan_and_spend_wins() =>
        Assert.Equal("gold", Given.Entitled(Given.Now, Given.Subscription("active", "price_silver"), Given.Charge(50_000)).Tier?.Id);

    [Fact]
    public void B1_One_minor_unit_short_earns_nothing() =>
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, Given.Charge(49_999)).Status);

    [Fact]
    public void M5_Two_currencies_together_earn_nothing() =>
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, Given.Charge(49_000), Given.Charge(39_000, id: "ch_2", currency: "eur")).Status);

    [Fact]
    public void B2_An_unmapped_price_earns_nothing_and_says_so()
    {
        var entitlement = Given.Entitled(Given.Now, Given.Subscription("active", "price_other"));

        Assert.Equal(EntitlementStatus.None, entitlement.Status);
        Assert.Contains("price_other", entitlement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void B2_Quantity_zero_earns_nothing()
    {
        var none = Given.Subscription("active");
        none = none with { Items = [none.Items[0] with { Quantity = 0 }] };

        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, none).Status);
    }

    [Fact]
    public void B9_A_pin_grants_exactly_its_tier_until_its_day_is_over()
    {
        Fact[] facts = [Given.Subscription("active"), Given.CustomerWith(("passkit_pin_tier", "silver"), ("passkit_pin_until", "2026-12-01"))];

        Assert.Equal("silver", Given.Entitled(Given.Now, facts).Tier?.Id);
        Assert.Equal("gold", Given.Entitled(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero), facts).Tier?.Id);
    }

    [Fact]
    public void B9_Opting_out_ends_a_paid_pass() =>
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Given.Subscription("active"), Given.CustomerWith(("passkit_opt_out", "true"))).Status);

    private static InvoiceFact Failure(string id, int day, int asOf) => new()
    {
        Id = id,
        AsOf = Given.At(asOf, $"evt_{asOf}"),
        SubscriptionId = "sub_1",
        Created = Given.Now.AddDays(id == "in_1" ? 0 : 8),
        Open = true,
        FailedAt = Given.Now.AddDays(day),
    };
}
