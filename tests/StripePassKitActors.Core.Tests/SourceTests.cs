using System.Collections.Immutable;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Tests;

/// <summary>What a tier is earned by, and which tier a price names.</summary>
public sealed class SourceTests
{
    private static readonly Fact Gold = Given.Subscription("active");

    private static readonly Fact Silver = Given.Subscription("active", "price_silver");

    private static readonly Fact Spent = Given.Charge(50_000);

    [Fact]
    public void B1_The_best_of_all_sources_counts_by_default() => Assert.Equal(TierSource.Highest, Given.Settings.Source);

    [Fact]
    public void B1_With_Subscription_plans_and_purchases_earn_and_spend_does_not()
    {
        var settings = Given.Settings with { Source = TierSource.Subscription };

        Assert.Equal("silver", Given.Entitled(settings, Silver, Spent).Tier?.Id);
        Assert.Equal("gold", Given.Entitled(settings, Silver, Given.Purchase()).Tier?.Id);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, Spent).Status);
    }

    [Fact]
    public void B1_With_Spend_neither_plans_nor_purchases_earn()
    {
        var settings = Given.Settings with { Source = TierSource.Spend };

        Assert.Equal("gold", Given.Entitled(settings, Silver, Spent).Tier?.Id);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, Gold, Given.Purchase(), Given.Charge(49_999)).Status);
    }

    [Fact]
    public void B1_With_SpendWhileSubscribed_spend_says_which_tier_and_a_subscription_whether()
    {
        var settings = Given.Settings with { Source = TierSource.SpendWhileSubscribed };

        Assert.Equal("gold", Given.Entitled(settings, Spent, Given.Subscription("active", "price_other")).Tier?.Id);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, Spent, Given.Purchase()).Status);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, Gold, Given.Charge(49_999)).Status);
        Assert.Contains("no spend reaches a tier", Given.Entitled(settings, Gold).Reason, StringComparison.Ordinal);
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(settings, Spent, Given.Subscription("canceled")).Status);
        Assert.Equal(EntitlementStatus.Suspended, Given.Entitled(settings, Spent, Given.Subscription("unpaid")).Status);
        Assert.Equal(EntitlementStatus.Grace, Given.Entitled(settings, Spent, Given.Subscription("past_due")).Status);
    }

    [Fact]
    public void B1_With_SpendWhileSubscribed_the_pass_ends_with_whichever_ends_first()
    {
        var settings = Given.Settings with { Source = TierSource.SpendWhileSubscribed, SpendWindow = SpendWindow.RollingMonths, SpendMonths = 1 };
        var window = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

        var earned = Given.Entitled(settings, Spent, Gold);
        Assert.Equal((window, window, window), (earned.ValidUntil, earned.ExpiresAt, earned.ChangesAt));
        Assert.Equal(Given.PeriodEnd, Given.Entitled(settings with { SpendMonths = 9 }, Spent, Gold).ValidUntil);
    }

    [Fact]
    public void B1_With_SpendWhileSubscribed_nothing_of_a_subscription_is_no_subscription()
    {
        var none = Given.Subscription("active");

        Assert.Equal(
            EntitlementStatus.None,
            Given.Entitled(Given.Settings with { Source = TierSource.SpendWhileSubscribed }, Spent, none with { Items = [none.Items[0] with { Quantity = 0 }] }).Status);
    }

    [Theory]
    [InlineData("gold", "silver", "gold")]
    [InlineData(null, "gold", "gold")]
    [InlineData("no such tier", "gold", "gold")]
    [InlineData(null, "no such tier", "silver")] // then the settings
    [InlineData(null, "", "silver")]
    [InlineData(null, null, "silver")]
    public void B2_The_prices_metadata_comes_before_its_products_and_both_before_the_settings(string? price, string? product, string tier)
    {
        var item = new SubscriptionItem { PriceId = "price_silver", ProductId = "prod_1", MetadataTier = price, ProductTier = product, CurrentPeriodEnd = Given.PeriodEnd };

        Assert.Equal(tier, Given.Entitled(Given.Now, Given.Subscription("active") with { Items = [item] }).Tier?.Id);
        Assert.Equal(tier, Given.Entitled(Given.Now, Given.Purchase() with { Items = [new PurchasedItem { PriceId = "price_silver", MetadataTier = price, ProductTier = product }] }).Tier?.Id);
    }

    [Fact]
    public void B2_What_was_read_of_a_product_stays_known_to_events_that_cannot_tell_it()
    {
        var read = Subscribed("active", "prod_1", "gold", AsOf.OfRead(Given.Now));
        var told = Subscribed("active", "prod_1", null, Given.At(60, "evt_a"));

        Assert.Equal("gold", Given.Entitled(Given.Now, read, told).Tier?.Id);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, read, told with { Items = [told.Items[0] with { ProductId = "prod_2" }] }).Status);
        Assert.Equal("silver", Given.Entitled(Given.Now, read, told, Subscribed("active", "prod_1", "silver", AsOf.OfRead(Given.Now.AddSeconds(90)))).Tier?.Id);
    }

    [Fact]
    public void B2_What_a_product_says_when_it_is_read_is_known_although_an_event_of_the_subscription_is_newer()
    {
        var read = Subscribed("active", "prod_1", "gold", AsOf.OfRead(Given.Now));
        var told = Subscribed("active", "prod_1", null, Given.At(60, "evt_a"));
        var changed = Subscribed("past_due", "prod_1", "silver", AsOf.OfRead(Given.Now.AddSeconds(59)));

        var known = Assert.Single(Given.Customer(read, told, changed).State.Subscriptions);

        Assert.Equal(("active", told.AsOf, "silver"), (known.Status, known.AsOf, known.Items[0].ProductTier));
        Assert.Equal("gold", Assert.Single(Given.Customer(read, told, told with { AsOf = Given.At(59, "evt_b") }).State.Subscriptions).Items[0].ProductTier);
    }

    [Fact]
    public void B2_Another_price_of_a_product_that_is_known_is_worth_reading_all_the_same()
    {
        var read = Subscribed("active", "prod_1", "gold", AsOf.OfRead(Given.Now));
        var swapped = Subscribed("active", "prod_1", null, Given.At(60, "evt_a"));
        swapped = swapped with { Items = [swapped.Items[0] with { PriceId = "price_other" }] };

        Assert.True(Assert.Single(Given.Customer(read, swapped).State.Subscriptions).IsIncomplete);
    }

    [Fact]
    public void B2_A_subscription_whose_products_are_not_known_is_worth_reading()
    {
        Assert.True(Subscribed("active", "prod_1", null, Given.At(0)).IsIncomplete);
        Assert.False(Subscribed("active", "prod_1", "", Given.At(0)).IsIncomplete);
        Assert.False(Subscribed("canceled", "prod_1", null, Given.At(0)).IsIncomplete);
    }

    [Theory]
    [InlineData("active", true)]
    [InlineData("trialing", true)]
    [InlineData("past_due", true)]
    [InlineData("incomplete", false)]
    [InlineData("canceled", false)]
    public void B2_A_price_that_maps_to_nothing_is_noticed_while_somebody_pays_for_it(string status, bool unmapped) =>
        Assert.Equal(unmapped, PlanTiers.IsUnmapped(Given.Subscription(status, "price_other"), Given.Settings));

    [Fact]
    public void B2_A_subscription_with_a_mapped_item_is_not_unmapped()
    {
        var both = Given.Subscription("active", "price_other");

        Assert.False(PlanTiers.IsUnmapped(both with { Items = [both.Items[0], both.Items[0] with { PriceId = "price_silver" }] }, Given.Settings));
    }

    [Fact]
    public void B5_Past_due_earns_no_better_tier_than_was_paid_last_whatever_comes_first()
    {
        Fact[] facts = [Given.Subscription("active", "price_silver", asOf: Given.At(0, "evt_a")), Given.Subscription("past_due", "price_gold", asOf: Given.At(10, "evt_b"))];

        foreach (var order in new[] { facts, [.. facts.Reverse()] })
            Assert.Equal(("silver", EntitlementStatus.Grace), (Given.Entitled(Given.Now, order).Tier?.Id, Given.Entitled(Given.Now, order).Status));
        Assert.Equal("gold", Given.Entitled(Given.Now, [.. facts, Given.Subscription("active", asOf: Given.At(20, "evt_c"))]).Tier?.Id);
        Assert.Equal("gold", Given.Entitled(Given.Now, [.. facts, Given.Subscription("active", asOf: Given.At(20, "evt_c")), Given.Subscription("past_due", asOf: Given.At(30, "evt_d"))]).Tier?.Id);
    }

    [Theory]
    [InlineData(TierSource.Subscription)]
    [InlineData(TierSource.SpendWhileSubscribed)]
    public void B5_A_trial_that_earned_nothing_earns_no_grace_whatever_comes_first(TierSource source)
    {
        var settings = Given.Settings with { HonourTrials = false, Source = source };
        var (trial, owed, paid) = (Given.Subscription("trialing", asOf: Given.At(0, "evt_a")), Given.Subscription("past_due", asOf: Given.At(20, "evt_c")), Given.Subscription("active", asOf: Given.At(10, "evt_b")));

        foreach (var order in new Fact[][] { [Spent, trial, owed], [Spent, owed, trial] }) Assert.Equal(EntitlementStatus.None, Given.Entitled(settings, order).Status);
        foreach (var order in new Fact[][] { [Spent, trial, paid, owed], [Spent, owed, trial, paid], [Spent, owed, paid, trial] })
            Assert.Equal((EntitlementStatus.Grace, "gold"), (Given.Entitled(settings, order).Status, Given.Entitled(settings, order).Tier?.Id));
        Assert.Equal(EntitlementStatus.Grace, Given.Entitled(settings with { HonourTrials = true }, Spent, trial, owed).Status);
    }

    [Fact]
    public void B5_Past_due_with_spend_that_decides_needs_something_that_was_paid_last()
    {
        var none = Given.Subscription("active", asOf: Given.At(0, "evt_a"));
        none = none with { Items = [none.Items[0] with { Quantity = 0 }] };

        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Settings with { Source = TierSource.SpendWhileSubscribed }, Spent, none, Given.Subscription("past_due", asOf: Given.At(10, "evt_b"))).Status);
    }

    [Fact]
    public void B5_Past_due_falls_with_a_downgrade() => Assert.Equal(
        "silver",
        Given.Entitled(Given.Now, Given.Subscription("active", asOf: Given.At(0, "evt_a")), Given.Subscription("past_due", "price_silver", asOf: Given.At(10, "evt_b"))).Tier?.Id);

    [Fact]
    public void B5_A_trial_counts_as_paid() => Assert.Equal(
        "silver",
        Given.Entitled(Given.Now, Given.Subscription("trialing", "price_silver", asOf: Given.At(0, "evt_a")), Given.Subscription("past_due", asOf: Given.At(10, "evt_b"))).Tier?.Id);

    [Fact]
    public void B5_Past_due_that_was_never_seen_paid_earns_what_it_is_for() =>
        Assert.Equal("gold", Given.Entitled(Given.Now, Given.Subscription("past_due")).Tier?.Id);

    [Fact]
    public void B5_What_was_paid_earns_by_its_product_although_only_a_reading_of_past_due_knew_it()
    {
        var paid = Subscribed("active", "prod_1", null, Given.At(0, "evt_a"));
        var read = Subscribed("past_due", "prod_1", "gold", AsOf.OfRead(Given.Now.AddSeconds(60)));

        foreach (var order in new Fact[][] { [paid, read], [read, paid] }) Assert.Equal("gold", Given.Entitled(Given.Now, order).Tier?.Id);
    }

    [Theory]
    [InlineData("former", null, "gold", null)] // the tier was renamed, on its price
    [InlineData(null, "former", null, "gold")] // and on its product
    [InlineData(null, null, "gold", "")] // the price was forgotten until then
    public void B5_What_was_paid_earns_what_its_price_names_by_now(string? priceThen, string? productThen, string? priceNow, string? productNow)
    {
        var paid = Subscribed("active", "prod_1", productThen, Given.At(0, "evt_a"));
        paid = paid with { Items = [paid.Items[0] with { MetadataTier = priceThen }] };
        var owed = Subscribed("past_due", "prod_1", productNow, Given.At(60, "evt_b"));
        owed = owed with { Items = [owed.Items[0] with { MetadataTier = priceNow }] };

        foreach (var order in new Fact[][] { [paid, owed], [owed, paid] })
            Assert.Equal((EntitlementStatus.Grace, "gold"), (Given.Entitled(Given.Now, order).Status, Given.Entitled(Given.Now, order).Tier?.Id));
    }

    [Fact]
    public void B5_Of_what_was_paid_the_last_counts_whatever_comes_first()
    {
        Fact[] facts =
        [
            Given.Subscription("active", "price_silver", asOf: Given.At(10, "evt_z")), Given.Subscription("active", asOf: Given.At(20, "evt_a")), Given.Subscription("past_due", asOf: Given.At(30, "evt_b")),
        ];

        foreach (var order in new Fact[][] { [facts[0], facts[1], facts[2]], [facts[1], facts[2], facts[0]], [facts[2], facts[1], facts[0]], [facts[2], facts[0], facts[1]] })
            Assert.Equal("gold", Given.Entitled(Given.Now, order).Tier?.Id);
    }

    [Fact]
    public void F4_B5_Of_two_snapshots_that_were_paid_the_later_is_told_as_facts_are()
    {
        static PaidItems Paid(AsOf asOf, long progress = 5) => new(asOf, progress, []);
        (PaidItems Earlier, PaidItems Later)[] pairs =
        [
            (Paid(Given.At(0, "evt_z"), 6), Paid(Given.At(1, "evt_a"))),
            (Paid(AsOf.OfRead(Given.Now), 6), Paid(Given.At(1, "evt_a"))),
            (Paid(Given.At(0, "zzz"), 6), Paid(AsOf.OfRead(Given.Now))),
            (Paid(Given.At(0, "evt_z")), Paid(Given.At(0, "evt_a"), 6)),
            (Paid(Given.At(0, "evt_a")), Paid(Given.At(0, "evt_b"))),
        ];

        foreach (var (earlier, later) in pairs) Assert.Equal((true, false), (later.IsLaterThan(earlier), earlier.IsLaterThan(later)));
        Assert.True(pairs[0].Earlier.IsLaterThan(null));
        Assert.False(pairs[0].Earlier.IsLaterThan(pairs[0].Earlier));
    }

    [Fact]
    public void B5_What_was_paid_is_the_same_where_it_says_the_same_and_differs_by_each_part_of_it()
    {
        var (items, asOf) = (((SubscriptionFact)Gold).Items, Given.At(0));
        var paid = new PaidItems(asOf, 6, items);

        Assert.Equal(paid, new PaidItems(Given.At(0), 6, [.. items]));
        Assert.Equal(paid.GetHashCode(), new PaidItems(Given.At(0), 6, [.. items]).GetHashCode());
        Assert.All([paid with { AsOf = Given.At(1) }, paid with { Progress = 5 }, paid with { Items = [] }], (PaidItems other) => Assert.NotEqual(paid, other));
        Assert.False(paid.Equals(null));
    }

    [Fact]
    public void B2_Each_product_that_was_read_stays_known_beside_one_that_is_told()
    {
        var read = Subscribed("active", "prod_1", "gold", AsOf.OfRead(Given.Now));
        var told = Subscribed("active", "prod_1", null, Given.At(60, "evt_a"));
        told = told with { Items = [told.Items[0], told.Items[0] with { PriceId = "price_2", ProductId = "prod_2", ProductTier = "" }] };

        Assert.Equal(["gold", ""], Assert.Single(Given.Customer(read, told).State.Subscriptions).Items.Select(item => item.ProductTier));
    }

    [Fact]
    public void B2_Two_products_of_one_subscription_that_changed_are_both_known_although_both_were_read_in_one_second()
    {
        // As those are told who hold a product: each time of that product alone.
        var first = Subscribed("active", "prod_1", "silver", AsOf.OfRead(Given.Now));
        var second = first with { Items = [first.Items[0] with { ProductTier = null }, first.Items[0] with { PriceId = "price_2", ProductId = "prod_2", ProductTier = "gold" }] };
        first = first with { Items = [first.Items[0], second.Items[1] with { ProductTier = null }] };

        foreach (var order in new Fact[][] { [first, second], [second, first] })
            Assert.Equal(["silver", "gold"], Assert.Single(Given.Customer(order).State.Subscriptions).Items.Select(item => item.ProductTier));
    }

    [Fact]
    public void B2_One_item_whose_product_is_not_known_makes_a_subscription_worth_reading_unless_there_is_none_of_it()
    {
        var known = Subscribed("active", "prod_1", "", Given.At(0));
        var other = known.Items[0] with { ProductTier = null };

        Assert.True((known with { Items = [known.Items[0], other] }).IsIncomplete);
        Assert.False((known with { Items = [known.Items[0], other with { Quantity = 0 }] }).IsIncomplete);
    }

    [Fact]
    public void B2_A_subscription_of_nothing_is_not_unmapped_and_one_of_something_beside_nothing_is()
    {
        var some = Given.Subscription("active", "price_other");
        var none = some.Items[0] with { Quantity = 0 };

        Assert.False(PlanTiers.IsUnmapped(some with { Items = [none] }, Given.Settings));
        Assert.False(PlanTiers.IsUnmapped(some with { Items = [] }, Given.Settings));
        Assert.True(PlanTiers.IsUnmapped(some with { Items = [none, some.Items[0]] }, Given.Settings));
    }

    [Fact]
    public void B6_An_item_that_is_paid_for_longer_keeps_the_pass_when_a_better_one_is_over()
    {
        var gold = Given.Subscription("active").Items[0];
        var silver = gold with { PriceId = "price_silver", CurrentPeriodEnd = Given.PeriodEnd.AddDays(335) };
        var none = gold with { CurrentPeriodEnd = Given.PeriodEnd.AddDays(700), Quantity = 0 };
        var unmapped = none with { PriceId = "price_other", Quantity = 1 };
        var yearly = Given.Subscription("active") with { Items = [gold, silver, none, unmapped] };

        var (now, later) = (Given.Entitled(Given.Now, yearly), Given.Entitled(Given.PeriodEnd.AddDays(3), yearly));

        Assert.Equal(("gold", Given.PeriodEnd, silver.CurrentPeriodEnd!.Value.AddDays(3)), (now.Tier?.Id, now.ValidUntil!.Value, now.ExpiresAt!.Value));
        Assert.Equal(Given.PeriodEnd.AddDays(3), now.ChangesAt);
        Assert.Equal((EntitlementStatus.Active, "silver", silver.CurrentPeriodEnd), (later.Status, later.Tier?.Id, later.ValidUntil));
    }

    [Fact]
    public void B1_With_SpendWhileSubscribed_the_item_that_lasts_longest_says_until_when()
    {
        var settings = Given.Settings with { Source = TierSource.SpendWhileSubscribed };
        var item = Given.Subscription("active").Items[0];
        SubscriptionFact Of(params SubscriptionItem[] items) => Given.Subscription("active") with { Items = [.. items] };

        var (shorter, longer, none) = (item, item with { CurrentPeriodEnd = Given.PeriodEnd.AddDays(30) }, item with { CurrentPeriodEnd = Given.PeriodEnd.AddDays(90), Quantity = 0 });
        Assert.Equal(Given.PeriodEnd.AddDays(30), Given.Entitled(settings, Spent, Of(shorter, longer, none)).ValidUntil);
        Assert.Equal(Given.PeriodEnd.AddDays(30), Given.Entitled(settings, Spent, Of(longer, shorter)).ValidUntil);
        Assert.Null(Given.Entitled(settings, Spent, Of(shorter, item with { CurrentPeriodEnd = null })).ValidUntil);
    }

    [Theory]
    [InlineData("unpaid")]
    [InlineData("paused")]
    public void B8_What_a_subscription_is_for_is_followed_at_once(string between)
    {
        Fact[] upgraded = [Silver, Given.Subscription(between, "price_silver", asOf: Given.At(10, "evt_b")), Given.Subscription("active", asOf: Given.At(20, "evt_c"))];

        Assert.Equal("gold", Given.Entitled(Given.Now, upgraded).Tier?.Id);
        Assert.Equal("silver", Given.Entitled(Given.Now, [.. upgraded, Given.Subscription("active", "price_silver", asOf: Given.At(30, "evt_d"))]).Tier?.Id);
    }

    private static SubscriptionFact Subscribed(string status, string product, string? productTier, AsOf asOf) => Given.Subscription(status) with
    {
        AsOf = asOf,
        Items = ImmutableArray.Create(new SubscriptionItem { PriceId = "price_of_" + product, ProductId = product, ProductTier = productTier, CurrentPeriodStart = Given.Now, CurrentPeriodEnd = Given.PeriodEnd }),
    };
}
