using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>When Stripe is asked, and what becomes of a pass while it does not answer (rules F2, F5).</summary>
public sealed class ReadingTests
{
    private const string Whole = "all of cus_1";

    private static readonly DateTimeOffset Start = PassKitWorld.Start;

    private readonly FakeStripe stripe = new();

    [Fact]
    public async Task F2_What_is_new_and_takes_nothing_away_is_used_as_it_is()
    {
        await using var world = await StartAsync();

        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()), Event("evt_3", Charge(500)));
        await world.DeliverAsync(Event("evt_4", Subscription(until: Facts.PeriodEnd.AddDays(30)), 11), Event("evt_5", Charge(100, "ch_2"), 11));

        Assert.Empty(stripe.Asked());
        Assert.Equal(Facts.PeriodEnd.AddDays(33), world.ValidPass!.ExpiryDate);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(0)]
    [InlineData(-10)]
    public async Task F2_An_event_about_as_old_as_what_is_known_is_settled_by_reading_the_object_once(int seconds)
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription(until: Facts.PeriodEnd.AddDays(1))));
        stripe.Put(Customer(), Subscription(until: Facts.PeriodEnd.AddDays(2)));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Subscription(until: Facts.PeriodEnd.AddDays(1.5)), seconds));

        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal(Facts.PeriodEnd.AddDays(5), world.ValidPass!.ExpiryDate);
        Assert.Null((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task F2_A_burst_of_events_reads_an_object_once_and_what_is_older_than_the_reading_not_again()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Subscription(), Charge(500));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync([.. Enumerable.Range(0, 8).Select(number => Event($"evt_{number}", Subscription(until: Facts.PeriodEnd.AddHours(number)), number))]);
        Assert.Equal(["subscription sub_1"], stripe.Asked());

        await world.DeliverAsync([.. Enumerable.Range(8, 8).Select(number => Event($"evt_{number}", Subscription(until: Facts.PeriodEnd.AddDays(90)), number))]);
        Assert.Empty(stripe.Asked());
        Assert.Equal(Facts.PeriodEnd.AddDays(3), world.ValidPass!.ExpiryDate);
    }

    [Fact]
    public async Task F2_Always_reads_whatever_an_event_says_and_not_what_was_answered_already()
    {
        await using var world = await StartAsync(policy: StripeOptions.RereadPolicy.Always);
        stripe.Put(Customer(), Subscription(), Charge(500));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_1", Subscription()), Event("evt_2", Charge(500)));
        Assert.Equal(["charge ch_1", "subscription sub_1"], stripe.Asked().Order(StringComparer.Ordinal));

        await world.DeliverAsync(Event("evt_3", Subscription(), 5), Event("evt_4", Charge(500), 5));
        Assert.Empty(stripe.Asked());
    }

    [Fact]
    public async Task F2_Never_and_no_key_do_as_events_say_at_once()
    {
        await using var never = await StartAsync(policy: StripeOptions.RereadPolicy.Never);
        await using var keyless = await PayersWorld.StartAsync();
        foreach (var world in new[] { never, keyless })
        {
            await world.DeliverAsync(Event("evt_1", Subscription()));
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await world.DeliverAsync(Event("evt_2", Subscription("canceled"), 5));

            Assert.Null(world.ValidPass);
            Assert.Null((await world.RecordAsync())!.Reads);
        }

        Assert.Empty(stripe.Asked());
    }

    public static TheoryData<string, JsonObject[]> Losses => new()
    {
        { "canceled", [Subscription("canceled")] },
        { "unpaid", [Subscription("unpaid")] },
        { "past due", [Subscription("past_due")] },
        { "a lesser plan", [Subscription(tier: "silver")] },
        { "an earlier end", [Subscription(ends: true)] },
        { "a refund", [Charge(60_000, refunded: 60_000)] },
        { "a dispute", [Dispute(60_000)] },
        { "opted out", [Customer("cus_1", ("passkit_opt_out", "true"))] },
        { "unpinned", [Customer()] },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task F5_Nothing_is_taken_away_without_a_reading_of_the_whole_customer_in_that_turn(string cause, JsonObject[] loss)
    {
        await using var world = await StartAsync();
        var given = Given(cause);
        await world.DeliverAsync([.. given.Select((thing, number) => Event($"evt_{number}", thing))]);
        var before = world.ValidPass!;
        stripe.Put(Customer());
        stripe.Put(given);
        if (cause == "a dispute") stripe.Put(Dispute(60_000, "won"));
        stripe.Asked();

        // Stripe says that it is not so.
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DeliverAsync([.. loss.Select((thing, number) => Event($"evt_loss_{number}", thing, 20))]);

        Assert.NotEmpty(stripe.Asked());
        if (cause != "canceled") Assert.Equal((before.TierId, before.ExpiryDate), (world.ValidPass!.TierId, world.ValidPass.ExpiryDate));

        // Stripe says that it is.
        stripe.Put(loss);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DeliverAsync([.. loss.Select((thing, number) => Event($"evt_again_{number}", thing, 100))]);

        var after = world.ValidPass;
        Assert.True(after is null || after.TierId != before.TierId || after.ExpiryDate < before.ExpiryDate);
        if (cause != "canceled") Assert.Contains(Whole, stripe.Asked());
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task F5_While_Stripe_is_away_the_pass_stays_as_it_was_told_and_the_reminder_lets_the_truth_through(string cause, JsonObject[] loss)
    {
        await using var world = await StartAsync();
        var given = Given(cause);
        await world.DeliverAsync([.. given.Select((thing, number) => Event($"evt_{number}", thing))]);
        var before = world.ValidPass!;
        stripe.Put(Customer());
        stripe.Put(given);
        stripe.Put(loss);
        await world.Owners.RememberAsync(new Dictionary<string, string> { ["pi_1"] = "cus_1" }, TestContext.Current.CancellationToken);
        stripe.Fails = Away;
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync([.. loss.Select((thing, number) => Event($"evt_loss_{number}", thing, 20))]);

        Assert.Equal((before.TierId, before.ExpiryDate), (world.ValidPass!.TierId, world.ValidPass.ExpiryDate));
        var reads = (await world.RecordAsync())!.Reads!;
        Assert.Equal((1, true), (reads.Attempts, reads.Customer));
        Assert.Equal(reads.NextAttempt, world.Due());
        Assert.Contains("until Stripe confirms", (await world.InspectAsync())!.Reason, StringComparison.Ordinal);

        // Nobody is asked before it is due, not even by other events.
        stripe.Asked();
        await world.DeliverAsync(Event("evt_other", Charge(5, "ch_9"), 25));
        await world.WakeAsync();
        Assert.Empty(stripe.Asked());

        await world.WakeWhenDueAsync();
        Assert.Contains(Whole, stripe.Asked());
        Assert.Equal((before.TierId, before.ExpiryDate), (world.ValidPass!.TierId, world.ValidPass.ExpiryDate));
        Assert.Equal(2, (await world.RecordAsync())!.Reads!.Attempts);

        stripe.Fails = null;
        await world.WakeWhenDueAsync();
        Assert.Contains(Whole, stripe.Asked());
        Assert.Null((await world.RecordAsync())!.Reads);
        var after = world.ValidPass;
        Assert.True(after is null || after.TierId != before.TierId || after.ExpiryDate < before.ExpiryDate);

        // The reminder fires once more, late.
        await world.WakeAsync();
        Assert.Empty(stripe.Asked());
    }

    [Fact]
    public async Task F5_A_lapse_is_asked_about_an_hour_before_and_then_not_again()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription());
        var lapse = Facts.PeriodEnd.AddDays(3);
        Assert.Equal(lapse.AddHours(-1), world.Due());

        await world.WakeWhenDueAsync();
        Assert.Equal([Whole], stripe.Asked());
        Assert.Equal(lapse, world.Due());
        Assert.Equal(lapse.AddHours(-1), (await world.RecordAsync())!.ReadAt);

        await world.WakeAsync();
        await world.DeliverAsync(Event("evt_2", Charge(5), 40));
        Assert.Empty(stripe.Asked());

        await world.WakeWhenDueAsync();
        Assert.Empty(stripe.Asked());
        Assert.Null(world.ValidPass);
        Assert.Null(world.Due());
    }

    [Fact]
    public async Task F5_A_renewal_of_which_no_event_came_is_found_before_the_pass_lapses()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription(until: Facts.PeriodEnd.AddDays(30)));

        await world.WakeWhenDueAsync();

        Assert.Equal(Facts.PeriodEnd.AddDays(33), world.ValidPass!.ExpiryDate);
        Assert.Equal(Facts.PeriodEnd.AddDays(33).AddHours(-1), world.Due());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F5_A_pass_that_would_lapse_while_Stripe_is_away_is_kept_from_it_until_Stripe_says_which(bool renewed)
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), renewed ? Subscription(until: Facts.PeriodEnd.AddDays(60)) : Subscription());
        stripe.Fails = Away;
        var lapse = Facts.PeriodEnd.AddDays(3);

        while (world.Now < lapse.AddDays(3))
        {
            await world.WakeWhenDueAsync();
            Assert.True(world.ValidPass!.ExpiryDate > world.Now);
        }

        stripe.Fails = null;
        await world.WakeWhenDueAsync();
        if (renewed) Assert.Equal(Facts.PeriodEnd.AddDays(63), world.ValidPass!.ExpiryDate);
        else Assert.Null(world.ValidPass);
    }

    [Fact]
    public async Task F5_A_pass_that_was_kept_by_a_turn_whose_end_was_not_saved_is_kept_on()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Fails = Away;
        world.State.CommitsUntilFailure = 1;
        await world.WakeWhenDueAsync();
        Assert.Equal(Facts.PeriodEnd.AddDays(3), (await world.RecordAsync())!.Pass.Told!.Expiry);

        world.Clock.Advance(TimeSpan.FromHours(2));
        await world.WakeAsync();

        Assert.NotNull(world.ValidPass);
        stripe.Fails = null;
        stripe.Put(Customer(), Subscription("canceled"));
        await world.WakeWhenDueAsync();
        Assert.Null(world.ValidPass);
    }

    [Fact]
    public async Task F5_A_reminder_that_fires_days_late_asks_and_does_not_bring_back_what_lapsed()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription());
        world.Clock.Advance(TimeSpan.FromDays(40));
        stripe.Fails = Away;

        await world.WakeAsync();
        Assert.Null(world.ValidPass);

        stripe.Fails = null;
        stripe.Put(Subscription(until: Facts.PeriodEnd.AddDays(30)));
        await world.WakeWhenDueAsync();
        Assert.Equal(Facts.PeriodEnd.AddDays(33), world.ValidPass!.ExpiryDate);
    }

    [Fact]
    public async Task F5_Where_Stripe_refuses_the_key_it_is_asked_again_slowly()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Fails = () => new StripeRefusedException("The key is not allowed to.");

        await world.DeliverAsync(Event("evt_2", Subscription("canceled"), 20));

        Assert.NotNull(world.ValidPass);
        Assert.InRange((await world.RecordAsync())!.Reads!.NextAttempt!.Value - world.Now, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20));
    }

    [Fact]
    public async Task F5_A_customer_whom_Stripe_does_not_know_loses_nothing()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));

        await world.DeliverAsync(Event("evt_2", Subscription("unpaid"), 20));

        Assert.NotNull(world.ValidPass);
        Assert.InRange((await world.RecordAsync())!.Reads!.NextAttempt!.Value - world.Now, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20));
    }

    [Fact]
    public async Task F2_What_could_not_be_read_is_remembered_with_what_comes_later_and_read_together()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()), Event("evt_2", Charge(700)), Event("evt_3", Charge(600, "ch_2")));
        stripe.Put(Customer(), Subscription(), Charge(700), Charge(600, "ch_2"));
        stripe.Fails = Away;
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_4", Charge(700), 3));
        await world.DeliverAsync(Event("evt_5", Charge(600, "ch_2"), 3));
        Assert.Equal(["charge ch_1"], stripe.Asked());
        Assert.Equal(["ch_1", "ch_2"], (await world.RecordAsync())!.Reads!.Objects.Select(reference => reference.Id));

        stripe.Fails = null;
        await world.WakeWhenDueAsync();
        Assert.Equal(["charge ch_1", "charge ch_2"], stripe.Asked().Order(StringComparer.Ordinal));
        Assert.Null((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task F2_More_objects_than_a_turn_can_read_are_read_by_the_turns_that_follow()
    {
        await using var world = await StartAsync();
        var charges = Enumerable.Range(0, 25).Select(number => Charge(100, $"ch_{number}")).ToArray();
        await world.DeliverAsync([.. charges.Select((charge, number) => Event($"evt_{number}", charge))]);
        stripe.Put(Customer());
        stripe.Put(charges);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync([.. charges.Select((charge, number) => Event($"evt_again_{number}", charge, 3))]);
        var first = stripe.Asked();
        while ((await world.RecordAsync())!.Reads is not null) await world.WakeWhenDueAsync();

        Assert.Equal(10, first.Count);
        Assert.Equal(charges.Select(charge => $"charge {charge["id"]}").Order(StringComparer.Ordinal), first.Concat(stripe.Asked()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task F2_A_reading_that_is_another_customers_says_nothing()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(700)));
        stripe.Put(Customer(), Charge(99_000, customer: "cus_2"), Dispute(99_000));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Charge(700), 3));

        Assert.Equal(["charge ch_1"], stripe.Asked());
        Assert.Equal(700, Assert.Single((await world.InspectAsync())!.Spend).Amount);
    }

    [Fact]
    public async Task F2_A_reading_that_is_another_customer_accounts_says_nothing()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(700)));
        var theirs = Charge(99_000, customer: null);
        theirs["customer_account"] = "acct_2";
        stripe.Put(Customer(), theirs);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Charge(700), 3));

        Assert.Equal(["charge ch_1"], stripe.Asked());
        Assert.Equal(700, Assert.Single((await world.InspectAsync())!.Spend).Amount);
    }

    [Fact]
    public async Task F2_Stripe_is_asked_again_no_sooner_than_it_says()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Fails = () => new StripeUnavailableException("Stripe answers 429.", TimeSpan.FromMinutes(5));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Subscription(), 3));

        Assert.InRange((await world.RecordAsync())!.Reads!.NextAttempt!.Value - world.Now, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7.5));
    }

    [Fact]
    public async Task F5_A_guests_pass_is_taken_away_by_a_reading_of_its_charges_alone()
    {
        await using var world = await StartAsync();
        var refunded = Charge(60_000, customer: null, refunded: 60_000);
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
        stripe.Put(Charge(60_000, customer: null));
        stripe.Asked();

        // Stripe says that nothing was refunded, then that it was.
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DeliverAsync(Event("evt_3", refunded, 20));
        Assert.NotNull(world.ValidPass);

        stripe.Put(refunded);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DeliverAsync(Event("evt_4", refunded, 100));
        Assert.Null(world.ValidPass);
        var asked = stripe.Asked();
        Assert.Contains("charge ch_1", asked);
        Assert.DoesNotContain(asked, call => call.StartsWith("all of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task F2_An_object_that_cannot_be_understood_leaves_what_events_said()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription("never_heard_of"));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Subscription(until: Facts.PeriodEnd.AddDays(1)), 3));

        Assert.Equal(Facts.PeriodEnd.AddDays(4), world.ValidPass!.ExpiryDate);
        Assert.Null((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task F2_A_reading_that_contradicts_what_never_changes_spoils_no_turn()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(700)));
        stripe.Put(Customer(), Charge(700, currency: "eur"));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Charge(700), 3), Event("evt_3", Subscription(), 3));

        Assert.Equal("gold", world.ValidPass!.TierId);
        Assert.Equal(new SpendInspection("usd", 700), Assert.Single((await world.InspectAsync())!.Spend));
    }

    [Fact]
    public async Task F5_A_silent_Stripe_and_a_silent_PassKit_together_keep_a_turn_no_longer_than_its_four_seconds()
    {
        await using var world = await StartAsync();
        var unread = Subscription();
        unread["items"]!["data"]![0]!["price"]!["metadata"] = new JsonObject();
        stripe.Hangs = true;
        var began = world.Now;
        List<TimeSpan> called = [];
        world.PassKit.Transport.BeforeAnswer = () =>
        {
            called.Add(world.Now - began);
            world.Clock.Advance(TimeSpan.FromSeconds(1.5));
            throw new HttpRequestException("Nobody answers.");
        };

        await world.DeliverAsync(Event("evt_1", unread));

        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.All(called, after => Assert.InRange(after, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(4)));
        Assert.NotEmpty(called);
        Assert.NotNull((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task F5_An_operators_sync_reads_all_of_it_and_waits_for_no_back_off()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription(), Charge(700));
        stripe.Fails = Away;
        await world.SyncAsync();
        Assert.Equal(1, (await world.RecordAsync())!.Reads!.Attempts);

        stripe.Fails = null;
        var answer = await world.SyncAsync();

        Assert.Equal([Whole, Whole], stripe.Asked());
        Assert.Equal(700, Assert.Single(answer.Customer!.Spend).Amount);
        Assert.Null((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task F5_Spend_that_leaves_its_window_is_read_before_the_tier_falls()
    {
        await using var world = await StartAsync(ActorWorld.Membership with { SpendWindow = SpendWindow.CalendarYear });
        await world.DeliverAsync(Event("evt_1", Charge(60_000)), Event("evt_2", Customer()));
        stripe.Put(Customer(), Charge(60_000), Charge(70_000, "ch_2", created: new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero)));
        var newYear = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(newYear.AddHours(-1), world.Due());

        await world.WakeWhenDueAsync();
        Assert.Equal([Whole], stripe.Asked());
        await world.WakeWhenDueAsync();

        Assert.Equal(newYear, world.Now);
        Assert.Null(world.ValidPass);
    }

    [Fact]
    public async Task B5_With_a_key_grace_runs_from_the_first_failed_charge_of_the_oldest_open_invoice()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription("past_due"), Invoice("in_2", created: Start.AddDays(-1)), Invoice());
        stripe.FirstFailures["in_2"] = Start.AddDays(-1).AddHours(1);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Subscription("past_due"), 20), Event("evt_3", Invoice(), 20, "invoice.payment_failed"));

        Assert.Equal(Start.AddDays(20).AddHours(1), world.ValidPass!.ExpiryDate);
    }

    [Fact]
    public async Task B5_An_open_invoice_that_was_read_beside_an_older_one_stays_owed()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription("past_due"), Invoice("in_2", created: Start.AddDays(-1)), Invoice());
        stripe.FirstFailures["in_2"] = Start.AddDays(-1).AddHours(1);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Subscription("past_due"), 20), Event("evt_3", Invoice(), 20, "invoice.payment_failed"));

        Assert.Equal([("in_1", true), ("in_2", true)], (await world.RecordAsync())!.Invoices.Select(invoice => (invoice.Id, invoice.Open)));
    }

    [Fact]
    public async Task B5_An_invoice_that_a_reading_does_not_show_is_owed_no_more()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()), Event("evt_2", Invoice("in_0", created: Start.AddDays(-40)), 0, "invoice.payment_failed"));
        stripe.Put(Customer(), Subscription("past_due"), Invoice());
        stripe.FirstFailures["in_1"] = Start.AddHours(1);
        world.Clock.Advance(TimeSpan.FromHours(2));

        await world.DeliverAsync(Event("evt_3", Subscription("past_due"), 4000));

        Assert.Equal(Start.AddDays(21).AddHours(1), world.ValidPass!.ExpiryDate);
        Assert.Equal([("in_0", false), ("in_1", true)], (await world.RecordAsync())!.Invoices.Select(invoice => (invoice.Id, invoice.Open)));
    }

    [Fact]
    public async Task B2_The_products_metadata_is_read_once_and_stays_known()
    {
        await using var world = await StartAsync();
        var told = Subscription(tier: "bronze");
        var read = Subscription(tier: "bronze");
        told["items"]!["data"]![0]!["price"]!["metadata"] = new JsonObject();
        read["items"]!["data"]![0]!["price"] = new JsonObject
        {
            ["id"] = "price_bronze", ["product"] = new JsonObject { ["id"] = "prod_bronze", ["metadata"] = new JsonObject { ["passkit_tier"] = "silver" } },
        };
        stripe.Put(Customer(), read);

        await world.DeliverAsync(Event("evt_1", told));
        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal("silver", world.ValidPass!.TierId);

        await world.DeliverAsync(Event("evt_2", told, 60));
        Assert.Empty(stripe.Asked());
        Assert.Equal("silver", world.ValidPass!.TierId);
    }

    [Fact]
    public async Task B3_What_was_bought_is_read_with_a_key()
    {
        await using var world = await StartAsync();
        var read = Session(customer: "cus_1", tier: null);
        read["line_items"] = new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject { ["quantity"] = 1, ["price"] = new JsonObject { ["id"] = "price_x", ["metadata"] = new JsonObject { ["passkit_tier"] = "silver", ["passkit_days"] = "10" } } }),
        };
        stripe.Put(Customer(), read);

        await world.DeliverAsync(Event("evt_1", Session(customer: "cus_1", tier: null)));

        Assert.Equal(["checkout.session cs_1"], stripe.Asked());
        Assert.Equal(("silver", Start.AddDays(10)), (world.ValidPass!.TierId, world.ValidPass.ExpiryDate));
    }

    [Fact]
    public async Task F5_A_pass_is_kept_by_what_was_bought_and_of_which_no_event_came()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()));
        stripe.Put(Customer(), Subscription("canceled"), Charge(500), Charge(500, "ch_2"), Session(customer: "cus_1", tier: "silver"), Billed("in_2", "pi_2"));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        // The charge of the one came, and its session is yet to.
        await world.DeliverAsync(Event("evt_3", Subscription("canceled"), 60), Event("evt_4", Charge(500), 60));

        Assert.Equal([Whole, "checkout.session cs_1", "invoice in_2"], stripe.Asked().Order(StringComparer.Ordinal));
        Assert.Equal("gold", world.ValidPass!.TierId);

        stripe.Put(Charge(500, "ch_2", refunded: 500));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DeliverAsync(Event("evt_5", Charge(500, "ch_2", refunded: 500), 120));
        Assert.Equal("silver", world.ValidPass!.TierId);
    }

    [Fact]
    public async Task F5_What_was_bought_long_ago_and_refunded_keeps_nobodys_pass()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()));
        stripe.Put(Customer(), Subscription("canceled"), Session(customer: "cus_1"), Billed("in_2", "pi_2"));
        stripe.Put(Charge(500, refunded: 500, created: Start.AddYears(-2)), Charge(500, "ch_2", refunded: 500, created: Start.AddYears(-2)));
        stripe.Put([.. Enumerable.Range(3, 50).Select(number => Charge(1, $"ch_{number}"))]); // those are the newest
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_3", Subscription("canceled"), 60));
        while (world.Due() <= world.Now.AddHours(1)) await world.WakeWhenDueAsync();

        Assert.Null(world.ValidPass);
        Assert.All((await world.RecordAsync())!.Purchases, purchase => Assert.True(purchase.Undone));
    }

    [Fact]
    public async Task F5_More_purchases_than_one_turn_can_read_are_read_by_those_that_follow_and_the_pass_is_kept_meanwhile()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()));
        var mugs = Enumerable.Range(10, 20).Select(number => Session($"cs_{number}", $"pi_{number}", "cus_1", tier: null)).ToArray();
        foreach (var (number, mug) in mugs.Index()) mug["created"] = Unix(Start.AddMinutes(-number));
        mugs[^1]["metadata"]!["passkit_tier"] = "silver";
        stripe.Put([Customer(), Subscription("canceled"), .. mugs]);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_3", Subscription("canceled"), 60));
        Assert.Equal("gold", world.ValidPass!.TierId);
        Assert.Equal(world.Now, world.Due());
        await world.WakeWhenDueAsync();

        Assert.Equal("silver", world.ValidPass!.TierId);
        Assert.Null((await world.RecordAsync())!.Reads);
        Assert.Equal((20, 1), (stripe.Asked().Count(call => call.StartsWith("checkout.session", StringComparison.Ordinal)), stripe.Listed));
    }

    [Fact]
    public async Task F5_What_was_charged_before_somebody_was_forgotten_keeps_no_reading_going()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.ForgetAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var anew = Subscription(id: "sub_2");
        anew["created"] = Unix(world.Now);
        await world.DeliverAsync(Event("evt_3", anew, 120));
        Assert.NotNull(world.ValidPass);
        stripe.Put([Customer(), Subscription("canceled"), Subscription("canceled", id: "sub_2"), .. Enumerable.Range(1, 50).Select(number => Charge(100, $"ch_{number}"))]);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        var ended = Subscription("canceled", id: "sub_2");
        ended["created"] = anew["created"]!.DeepClone();
        await world.DeliverAsync(Event("evt_4", ended, 180));

        Assert.Null(world.ValidPass);
        Assert.Null((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task F5_What_somebody_is_called_is_not_taken_from_old_checkouts()
    {
        await using var world = await StartAsync();
        var subscribed = Session("cs_new", null, "cus_1", email: "new@example.com");
        subscribed["mode"] = "subscription";
        await world.DeliverAsync(Event("evt_1", subscribed), Event("evt_2", Subscription()));
        var old = Session("cs_old", "pi_1", "cus_1", tier: "silver", email: "old@example.com");
        old["created"] = Unix(Start.AddDays(-1));
        stripe.Put(Customer(), Subscription("canceled"), subscribed, old);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_3", Subscription("canceled"), 60));

        var record = (await world.RecordAsync())!;
        Assert.Equal("cs_old", Assert.Single(record.Purchases).Id);
        Assert.Equal("new@example.com", record.Checkout!.Email);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B3_A_refund_undoes_its_purchase_whichever_comes_first(bool refundFirst)
    {
        await using var world = await PayersWorld.StartAsync();
        string[] events = [Event("evt_1", Charge(500, refunded: 500), 30), Event("evt_2", Session(customer: "cus_1"))];
        if (!refundFirst) events = [events[1], events[0]];

        foreach (var one in events) await world.DeliverAsync(one);

        Assert.Null(world.ValidPass);
        Assert.Contains("undone-pi_1", world.State.Keys("CustomerActor", "cus_1"));

        await world.DeliverAsync(Event("evt_3", Refund(500, customer: "cus_1", status: "failed"), 60));
        Assert.Equal("gold", world.ValidPass!.TierId);
        Assert.DoesNotContain("undone-pi_1", world.State.Keys("CustomerActor", "cus_1"));
    }

    [Fact]
    public async Task B7_A_dispute_that_was_lost_long_ago_and_is_first_seen_by_reading_takes_no_pass_from_whoever_paid_since()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()), Event("evt_2", Charge(500, "ch_2")));
        var lost = Dispute(500, "lost");
        lost["created"] = Unix(Start.AddDays(-390));
        stripe.Put(Customer(), Subscription(), Charge(500, created: Start.AddDays(-400)), Charge(500, "ch_2"), lost);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.SyncAsync();

        Assert.Single((await world.RecordAsync())!.Disputes);
        Assert.NotNull(world.ValidPass);
    }

    [Fact]
    public async Task F5_A_charge_that_is_not_among_what_Stripe_shows_of_the_whole_customer_is_read_all_the_same()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(60_000)));
        var failed = Enumerable.Range(0, 55).Select(number => Charge(5, $"ch_failed_{number}", created: Start.AddMinutes(number + 1))).ToArray();
        foreach (var charge in failed) charge["status"] = "failed";
        stripe.Put(Customer(), Charge(60_000));
        stripe.Put(failed);
        world.Clock.Advance(TimeSpan.FromHours(1));

        await world.DeliverAsync(Event("evt_2", Charge(60_000, refunded: 60_000), 3_500));

        Assert.Equal([Whole, "charge ch_1"], stripe.Asked());
        Assert.Equal("gold", world.ValidPass!.TierId);
    }

    [Fact]
    public async Task F5_Nothing_is_taken_away_while_some_of_what_is_in_doubt_waits_for_a_later_turn()
    {
        await using var world = await StartAsync();
        var old = Enumerable.Range(0, 15).Select(number => Charge(4_000, $"ch_old_{number}", created: Start.AddDays(-100))).ToArray();
        var recent = Enumerable.Range(0, 55).Select(number => Charge(1, $"ch_{number}")).ToArray();
        await world.DeliverAsync([.. old.Concat(recent).Select((charge, number) => Event($"evt_{number}", charge))]);
        Assert.Equal("gold", world.ValidPass!.TierId);
        stripe.Put([Customer(), .. recent]);
        stripe.Put([.. old.Select((charge, number) => number < 10 ? Charge(4_000, (string)charge["id"]!, created: Start.AddDays(-100), refunded: 4_000) : charge)]);
        stripe.Put([.. old.Take(4)]);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        // Stripe says that six of these refunds are true, nine are not.
        await world.DeliverAsync([.. old.Select((charge, number) => Event($"evt_r{number}", Charge(4_000, (string)charge["id"]!, created: Start.AddDays(-100), refunded: 4_000), 20))]);

        Assert.Equal(5, (await world.RecordAsync())!.Reads!.Objects.Length);
        Assert.Equal("gold", world.ValidPass!.TierId);

        await world.WakeWhenDueAsync();
        Assert.Null((await world.RecordAsync())!.Reads);
        Assert.Equal(36_055, Assert.Single((await world.InspectAsync())!.Spend).Amount);
        Assert.Equal("silver", world.ValidPass!.TierId);
    }

    [Fact]
    public async Task F2_Where_more_is_in_doubt_than_is_remembered_the_whole_customer_is_read_and_that_is_told()
    {
        await using var world = await StartAsync();
        var charges = Enumerable.Range(0, 60).Select(number => Charge(1, $"ch_{number}")).ToArray();
        await world.DeliverAsync([.. charges.Select((charge, number) => Event($"evt_{number}", charge))]);
        stripe.Put([Customer(), .. charges]);
        stripe.Fails = Away;
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync([.. charges.Select((charge, number) => Event($"evt_again_{number}", charge, 3))]);

        var reads = (await world.RecordAsync())!.Reads!;
        Assert.Equal((50, true), (reads.Objects.Length, reads.Customer));
        Assert.Contains(world.PassKit.Logs.GetSnapshot(), record => record is { Id.Id: 2603, Level: Microsoft.Extensions.Logging.LogLevel.Warning });
    }

    [Fact]
    public async Task F5_Somebody_known_by_an_account_alone_is_read_by_what_is_known_of_them()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", OfAccount(Charge(60_000, customer: null))));
        Assert.NotNull(world.ValidPass);
        stripe.Put(OfAccount(Charge(60_000, customer: null)));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", OfAccount(Charge(60_000, customer: null, refunded: 60_000)), 20));
        Assert.NotNull(world.ValidPass);

        stripe.Put(OfAccount(Charge(60_000, customer: null, refunded: 60_000)));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DeliverAsync(Event("evt_3", OfAccount(Charge(60_000, customer: null, refunded: 60_000)), 100));

        Assert.Null(world.ValidPass);
        Assert.Null((await world.RecordAsync("acct_1"))!.Reads);
    }

    [Fact]
    public async Task F5_Somebody_known_by_an_account_of_whom_Stripe_knows_nothing_loses_nothing()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", OfAccount(Charge(60_000, customer: null))));

        await world.DeliverAsync(Event("evt_2", OfAccount(Charge(60_000, customer: null, refunded: 60_000)), 20));

        Assert.NotNull(world.ValidPass);
    }

    [Fact]
    public async Task F5_While_Stripe_is_away_who_waits_for_it_is_no_news_to_whoever_is_on_call()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Fails = Away;

        await world.DeliverAsync(Event("evt_2", Subscription("canceled"), 20));

        Assert.DoesNotContain(world.PassKit.Logs.GetSnapshot(), record => record is { Id.Id: 2602, Level: > Microsoft.Extensions.Logging.LogLevel.Debug });
    }

    [Fact]
    public async Task F5_That_Stripe_does_not_know_customers_whose_events_come_here_is_told_once_however_many_they_are()
    {
        await using var world = await StartAsync();
        foreach (var number in Enumerable.Range(1, 3)) await world.DeliverAsync(Event($"evt_{number}", Subscription(id: $"sub_{number}", customer: $"cus_{number}")));

        foreach (var number in Enumerable.Range(1, 3)) await world.DeliverAsync(Event($"evt_x{number}", Subscription("unpaid", id: $"sub_{number}", customer: $"cus_{number}"), 20));

        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Critical, Assert.Single(world.PassKit.Logs.GetSnapshot(), record => record.Id.Id == 2702).Level);
    }

    private static JsonObject OfAccount(JsonObject thing)
    {
        thing["customer_account"] = "acct_1";
        return thing;
    }

    private static Exception Away() => new StripeUnavailableException("Stripe is away.");

    private static JsonObject[] Given(string cause) => cause switch
    {
        "a refund" or "a dispute" => [Charge(60_000)],
        "unpinned" => [Customer("cus_1", ("passkit_pin_tier", "gold"))],
        _ => [Customer(), Subscription()],
    };

    private static JsonObject Billed(string id, string payment)
    {
        var billed = Invoice(id, status: "paid");
        billed.Remove("subscription");
        (billed["payment_intent"], billed["metadata"]) = (payment, new JsonObject { ["passkit_tier"] = "gold", ["passkit_days"] = "5" });
        return billed;
    }

    private Task<PayersWorld> StartAsync(MembershipSettings? membership = null, StripeOptions.RereadPolicy policy = StripeOptions.RereadPolicy.WhenNeeded) =>
        PayersWorld.StartAsync(stripe, membership, policy);
}
