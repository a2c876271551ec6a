using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>What a reading of the whole customer shows: what was bought, charged, owed and undone, and of whom.</summary>
public sealed class WholeReadingTests
{
    private const string Whole = "all of cus_1";

    private static readonly DateTimeOffset Start = PassKitWorld.Start;

    private readonly FakeStripe stripe = new();

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
    public async Task F5_An_operators_sync_reads_all_of_it_and_waits_for_no_back_off()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Subscription()));
        stripe.Put(Customer(), Subscription(), Charge(700));
        stripe.Fails = FakeStripe.Away;
        await world.SyncAsync();
        Assert.Equal(1, (await world.RecordAsync())!.Reads!.Attempts);

        stripe.Fails = null;
        var answer = await world.SyncAsync();

        Assert.Equal([Whole, Whole], stripe.Asked());
        Assert.Equal(700, Assert.Single(answer.Customer!.Spend).Amount);
        Assert.Null((await world.RecordAsync())!.Reads);
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
    public async Task B5_With_a_key_who_has_owed_for_longer_than_grace_is_forgiven_by_no_first_word_of_it()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Subscription("past_due"), Invoice("in_0", created: Start.AddDays(-60)), Invoice());
        stripe.FirstFailures["in_0"] = Start.AddDays(-60).AddHours(1);

        await world.DeliverAsync(Event("evt_1", Subscription("past_due"), 20), Event("evt_2", Invoice(), 20, "invoice.payment_failed"));

        Assert.Null(world.ValidPass);
        Assert.Equal(["subscription sub_1"], stripe.Asked());
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
    public async Task B3_What_was_bought_is_read_with_a_key()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_c", Customer()));
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
    public async Task F5_What_was_bought_is_read_anew_where_the_tier_of_the_pass_is_there_no_more()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Session(customer: "cus_1"));
        await world.DeliverAsync(Event("evt_1", Session(customer: "cus_1")));

        // The merchant had called it otherwise, and renamed it in the settings and in Stripe.
        var former = world.State.Stored(CustomerActor.TypeName, "cus_1", "customer").Replace("\"gold\"", "\"former\"", StringComparison.Ordinal);
        world.State.Store(CustomerActor.TypeName, "cus_1", "customer", former);
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_2", Charge(5), 60));

        Assert.Equal("gold", world.ValidPass?.TierId);
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
    public async Task F5_Where_a_turn_has_no_time_for_as_many_purchases_the_next_one_reads_fewer()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()));
        stripe.Put([Customer(), Subscription("canceled"), .. Enumerable.Range(10, 20).Select(number => Session($"cs_{number}", $"pi_{number}", "cus_1", tier: null))]);
        stripe.CallsATurn = 6; // an invoice of many prices takes many calls, and Stripe allows so many in a second
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        await world.DeliverAsync(Event("evt_3", Subscription("canceled"), 60));
        Assert.Equal("gold", world.ValidPass!.TierId);
        for (var woken = 0; woken < 12 && world.ValidPass is not null; woken++) await world.WakeWhenDueAsync();

        Assert.Null(world.ValidPass);
        Assert.Null((await world.RecordAsync())!.Reads);
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
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Charge(60_000)));
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
    public async Task F2_Where_more_is_in_doubt_than_is_remembered_the_whole_customer_is_read_and_that_is_told()
    {
        await using var world = await StartAsync();
        var charges = Enumerable.Range(0, 60).Select(number => Charge(1, $"ch_{number}")).ToArray();
        await world.DeliverAsync([.. charges.Select((charge, number) => Event($"evt_{number}", charge))]);
        stripe.Put([Customer(), .. charges]);
        stripe.Fails = FakeStripe.Away;
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
