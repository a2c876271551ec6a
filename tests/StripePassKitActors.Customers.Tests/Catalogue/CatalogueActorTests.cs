using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Catalogue;

public sealed class CatalogueActorTests
{
    private readonly SteppingClock clock = new(PassKitWorld.Start);
    private readonly ListedStripe stripe;

    public CatalogueActorTests() => stripe = new ListedStripe(clock) { Holders = { ["price_1"] = [1, 2, 3] } };

    [Fact]
    public async Task B2_Everybody_who_holds_a_price_that_changed_is_told_once_a_page_at_a_time()
    {
        stripe.PriceMetadata = """{"passkit_tier":"gold"}""";
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");
        Assert.Equal(clock.GetUtcNow() + CatalogueActor.Settle, world.Reminders.Due);

        await world.StepAsync();
        Assert.Equal(["cus_1", "cus_2"], Told(world));
        Assert.Equal(clock.GetUtcNow() + CatalogueActor.Pause, world.Reminders.Due);
        var readAt = clock.GetUtcNow();

        await world.StepAsync();
        Assert.Equal(["cus_1", "cus_2", "cus_3"], Told(world));
        Assert.Null(world.Reminders.Due);

        var first = world.Told.Single(told => told.Customer == "cus_1").Event;
        Assert.Equal(("evt_1-1-sub_1", "price.updated"), (first.Id, first.Type));
        var fact = Assert.IsType<SubscriptionFact>(Assert.Single(first.Facts));
        Assert.Equal(("sub_1", readAt, true, "gold"), (fact.Id, fact.AsOf.At, fact.AsOf.Read, fact.Items[0].MetadataTier));
        Assert.Equal(3, world.Counted.GetMeasurementSnapshot().Sum(measured => measured.Value));
    }

    [Fact]
    public async Task B2_A_change_of_a_product_reaches_those_who_hold_any_of_its_prices_with_the_tier_it_names()
    {
        stripe.Holders["price_2"] = [4];
        stripe.ProductMetadata = """{"passkit_tier":" gold "}""";
        using var world = Of("product-prod_1");
        await world.ChangedAsync("evt_1", "product", "prod_1");

        await world.WalkAsync();

        Assert.Equal(["cus_1", "cus_2", "cus_3", "cus_4"], Told(world));
        Assert.All(world.Told, told => Assert.Equal("gold", Item(told.Event).ProductTier));
    }

    [Fact]
    public async Task B2_A_tier_that_a_product_no_longer_names_is_told_as_none_and_not_as_unknown()
    {
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");

        await world.StepAsync();

        Assert.All(world.Told, told => Assert.Equal("", Item(told.Event).ProductTier));
        Assert.NotEmpty(world.Told);
    }

    [Fact]
    public async Task B2_A_subscription_of_which_the_list_shows_a_part_is_read_whole_and_of_other_products_nothing_is_claimed()
    {
        stripe.Long.Add(2);
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");

        await world.StepAsync();

        var items = Assert.IsType<SubscriptionFact>(world.Told.Single(told => told.Customer == "cus_2").Event.Facts[0]).Items;
        Assert.Equal([("price_1", ""), ("price_other", null)], items.Select(item => (item.PriceId!, item.ProductTier)));
    }

    [Fact]
    public async Task A_change_is_saved_before_it_is_taken_and_its_reminder_before_that()
    {
        using var world = Of("price-price_1");
        world.State.FailingCommits = 1;

        Assert.NotNull((await world.ChangedAsync("evt_1")).Failure);
        Assert.Null((await world.ChangedAsync("evt_1")).Failure);

        Assert.Equal(["registered", "registered", "CatalogueActor saved"], world.Journal);
    }

    [Fact]
    public async Task A_reminder_without_a_walk_ends_itself()
    {
        using var world = Of("price-price_1");
        world.State.FailingCommits = 1;
        await world.ChangedAsync("evt_1");

        await world.StepAsync();

        Assert.Null(world.Reminders.Due);
        Assert.Empty(stripe.Asked);
    }

    [Fact]
    public async Task The_same_event_again_begins_nothing_anew_neither_on_the_way_nor_afterwards()
    {
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");
        await world.StepAsync();

        await world.ChangedAsync("evt_1");
        await world.WalkAsync();
        await world.ChangedAsync("evt_1");

        Assert.Null(world.Reminders.Due);
        Assert.Equal(["cus_1", "cus_2", "cus_3"], Told(world));
    }

    [Fact]
    public async Task B2_Another_change_on_the_way_begins_from_the_beginning_and_tells_by_other_events()
    {
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");
        await world.StepAsync();

        await world.ChangedAsync("evt_2");
        await world.WalkAsync();
        await world.ChangedAsync("evt_1"); // resent, after all: it is told as a walk of its own
        await world.WalkAsync();

        Assert.Equal(
            ["evt_1-1-sub_1", "evt_1-1-sub_2", "evt_1-3-sub_1", "evt_1-3-sub_2", "evt_1-3-sub_3", "evt_2-2-sub_1", "evt_2-2-sub_2", "evt_2-2-sub_3"],
            world.Told.Select(told => told.Event.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reminder_that_fires_early_or_twice_walks_no_faster()
    {
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");
        await world.FireAsync();
        Assert.Empty(stripe.Asked);

        await world.StepAsync();
        var due = world.Reminders.Due;
        await world.FireAsync();

        Assert.Equal(due, world.Reminders.Due);
        Assert.Equal(["cus_1", "cus_2"], Told(world));
    }

    [Fact]
    public async Task A_step_that_could_not_be_saved_is_done_again_by_the_same_events()
    {
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");
        world.State.FailingCommits = 1;

        await world.StepAsync();
        Assert.NotNull(world.Reminders.Due);
        await world.WalkAsync();

        Assert.Equal(["cus_1", "cus_1", "cus_2", "cus_2", "cus_3"], Told(world));
        Assert.Equal(3, world.Told.Select(told => told.Event.Id).Distinct().Count());
    }

    [Fact]
    public async Task While_Stripe_does_not_answer_the_walk_waits_ever_longer_and_at_least_as_long_as_Stripe_asks()
    {
        stripe.Faults.Enqueue(new StripeUnavailableException("status 500"));
        stripe.Faults.Enqueue(new StripeUnavailableException("status 429", TimeSpan.FromMinutes(2)));
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");

        await world.StepAsync();
        Assert.InRange(world.Reminders.Due!.Value - clock.GetUtcNow(), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2.5));
        await world.StepAsync();
        Assert.InRange(world.Reminders.Due!.Value - clock.GetUtcNow(), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
        await world.WalkAsync();

        Assert.Equal(["cus_1", "cus_2", "cus_3"], Told(world));
    }

    [Fact]
    public async Task P7_While_Stripe_refuses_the_set_up_the_walk_is_tried_slowly_and_says_so()
    {
        stripe.Faults.Enqueue(new StripeRefusedException("subscriptions answers 403"));
        using var world = Of("price-price_1");
        await world.ChangedAsync("evt_1");

        await world.StepAsync();

        Assert.InRange(world.Reminders.Due!.Value - clock.GetUtcNow(), TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(19));
        Assert.Contains("subscriptions answers 403", world.Logs.LatestRecord.Message, StringComparison.Ordinal);
        await world.WalkAsync();
        Assert.Equal(["cus_1", "cus_2", "cus_3"], Told(world));
    }

    [Fact]
    public async Task A_customer_who_cannot_be_told_once_is_not_left_behind_because_Stripe_did_not_answer_before()
    {
        for (var unanswered = 0; unanswered < CatalogueActor.MostAttempts; unanswered++) stripe.Faults.Enqueue(new StripeUnavailableException("status 500"));
        var away = true;
        using var world = Of("price-price_1", customer => customer == "cus_2" && away && !(away = false));
        await world.ChangedAsync("evt_1");

        await world.WalkAsync();

        Assert.Equal(["cus_1", "cus_1", "cus_2", "cus_3"], Told(world));
    }

    [Fact]
    public async Task A_customer_who_cannot_be_told_holds_its_page_until_it_can()
    {
        var away = true;
        using var world = Of("price-price_1", customer => away && customer == "cus_2");
        await world.ChangedAsync("evt_1");

        await world.StepAsync();
        Assert.Equal(["cus_1"], Told(world));
        away = false;
        await world.WalkAsync();

        Assert.Equal(["cus_1", "cus_1", "cus_2", "cus_3"], Told(world));
    }

    [Fact]
    public async Task A_customer_who_can_never_be_told_is_named_and_keeps_the_others_from_nothing()
    {
        using var world = Of("price-price_1", customer => customer == "cus_2");
        await world.ChangedAsync("evt_1");

        await world.WalkAsync();

        Assert.Equal(CatalogueActor.MostAttempts, Told(world).Count(customer => customer == "cus_1"));
        Assert.Contains("cus_3", Told(world));
        Assert.Contains(world.Logs.GetSnapshot(), line => line.Id.Id == 2803 && line.Message.StartsWith("cus_2 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B2_A_customer_who_refuses_what_is_told_is_named_and_the_walk_goes_on()
    {
        using var world = new CatalogueWorld("price-price_1", stripe, clock, (customer, events) => Task.FromResult(new TurnAnswer(
            [.. events.Select(told => customer == "cus_1" ? new EventAnswer(told.Id, null, "It contradicts itself.") : new EventAnswer(told.Id, Core.Customers.Outcome.Applied, null))], null)));
        await world.ChangedAsync("evt_1");

        await world.WalkAsync();

        Assert.Equal(["cus_1", "cus_2", "cus_3"], Told(world));
        Assert.Contains(world.Logs.GetSnapshot(), line => line.Id.Id == 2804 && line.Message.StartsWith("cus_1 ", StringComparison.Ordinal));
        Assert.Equal(2, world.Counted.GetMeasurementSnapshot().Sum(measured => measured.Value));
    }

    [Fact]
    public async Task A_walk_whose_key_was_taken_away_ends()
    {
        using var world = new CatalogueWorld("price-price_1", null, clock);
        await world.ChangedAsync("evt_1");

        await world.StepAsync();

        Assert.Null(world.Reminders.Due);
        Assert.Empty(world.Told);
    }

    private CatalogueWorld Of(string id, Predicate<string>? fails = null) => new(id, stripe, clock, fails is null ? null : (customer, events) => Task.FromResult(fails(customer)
        ? new TurnAnswer([], "The turn failed.")
        : new TurnAnswer([.. events.Select(told => new EventAnswer(told.Id, Core.Customers.Outcome.Applied, null))], null)));

    private static IReadOnlyList<string> Told(CatalogueWorld world) => [.. world.Told.Select(told => told.Customer).Order(StringComparer.Ordinal)];

    private static SubscriptionItem Item(Core.Customers.CustomerEvent told) => Assert.IsType<SubscriptionFact>(told.Facts[0]).Items[0];
}
