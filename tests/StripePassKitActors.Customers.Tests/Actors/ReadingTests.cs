using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>When an object is read from Stripe, and what becomes of events meanwhile (rule F2).</summary>
public sealed class ReadingTests
{
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
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Subscription(until: Facts.PeriodEnd.AddDays(1))));
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
        await world.DeliverAsync(Event("evt_c", Customer()));
        stripe.Put(Customer(), Subscription(), Charge(500));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync([.. Enumerable.Range(0, 8).Select(number => Event($"evt_{number}", Subscription(until: Facts.PeriodEnd.AddHours(number)), number))]);
        Assert.Equal(["subscription sub_1"], stripe.Asked());

        await world.DeliverAsync([.. Enumerable.Range(8, 8).Select(number => Event($"evt_{number}", Subscription(until: Facts.PeriodEnd.AddDays(90)), number))]);
        Assert.Empty(stripe.Asked());
        Assert.Equal(Facts.PeriodEnd.AddDays(3), world.ValidPass!.ExpiryDate);
    }

    [Fact]
    public async Task F2_What_changed_while_Stripe_answered_is_read_again_once_and_then_known()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()));
        var begun = Subscription("incomplete");
        begun["items"]!["data"]![0]!["price"]!["metadata"] = new JsonObject();
        stripe.Put(Customer(), begun);
        world.Clock.Advance(TimeSpan.FromSeconds(1)); // Stripe looked before the payment, and dated its answer after it
        await world.DeliverAsync(Event("evt_1", begun));
        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Null(world.ValidPass);

        stripe.Put(Subscription());
        await world.DeliverAsync(Event("evt_2", Subscription()));
        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal("gold", world.ValidPass!.TierId);
        Assert.Null((await world.RecordAsync())!.Reads);

        await world.DeliverAsync(Event("evt_2", Subscription()));
        Assert.Empty(stripe.Asked());
    }

    [Fact]
    public async Task F2_Always_reads_whatever_an_event_says_and_not_what_was_answered_already()
    {
        await using var world = await StartAsync(policy: StripeOptions.RereadPolicy.Always);
        stripe.Put(Customer(), Subscription(), Charge(500));
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Subscription()), Event("evt_2", Charge(500)));
        Assert.Equal(["charge ch_1", "customer cus_1", "subscription sub_1"], stripe.Asked().Order(StringComparer.Ordinal));

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

    [Fact]
    public async Task F2_What_could_not_be_read_is_remembered_with_what_comes_later_and_read_together()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Subscription()), Event("evt_2", Charge(700)), Event("evt_3", Charge(600, "ch_2")));
        stripe.Put(Customer(), Subscription(), Charge(700), Charge(600, "ch_2"));
        stripe.Fails = FakeStripe.Away;
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
        await world.DeliverAsync(Event("evt_c", Customer()));
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
    public async Task B3_Days_of_a_delayed_payment_run_from_its_success_and_not_from_the_charge_that_was_begun()
    {
        await using var world = await StartAsync();
        var begun = Session(customer: "cus_1", payment: "unpaid");
        var paid = Session(customer: "cus_1");
        paid["metadata"]!["passkit_days"] = "3";
        var read = paid.DeepClone().AsObject();
        read["payment_intent"] = new JsonObject { ["id"] = "pi_1", ["latest_charge"] = Charge(500) };
        stripe.Put(Customer(), read, Charge(500));
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", begun));

        world.Clock.Advance(TimeSpan.FromDays(4));
        await world.DeliverAsync(Event("evt_2", paid, 4 * 24 * 3600));

        Assert.Equal(["checkout.session cs_1"], stripe.Asked());
        Assert.Equal(PassKitWorld.Start.AddDays(4 + 3), world.ValidPass!.ExpiryDate);
    }

    [Fact]
    public async Task B3_Days_of_a_delayed_payment_run_from_its_success_also_where_only_a_reading_shows_what_was_bought()
    {
        await using var world = await StartAsync();
        var (begun, paid) = (Session(customer: "cus_1", payment: "unpaid", tier: null), Session(customer: "cus_1", tier: null));
        var read = paid.DeepClone().AsObject();
        read["payment_intent"] = new JsonObject { ["id"] = "pi_1", ["latest_charge"] = Charge(500) };
        read["line_items"] = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["quantity"] = 1, ["price"] = new JsonObject { ["id"] = "price_gold", ["metadata"] = new JsonObject { ["passkit_tier"] = "gold", ["passkit_days"] = "3" } } }) };
        stripe.Put(Customer(), read, Charge(500));
        await world.DeliverAsync(Event("evt_c", Customer()));
        world.Clock.Advance(TimeSpan.FromSeconds(3));
        await world.DeliverAsync(Event("evt_p", Charge(500), 3), Event("evt_1", begun));
        world.Clock.Advance(TimeSpan.FromSeconds(3));

        await world.DeliverAsync(Event("evt_2", paid, 3));

        Assert.Equal(PassKitWorld.Start.AddSeconds(3).AddDays(3), world.ValidPass!.ExpiryDate);
    }

    [Theory]
    [InlineData("cus_1")]
    [InlineData(null)]
    public async Task B3_A_checkout_whose_payment_was_only_authorised_is_read_once_that_is_captured(string? customer)
    {
        await using var world = await StartAsync();
        var (held, captured) = (Charge(500, customer: customer), Charge(500, customer: customer));
        held["amount_captured"] = 0;
        stripe.Put(Customer(), Session(customer: customer, payment: "unpaid"), held);
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", held), Event("evt_2", Session(customer: customer, payment: "unpaid"), 1));
        Assert.Null(world.ValidPass);

        // Of its session Stripe sends no further event.
        stripe.Put(Session(customer: customer), captured);
        world.Clock.Advance(TimeSpan.FromDays(2));
        await world.DeliverAsync(Event("evt_3", captured, 172_800, "charge.captured"));

        Assert.Equal("gold", world.ValidPass?.TierId);
        Assert.Equal(["checkout.session cs_1"], stripe.Asked());
    }

    [Fact]
    public async Task B2_The_products_metadata_is_read_once_and_stays_known()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()));
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
    public async Task F2_A_subscription_of_which_an_event_shows_the_first_items_only_is_read()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()));
        var told = Subscription(tier: "silver");
        var read = Subscription(tier: "silver");
        told["items"]!["has_more"] = true;
        read["items"]!["data"]!.AsArray().Add(Subscription(tier: "gold")["items"]!["data"]![0]!.DeepClone());
        stripe.Put(Customer(), read);

        await world.DeliverAsync(Event("evt_1", told));

        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal("gold", world.ValidPass!.TierId);
    }

    [Fact]
    public async Task B2_A_price_whose_metadata_names_no_tier_that_there_is_does_not_hide_what_its_product_names()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()));
        var told = Subscription(tier: "platinum");
        var read = Subscription(tier: "platinum");
        read["items"]!["data"]![0]!["price"]!["product"] = new JsonObject { ["id"] = "prod_platinum", ["metadata"] = new JsonObject { ["passkit_tier"] = "silver" } };
        stripe.Put(Customer(), read);

        await world.DeliverAsync(Event("evt_1", told));
        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal("silver", world.ValidPass!.TierId);

        await world.DeliverAsync(Event("evt_2", told, 60));
        Assert.Empty(stripe.Asked());
    }

    private Task<PayersWorld> StartAsync(MembershipSettings? membership = null, StripeOptions.RereadPolicy policy = StripeOptions.RereadPolicy.WhenNeeded) =>
        PayersWorld.StartAsync(stripe, membership, policy);
}
