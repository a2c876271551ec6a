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
        Assert.Equal(Given.Now.AddDays(21), Given.Entitled(Given.Now, facts).ChangesAt);
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

    [Theory]
    [InlineData("false")]
    [InlineData(" No ")]
    [InlineData("0")]
    [InlineData("")]
    public void B9_An_opt_out_that_says_no_is_none(string value) =>
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, Given.Subscription("active"), Given.CustomerWith(("passkit_opt_out", value))).Status);

    [Fact]
    public void B9_Opting_out_beats_a_pin_and_deletion_beats_both()
    {
        var both = Given.CustomerWith(("passkit_opt_out", "true"), ("passkit_pin_tier", "gold"));

        Assert.Contains("passkit_opt_out", Given.Entitled(Given.Now, both).Reason, StringComparison.Ordinal);
        Assert.Contains("deleted", Given.Entitled(Given.Now, both with { Deleted = true }).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-12-01", "2026-12-02T00:00:00Z")] // a day holds to its end
    [InlineData(" 2026-12-01 ", "2026-12-02T00:00:00Z")]
    [InlineData("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z")]
    [InlineData("2026-12-01T10:00:00+02:00", "2026-12-01T08:00:00Z")]
    [InlineData("2026-12-01T10:00:00.5Z", "2026-12-01T10:00:00.5Z")]
    [InlineData("2026-12-01T10:00:00", "2026-12-01T10:00:00Z")]
    [InlineData("9999-12-31", null)] // so far away that it is no end
    [InlineData("9999-12-31T23:59:59Z", null)]
    [InlineData("2099-12-31T23:59:59Z", null)]
    [InlineData("next year", null)]
    [InlineData("9:30", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void B9_A_pin_holds_until_the_moment_that_is_written_or_without_an_end(string? until, string? end)
    {
        var metadata = until is null ? Given.CustomerWith(("passkit_pin_tier", " gold ")) : Given.CustomerWith(("passkit_pin_tier", " gold "), ("passkit_pin_until", until));

        var pinned = Given.Entitled(Given.Now, metadata);

        var expected = end is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((EntitlementStatus.Active, "gold"), (pinned.Status, pinned.Tier?.Id));
        Assert.Equal((expected, expected, expected), (pinned.ValidUntil, pinned.ExpiresAt, pinned.ChangesAt));
        if (expected is { } moment) Assert.Equal(EntitlementStatus.None, Given.Entitled(moment, metadata).Status);
    }

    [Fact]
    public void B9_A_pin_of_a_tier_that_does_not_exist_is_none() =>
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, Given.CustomerWith(("passkit_pin_tier", "platinum"))).Status);

    [Theory]
    [InlineData("Gold", null, "passkit_pin_tier names no tier")] // tier ids are case-sensitive
    [InlineData("Gold", "31.12.2026", "passkit_pin_tier names no tier")]
    [InlineData("gold", "31.12.2026", "passkit_pin_until is no date: the pin has no end")]
    public void B9_A_word_of_the_merchant_that_cannot_be_read_is_named_in_the_reason(string tier, string? until, string clause)
    {
        var word = Given.CustomerWith(until is null ? [("passkit_pin_tier", tier)] : [("passkit_pin_tier", tier), ("passkit_pin_until", until)]);

        foreach (var facts in new Fact[][] { [word], [word, Given.Subscription("active", "price_silver")] })
            Assert.EndsWith("; " + clause, Given.Entitled(Given.Now, facts).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("passkit_pin", Given.Entitled(Given.Now, word with { Deleted = true }).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gold", "2026-12-01")]
    [InlineData("gold", "9999-12-31")]
    [InlineData("gold", " ")]
    [InlineData(" ", "31.12.2026")] // a pin that is taken back leaves its end behind
    public void B9_A_word_that_can_be_read_or_says_nothing_is_not_complained_of(string tier, string until) =>
        Assert.DoesNotContain("passkit_pin_", Given.Entitled(Given.Now, Given.CustomerWith(("passkit_pin_tier", tier), ("passkit_pin_until", until))).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("member", "member")]
    [InlineData(" member\n", "member")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    public void B9_A_link_is_taken_without_blanks_around_it_and_a_blank_one_is_none(string written, string? member) =>
        Assert.Equal(member, MerchantsWord.Link(Given.CustomerWith(("passkit_link_member", written)).Metadata));

    [Fact]
    public void B4_Trials_and_paused_collection_are_honoured_or_not_as_the_merchant_sets_it()
    {
        var paused = Given.Subscription("active") with { CollectionPaused = true };

        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, paused).Status);
        Assert.Equal(EntitlementStatus.Suspended, Entitled(Given.Settings with { HonourPausedCollection = false }, paused).Status);
        Assert.Equal(EntitlementStatus.Active, Entitled(Given.Settings with { HonourPausedCollection = false }, Given.Subscription("active")).Status);
        Assert.Equal(EntitlementStatus.None, Entitled(Given.Settings with { HonourTrials = false }, Given.Subscription("trialing")).Status);
    }

    [Theory]
    [InlineData("active", "is active")]
    [InlineData("trialing", "is trialing")]
    [InlineData("past_due", "is past due")]
    public void B4_Paused_collection_suspends_whatever_would_be_honoured_otherwise(string status, string reason)
    {
        var paused = Given.Subscription(status) with { CollectionPaused = true };

        Assert.True(Given.Entitled(Given.Now, paused).Honoured);
        var suspended = Entitled(Given.Settings with { HonourPausedCollection = false }, paused);
        Assert.Equal((EntitlementStatus.Suspended, "gold", Given.Now, true), (suspended.Status, suspended.Tier?.Id, suspended.ExpiresAt, suspended.Paused));
        Assert.Equal($"subscription sub_1 {reason}, its collection paused", suspended.Reason);
    }

    [Fact]
    public void B4_Paused_collection_of_a_trial_that_earns_nothing_suspends_nothing()
    {
        var settings = Given.Settings with { HonourPausedCollection = false, HonourTrials = false };

        Assert.Equal(EntitlementStatus.None, Entitled(settings, Given.Subscription("trialing") with { CollectionPaused = true }).Status);
    }

    [Fact]
    public void F7_A_period_whose_end_is_unknown_has_none_and_takes_nothing_away()
    {
        var unknown = Given.Subscription("active");
        unknown = unknown with { Items = [unknown.Items[0] with { CurrentPeriodEnd = null }] };

        foreach (var subscription in new[] { unknown, unknown with { CancelAtPeriodEnd = true } })
        {
            var entitlement = Given.Entitled(Given.Now.AddDays(400), subscription);
            Assert.Equal(EntitlementStatus.Active, entitlement.Status);
            Assert.Equal((null, null, null), (entitlement.ValidUntil, entitlement.ExpiresAt, entitlement.ChangesAt));
        }

        Assert.Equal(Given.Now.AddDays(3), Given.Entitled(Given.Now, unknown with { CancelAt = Given.Now.AddDays(3) }).ExpiresAt);
    }

    [Theory]
    [InlineData(-5, -5)] // before the period ends: exactly then
    [InlineData(0, 0)]
    [InlineData(60, 3)] // after it: the period renews until then
    public void B6_A_pass_ends_with_the_earlier_of_its_period_and_its_cancellation(int cancelDays, int expiryDays)
    {
        var subscription = Given.Subscription("active") with { CancelAt = Given.PeriodEnd.AddDays(cancelDays) };

        Assert.Equal(Given.PeriodEnd.AddDays(expiryDays), Given.Entitled(Given.Now, subscription).ExpiresAt);
    }

    [Fact]
    public void B6_A_renewal_that_never_came_ends_the_pass_after_the_margin_at_that_moment()
    {
        var subscription = Given.Subscription("active");
        var end = Given.PeriodEnd.AddDays(3);

        Assert.Equal(end, Given.Entitled(Given.Now, subscription).ChangesAt);
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(end.AddSeconds(-1), subscription).Status);
        var over = Given.Entitled(end, subscription);
        Assert.Equal((EntitlementStatus.Ended, "gold", end), (over.Status, over.Tier?.Id, over.ExpiresAt));
    }

    [Fact]
    public void B4_A_canceled_subscription_ended_when_Stripe_says_so()
    {
        var canceled = Given.Subscription("canceled") with { EndedAt = Given.Now.AddDays(-2) };

        Assert.Equal(Given.Now.AddDays(-2), Given.Entitled(Given.Now, canceled).ExpiresAt);
    }

    [Fact]
    public void B4_A_payment_of_a_canceled_subscription_revives_nothing()
    {
        var paid = Failure("in_1", day: 0, asOf: 9) with { Open = false, FailedAt = null };

        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Given.Subscription("canceled"), paid, Given.Charge(100)).Status);
    }

    [Fact]
    public void B5_Grace_is_of_the_subscriptions_own_oldest_open_invoice_else_of_the_period_that_is_owed()
    {
        var pastDue = Given.Subscription("past_due", asOf: Given.At(3600));
        var others = Failure("in_1", day: -9, asOf: 1) with { SubscriptionId = "sub_2" };
        var paid = Failure("in_1", day: -9, asOf: 1) with { Open = false };

        Assert.Equal(Given.Now.AddDays(21), Given.Entitled(Given.Now, pastDue, others).ValidUntil);
        Assert.Equal(Given.Now.AddDays(21), Given.Entitled(Given.Now, pastDue, paid).ValidUntil);
        Assert.Equal(Given.Now.AddDays(25), Given.Entitled(Given.Now, pastDue, paid, Failure("in_2", day: 4, asOf: 2)).ValidUntil);

        var unknown = pastDue with { Items = [pastDue.Items[0] with { CurrentPeriodStart = null }] };
        Assert.Equal(Given.Now.AddSeconds(3600).AddDays(21), Given.Entitled(Given.Now, unknown).ValidUntil);
    }

    [Fact]
    public void B5_Grace_of_an_invoice_that_nobody_tried_to_charge_runs_from_the_day_on_which_it_was_due()
    {
        var pastDue = Given.Subscription("past_due", asOf: Given.At(86_400 * 9));
        var due = Failure("in_1", day: 0, asOf: 1) with { FailedAt = null, DueAt = Given.Now.AddDays(7) };

        Assert.Equal(Given.Now.AddDays(28), Given.Entitled(Given.Now, pastDue, due).ValidUntil);
        Assert.Equal(Given.Now.AddDays(28), Given.Entitled(Given.Now, pastDue, due, Failure("in_2", day: 8, asOf: 2)).ValidUntil);
        Assert.Equal(Given.Now.AddDays(30), Given.Entitled(Given.Now, pastDue, due, Failure("in_1", day: 9, asOf: 3)).ValidUntil);
        Assert.Equal(Given.Now.AddDays(21), Given.Entitled(Given.Now, pastDue, due with { Open = false }).ValidUntil);
    }

    [Fact]
    public void B5_An_invoice_that_was_not_due_yet_when_the_subscription_was_past_due_starts_no_grace()
    {
        var due = Failure("in_1", day: 0, asOf: 1) with { FailedAt = null, DueAt = Given.Now.AddDays(7) };

        Assert.Equal(Given.Now.AddDays(21), Given.Entitled(Given.Now, Given.Subscription("past_due", asOf: Given.At(3600)), due).ValidUntil);
    }

    [Fact]
    public void B5_An_invoice_that_was_due_the_moment_at_which_the_subscription_was_past_due_starts_its_grace()
    {
        var due = Failure("in_1", day: 0, asOf: 1) with { FailedAt = null, DueAt = Given.Now.AddDays(7) };

        Assert.Equal(Given.Now.AddDays(28), Given.Entitled(Given.Now, Given.Subscription("past_due", asOf: Given.At(86_400 * 7)), due).ValidUntil);
    }

    [Fact]
    public void B5_No_grace_revokes_at_the_first_failure() =>
        Assert.Equal(EntitlementStatus.Suspended, Entitled(Given.Settings with { Grace = TimeSpan.Zero }, Given.Subscription("past_due"), Failure("in_1", day: 0, asOf: 1)).Status);

    [Theory]
    [InlineData("meta", "gold")]
    [InlineData("price", "silver")]
    [InlineData("lookup", "silver")]
    [InlineData("product", "silver")]
    public void B2_A_plan_is_found_by_its_metadata_its_price_its_lookup_key_its_product_in_that_order(string first, string tier)
    {
        var item = new SubscriptionItem
        {
            PriceId = "price_1",
            LookupKey = "lookup_1",
            ProductId = "prod_1",
            MetadataTier = first == "meta" ? "gold" : "no such tier",
            CurrentPeriodEnd = Given.PeriodEnd,
        };
        var plans = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;
        if (first is "meta" or "price") plans = plans.Add("price_1", "silver");
        if (first is "price") plans = plans.Add("lookup_1", "gold");
        if (first is "lookup") plans = plans.Add("lookup_1", "silver").Add("prod_1", "gold");
        if (first is "product") plans = plans.Add("prod_1", "silver");

        var subscription = Given.Subscription("active") with { Items = [item] };
        Assert.Equal(tier, Entitled(Given.Settings with { Plans = plans }, subscription).Tier?.Id);
    }

    [Fact]
    public void B2_The_best_item_wins_and_among_equals_the_one_that_lasts_longest()
    {
        SubscriptionItem Item(string price, int days) => new() { PriceId = price, CurrentPeriodEnd = Given.Now.AddDays(days) };

        foreach (var items in new[] { new[] { Item("price_silver", 90), Item("price_gold", 10), Item("price_gold", 20) }, [Item("price_gold", 20), Item("price_gold", 10), Item("price_silver", 90)] })
        {
            var entitlement = Given.Entitled(Given.Now, Given.Subscription("active") with { Items = [.. items] });
            Assert.Equal(("gold", Given.Now.AddDays(20)), (entitlement.Tier?.Id, entitlement.ValidUntil));
        }

        var endless = Given.Subscription("active") with { Items = [Item("price_gold", 20), new SubscriptionItem { PriceId = "price_gold" }] };
        Assert.Null(Given.Entitled(Given.Now, endless).ValidUntil);
    }

    [Fact]
    public void B2_What_maps_to_nothing_earns_the_tier_for_that_unless_another_item_maps_or_there_is_none_of_it()
    {
        var settings = Given.Settings with { UnmappedPlanTier = "gold" };
        var unmapped = Given.Subscription("active", "price_other");
        var mapped = unmapped with { Items = [unmapped.Items[0], unmapped.Items[0] with { PriceId = "price_silver" }] };
        var none = unmapped with { Items = [unmapped.Items[0] with { Quantity = 0 }] };

        Assert.Equal("gold", Entitled(settings, unmapped).Tier?.Id);
        Assert.Equal("silver", Entitled(settings, mapped).Tier?.Id);
        Assert.Equal(EntitlementStatus.None, Entitled(settings, none).Status);
    }

    [Fact]
    public void B1_The_best_of_several_subscriptions_wins_and_one_in_grace_is_worth_as_much_as_a_paid_one()
    {
        var gold = Given.Subscription("past_due", id: "sub_gold");
        var silver = Given.Subscription("active", "price_silver", id: "sub_silver");

        Assert.Equal(("gold", EntitlementStatus.Grace), Of(Given.Entitled(Given.Now, gold, silver)));
        Assert.Equal(("silver", EntitlementStatus.Active), Of(Given.Entitled(Given.Now.AddDays(22), gold, silver)));
        Assert.Equal(("silver", EntitlementStatus.Active), Of(Given.Entitled(Given.Now, Given.Subscription("canceled", id: "sub_gold"), silver)));
        Assert.Equal(("gold", EntitlementStatus.Active), Of(Given.Entitled(Given.Now, gold with { Id = "sub_1" }, Given.Subscription("active", id: "sub_2"))));
        Assert.Equal(("gold", EntitlementStatus.Suspended), Of(Given.Entitled(Given.Now, Given.Subscription("unpaid", id: "sub_gold"), Given.Subscription("canceled", "price_silver", id: "sub_silver"))));
        Assert.Equal(("silver", EntitlementStatus.Suspended), Of(Given.Entitled(Given.Now, Given.Subscription("canceled", id: "sub_gold"), Given.Subscription("unpaid", "price_silver", id: "sub_silver"))));

        static (string?, EntitlementStatus) Of(Entitlement entitlement) => (entitlement.Tier?.Id, entitlement.Status);
    }

    [Fact]
    public void B1_Of_two_claims_to_one_tier_the_paid_one_counts_although_grace_lasts_longer()
    {
        var paid = Given.Subscription("active", id: "sub_2") with { CancelAt = Given.Now.AddDays(5) };

        foreach (var facts in new Fact[][] { [Given.Subscription("past_due"), paid], [paid with { Id = "sub_0" }, Given.Subscription("past_due")] })
            Assert.Equal((EntitlementStatus.Active, Given.Now.AddDays(5)), (Given.Entitled(Given.Now, facts).Status, Given.Entitled(Given.Now, facts).ValidUntil));
    }

    [Fact]
    public void B6_A_pass_lapses_with_the_last_claim_that_honours_it_and_shows_the_best_one_until_that_ends()
    {
        var gold = Given.Subscription("active") with { CancelAtPeriodEnd = true };
        var silver = Given.Subscription("active", "price_silver", id: "sub_2");
        silver = silver with { Items = [silver.Items[0] with { CurrentPeriodEnd = Given.PeriodEnd.AddDays(60) }] };
        var settings = Given.Settings with { Tiers = [Given.Settings.Tiers[0], Given.Settings.Tiers[1] with { MinimumSpend = Given.Settings.Tiers[0].MinimumSpend.Clear().Add("usd", 100) }] };

        Assert.Equal(("gold", Given.PeriodEnd, Given.PeriodEnd, Given.PeriodEnd.AddDays(63)), Of(Entitled(settings, gold, silver)));
        Assert.Equal(("gold", Given.PeriodEnd, Given.PeriodEnd, null), Of(Entitled(settings, gold, Given.Charge(100))));
        Assert.Equal(("gold", Given.PeriodEnd, Given.PeriodEnd, Given.PeriodEnd), Of(Entitled(settings, gold, Given.Subscription("canceled", "price_silver", id: "sub_2"))));
        Assert.Equal(("silver", null, null, null), Of(EntitlementRules.Of(Given.Customer(gold, Given.Charge(100)).State, settings, Given.PeriodEnd)));

        static (string?, DateTimeOffset?, DateTimeOffset?, DateTimeOffset?) Of(Entitlement entitlement) =>
            (entitlement.Tier?.Id, entitlement.ValidUntil, entitlement.ChangesAt, entitlement.ExpiresAt);
    }

    [Fact]
    public void B9_A_pass_does_not_lapse_with_its_pin_while_something_was_earned_beside_it()
    {
        var pinned = Given.Entitled(Given.Now, Given.Subscription("active"), Given.CustomerWith(("passkit_pin_tier", "silver"), ("passkit_pin_until", "2026-12-01")));

        var end = new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(("silver", end, end, Given.PeriodEnd.AddDays(3)), (pinned.Tier?.Id, pinned.ValidUntil, pinned.ChangesAt, pinned.ExpiresAt));
    }

    [Fact]
    public void B1_Of_two_claims_to_one_tier_the_one_that_lasts_longer_counts()
    {
        var longer = Given.Subscription("active", id: "sub_2");
        longer = longer with { Items = [longer.Items[0] with { CurrentPeriodEnd = Given.PeriodEnd.AddDays(300) }] };

        Assert.Equal(Given.PeriodEnd.AddDays(300), Given.Entitled(Given.Now, Given.Subscription("active"), longer).ValidUntil);
        Assert.Null(Given.Entitled(Given.Now, longer, Given.Charge(50_000)).ValidUntil);
    }

    [Fact]
    public void B6_Of_several_that_ended_the_last_one_is_when_it_was_over()
    {
        var first = Given.Subscription("canceled", id: "sub_gold") with { EndedAt = Given.Now.AddDays(-9) };
        var last = Given.Subscription("canceled", "price_silver", id: "sub_silver") with { EndedAt = Given.Now.AddDays(-2) };

        Assert.Equal(Given.Now.AddDays(-2), Given.Entitled(Given.Now, first, last).ExpiresAt);
    }

    [Fact]
    public void B1_Spend_earns_the_best_tier_that_any_one_currency_reaches_and_only_with_money()
    {
        var settings = Given.Settings with { Tiers = [Given.Settings.Tiers[0], Given.Settings.Tiers[1] with { MinimumSpend = Given.Settings.Tiers[0].MinimumSpend.Clear().Add("usd", 0) }] };

        Assert.Equal("gold", Entitled(settings, Given.Charge(50_000)).Tier?.Id);
        Assert.Equal("gold", Entitled(settings, Given.Charge(40_000, currency: "eur")).Tier?.Id);
        Assert.Equal("silver", Entitled(settings, Given.Charge(1)).Tier?.Id);
        Assert.Equal(EntitlementStatus.None, Entitled(settings, Given.Charge(100), Given.Charge(100, refunded: 100, asOf: Given.At(1, "evt_2"))).Status);
        Assert.Equal(EntitlementStatus.None, Entitled(settings, Given.Charge(50_000, currency: "jpy")).Status);
    }

    [Fact]
    public void M6_Spend_of_all_time_counts() =>
        Assert.Equal("gold", Given.Entitled(Given.Now, Given.Charge(25_000) with { Created = Given.Now.AddYears(-8) }, Given.Charge(25_000, id: "ch_2")).Tier?.Id);

    [Fact]
    public void What_was_earned_once_and_is_claimed_no_more_is_over_since_it_lapsed_or_from_now_on()
    {
        var state = Given.Customer(Given.Charge(50_000, refunded: 50_000)).State;
        Passes.PassContent Told(DateTimeOffset expiry) =>
            new() { Tier = "gold", Person = Passes.Person.Unknown, Expiry = expiry, Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty };

        var valid = EntitlementRules.Of(state with { Pass = new() { MemberId = "member", Told = Told(Passes.PassContent.NoEnd) } }, Given.Settings, Given.Now);
        Assert.Equal((EntitlementStatus.Ended, "gold", Given.Now), (valid.Status, valid.Tier?.Id, valid.ExpiresAt));

        var lapsed = EntitlementRules.Of(state with { Pass = new() { MemberId = "member", Told = Told(Given.Now.AddDays(-5)) } }, Given.Settings, Given.Now);
        Assert.Equal((EntitlementStatus.Ended, Given.Now.AddDays(-5)), (lapsed.Status, lapsed.ExpiresAt));

        // What PassKit refused must stay what is wanted, or each turn would try it again.
        var refused = EntitlementRules.Of(
            state with { Pass = new() { MemberId = "member", Told = Told(Passes.PassContent.NoEnd), Refused = Told(Given.Now.AddDays(-5)) } }, Given.Settings, Given.Now);
        Assert.Equal((EntitlementStatus.Ended, Given.Now.AddDays(-5)), (refused.Status, refused.ExpiresAt));
    }

    private static Entitlement Entitled(MembershipSettings settings, params Fact[] facts) => EntitlementRules.Of(Given.Customer(facts).State, settings, Given.Now);

    private static InvoiceFact Failure(string id, int day, int asOf) => new()
    {
        Id = id,
        AsOf = Given.At(asOf, $"evt_{asOf}"),
        SubscriptionId = "sub_1",
        Created = Given.Now.AddDays(id == "in_1" ? 0 : 8),
        Open = true,
        FailedAt = Given.Now.AddDays(day),
    };

    [Fact]
    public void Spend_that_leaves_the_window_before_the_subscription_ends_is_what_the_pass_shows_as_its_end_where_both_are_asked_for_B1_M6()
    {
        var settings = Given.Settings with { Source = TierSource.SpendWhileSubscribed, SpendWindow = SpendWindow.RollingMonths, SpendMonths = 1 };
        var state = Given.Customer(Given.Charge(60_000), Given.Subscription("active")).State;

        var entitlement = EntitlementRules.Of(state, settings, Given.Now);

        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), entitlement.ExpiresAt);
        Assert.Equal(entitlement.ExpiresAt, entitlement.ValidUntil);
    }
}
