using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>Nothing is taken from a pass on hearsay: Stripe is asked first, and while it does not answer the pass stays (rule F5).</summary>
public sealed class LossTests
{
    private const string Whole = "all of cus_1";

    private static readonly DateTimeOffset Start = PassKitWorld.Start;

    private readonly FakeStripe stripe = new();

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
        stripe.Fails = FakeStripe.Away;
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
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Subscription()));
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

    /// <summary>An hour before the lapse nobody can know whether it was renewed.</summary>
    [Theory]
    [InlineData(10, false)]
    [InlineData(60, false)]
    [InlineData(90, false)]
    [InlineData(10, true)]
    [InlineData(60, true)]
    public async Task F5_Where_the_margin_is_short_Stripe_is_asked_again_once_the_paid_period_is_over(int minutes, bool away)
    {
        await using var world = await PayersWorld.StartAsync(stripe, ActorWorld.Membership with { ExpiryMargin = TimeSpan.FromMinutes(minutes) });
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription());
        await world.WakeWhenDueAsync();
        Assert.Equal([Whole], stripe.Asked());

        stripe.Put(Subscription(until: Facts.PeriodEnd.AddDays(30)));
        if (away) stripe.Fails = FakeStripe.Away;
        await world.WakeWhenDueAsync();
        Assert.True(world.Now > Facts.PeriodEnd);
        while (away && world.Now < Facts.PeriodEnd.AddDays(2))
        {
            await world.WakeWhenDueAsync();
            Assert.NotNull(world.ValidPass);
        }

        stripe.Fails = null;
        if (away) await world.WakeWhenDueAsync();
        Assert.Equal(Facts.PeriodEnd.AddDays(30).AddMinutes(minutes), world.ValidPass!.ExpiryDate);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F5_A_pass_that_would_lapse_while_Stripe_is_away_is_kept_from_it_until_Stripe_says_which(bool renewed)
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), renewed ? Subscription(until: Facts.PeriodEnd.AddDays(60)) : Subscription());
        stripe.Fails = FakeStripe.Away;
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
        stripe.Fails = FakeStripe.Away;
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
    public async Task F5_What_a_turn_whose_end_was_not_saved_kept_for_longer_is_not_taken_back_before_Stripe_was_asked_once_more()
    {
        await using var world = await PayersWorld.StartAsync(stripe, ActorWorld.Membership with { ExpiryMargin = TimeSpan.Zero });
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription());
        stripe.Fails = FakeStripe.Away;
        world.State.CommitsUntilFailure = 1;
        await world.WakeWhenDueAsync();
        Assert.True(world.ValidPass!.ExpiryDate > Facts.PeriodEnd);

        stripe.Fails = null;
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));
        world.Clock.Advance(TimeSpan.FromMinutes(30));
        await world.WakeAsync();
        world.PassKit.Sandbox.Faults.Clear();
        world.Clock.Advance(Facts.PeriodEnd.AddSeconds(10) - world.Now);
        stripe.Put(Subscription(until: Facts.PeriodEnd.AddDays(30)));
        await world.WakeAsync();

        Assert.Equal(Facts.PeriodEnd.AddDays(30), world.ValidPass!.ExpiryDate);
    }

    [Fact]
    public async Task F5_A_pass_that_rose_by_a_turn_whose_end_was_not_saved_stays_so_while_Stripe_is_away()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription(tier: "silver")));
        var (pinned, ending) = (Customer("cus_1", ("passkit_pin_tier", "gold"), ("passkit_pin_until", "2026-11-30")), Subscription("canceled", tier: "silver"));
        string[] events = [Event("evt_2", pinned, 30), Event("evt_3", ending, 30)];
        stripe.Put(pinned, ending);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        world.State.CommitsUntilFailure = 1;
        Assert.Equal(2, await world.TryAsync(events));
        Assert.Equal(("gold", "silver"), (world.ValidPass!.TierId, (await world.RecordAsync())!.Pass.Told!.Tier));

        stripe.Fails = FakeStripe.Away;
        await world.DeliverAsync(events);

        Assert.Equal("gold", world.ValidPass!.TierId);
    }

    [Fact]
    public async Task F5_A_reminder_that_fires_days_late_asks_and_does_not_bring_back_what_lapsed()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription());
        world.Clock.Advance(TimeSpan.FromDays(40));
        stripe.Fails = FakeStripe.Away;

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
    public async Task F5_While_Stripe_is_away_who_waits_for_it_is_no_news_to_whoever_is_on_call()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Fails = FakeStripe.Away;

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

    private static JsonObject[] Given(string cause) => cause switch
    {
        "a refund" or "a dispute" => [Charge(60_000)],
        "unpinned" => [Customer("cus_1", ("passkit_pin_tier", "gold"))],
        _ => [Customer(), Subscription()],
    };

    private Task<PayersWorld> StartAsync(MembershipSettings? membership = null, StripeOptions.RereadPolicy policy = StripeOptions.RereadPolicy.WhenNeeded) =>
        PayersWorld.StartAsync(stripe, membership, policy);
}
