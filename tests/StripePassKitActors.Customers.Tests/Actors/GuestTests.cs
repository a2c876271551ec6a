using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>Payments of which Stripe names no customer, or not yet (rule B11).</summary>
public sealed class GuestTests
{
    private const string Guest = "pi_1";
    private const string GainedCustomer = """{"customer":null}""";

    private static readonly MembershipSettings ByEmail = ActorWorld.Membership with { Guests = GuestPolicy.ByEmail };
    private static readonly string Shared = GuestId.OfEmail("ada@example.com");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B11_A_completed_paid_session_makes_a_pass_whether_its_charge_comes_before_or_after(bool chargeFirst)
    {
        await using var world = await PayersWorld.StartAsync();
        string[] events = [Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session())];

        await world.DeliverAsync(events[chargeFirst ? 0 : 1]);
        if (chargeFirst) Assert.Null(world.ValidPass);
        await world.DeliverAsync(events[chargeFirst ? 1 : 0]);

        Assert.Equal((Guest, "gold", "ada@example.com"), (world.ValidPass!.ExternalId, world.ValidPass.TierId, world.ValidPass.EmailAddress));
        Assert.Equal(60_000, Assert.Single((await world.InspectAsync(Guest))!.Spend).Amount);
    }

    [Fact]
    public async Task B11_No_session_or_one_that_is_not_paid_makes_no_pass()
    {
        await using var world = await PayersWorld.StartAsync();

        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session(payment: "unpaid")));
        Assert.Empty(world.PassKit.Sandbox.Members);

        await world.DeliverAsync(Event("evt_3", Session(), 60));
        Assert.NotNull(world.ValidPass);
    }

    [Fact]
    public async Task B11_Guests_who_are_ignored_get_nothing_and_what_may_be_a_customers_is_kept()
    {
        await using var world = await PayersWorld.StartAsync(membership: ActorWorld.Membership with { Guests = GuestPolicy.Ignore });

        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
        Assert.Empty(world.PassKit.Sandbox.Members);
        Assert.Null(await world.RecordAsync(Guest));

        await world.DeliverAsync(Event("evt_3", Dispute(500, charge: "ch_2")));
        await world.DeliverAsync(Event("evt_4", Charge(60_000, "ch_2")));
        await world.WakeWhenDueAsync("pi_2");
        Assert.Equal(59_500, Assert.Single((await world.InspectAsync())!.Spend).Amount);
    }

    [Fact]
    public async Task B11_By_email_two_purchases_share_a_pass_and_what_comes_of_either_goes_there()
    {
        await using var world = await PayersWorld.StartAsync(membership: ByEmail);

        await world.DeliverAsync(Event("evt_1", Charge(30_000, customer: null)));
        await world.DeliverAsync(Event("evt_2", Session(tier: null)));
        Assert.Equal(world.Now, world.Due(Shared)); // its email has a turn, and a turn's time, of its own
        await world.WakeWhenDueAsync(Shared);
        await world.DeliverAsync(Event("evt_3", Session("cs_2", "pi_2", tier: null, email: " Ada@Example.com"), 60));
        Assert.Equal("silver", world.ValidPass!.TierId);
        await world.DeliverAsync(Event("evt_4", Charge(25_000, "ch_2", null), 60));

        Assert.Equal((Shared, "gold"), (world.ValidPass!.ExternalId, world.ValidPass.TierId));
        Assert.Equal(55_000, Assert.Single((await world.InspectAsync(Shared))!.Spend).Amount);
        Assert.Equal(["customer"], world.State.Keys("CustomerActor", Guest));
        Assert.Equal((Shared, Shared), ((await world.RecordAsync(Guest))!.ForwardTo, (await world.RecordAsync("pi_2"))!.ForwardTo));
        Assert.Equal("ada@example.com", Assert.Single(world.PassKit.Sandbox.Mail).To);

        await world.DeliverAsync(Event("evt_5", Refund(30_000), 120));
        Assert.Equal("silver", world.ValidPass!.TierId);
        await world.DeliverAsync(Event("evt_2", Session(tier: null)), Event("evt_1", Charge(30_000, customer: null)), Event("evt_5", Refund(30_000), 120));
        Assert.Equal(25_000, Assert.Single((await world.InspectAsync(Shared))!.Spend).Amount);
    }

    [Fact]
    public async Task B11_By_email_a_shared_pass_is_not_handed_over_for_one_of_its_payments()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe, ByEmail);
        stripe.Put(Charge(30_000, customer: null), Charge(25_000, "ch_2", null), Session(), Session("cs_2", "pi_2"));
        await world.DeliverAsync(Event("evt_1", Charge(30_000, customer: null)), Event("evt_2", Session()));
        await world.DeliverAsync(Event("evt_3", Dispute(25_000, charge: "ch_2")));
        await world.DeliverAsync(Event("evt_4", Session("cs_2", "pi_2")));
        stripe.Put(Charge(30_000)); // the first gains a customer, and nobody has told so yet

        if (world.Due(Shared) is not null) await world.WakeWhenDueAsync(Shared);

        Assert.Null((await world.RecordAsync(Shared))!.ForwardTo);
    }

    [Fact]
    public async Task B11_A_dispute_goes_to_the_customer_whom_the_map_names()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(60_000)));

        await world.DeliverAsync(Event("evt_2", Dispute(60_000)));

        Assert.Null(world.ValidPass);
        Assert.Null(await world.RecordAsync(Guest));
    }

    [Fact]
    public async Task B11_A_dispute_goes_to_the_customer_whom_Stripe_names_and_Stripe_is_asked_once()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        stripe.Put(Customer(), Charge(60_000), Dispute(10_000));
        await world.DeliverAsync(Event("evt_1", Charge(60_000)));

        await world.DeliverAsync(Event("evt_2", Dispute(10_000)), Event("evt_3", Dispute(10_000, "under_review"), 60));
        await world.DeliverAsync(Event("evt_4", Dispute(10_000, "needs_response"), 90));

        Assert.Equal(50_000, Assert.Single((await world.InspectAsync())!.Spend).Amount);
        Assert.Single(stripe.Asked(), "payer of ch_1");
        Assert.Equal("cus_1", await world.Owners.FindAsync(Guest, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B11_A_dispute_of_which_nobody_is_known_waits_and_finds_its_customer_when_it_looks_again(bool key)
    {
        var stripe = new FakeStripe { Fails = () => new StripeUnavailableException("Stripe is away.") };
        await using var world = await PayersWorld.StartAsync(key ? stripe : null);
        await world.DeliverAsync(Event("evt_1", Dispute(60_000)));
        await world.DeliverAsync(Event("evt_2", Refund(5_000, charge: "ch_1"), 60));
        Assert.Equal(world.Now.AddMinutes(1), world.Due(Guest));

        await world.WakeWhenDueAsync(Guest);
        Assert.Equal(world.Now.AddMinutes(10), world.Due(Guest));

        stripe.Fails = null;
        stripe.Put(Customer(), Charge(60_000), Dispute(60_000));
        await world.DeliverAsync(Event("evt_3", Charge(60_000)));
        Assert.NotNull(world.ValidPass);
        await world.WakeWhenDueAsync(Guest);

        Assert.Null(world.ValidPass);
        Assert.Equal("cus_1", (await world.RecordAsync(Guest))!.ForwardTo);
        Assert.Equal([Guest], (await world.RecordAsync())!.FormerGuests);
        Assert.Equal(["customer"], world.State.Keys("CustomerActor", Guest));

        // It fires once more; and what comes later goes to the customer.
        await world.WakeAsync(Guest);
        await world.DeliverAsync(Event("evt_4", Dispute(60_000, "won"), 120));
        stripe.Put(Dispute(60_000, "won"));
        await world.SyncAsync();
        Assert.NotNull(world.ValidPass);
    }

    [Fact]
    public async Task B11_A_dispute_whose_customer_could_not_be_asked_for_goes_over_once_it_can_although_its_charge_was_read_meanwhile()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        stripe.Put(Customer(), Charge(60_000), Dispute(60_000));
        await world.DeliverAsync(Event("evt_c", Customer()), Event("evt_1", Charge(60_000)));
        stripe.Fails = () =>
        {
            stripe.Fails = null;
            return new StripeUnavailableException("Stripe is away for a moment.");
        };

        await world.DeliverAsync(Event("evt_2", Dispute(60_000)), Event("evt_3", Dispute(60_000, "under_review"), 2));
        Assert.Equal(["payer of ch_1", "charge ch_1"], stripe.Asked());
        Assert.NotNull(world.ValidPass);
        await world.WakeWhenDueAsync(Guest);

        Assert.Null(world.ValidPass);
        Assert.Equal("cus_1", (await world.RecordAsync(Guest))!.ForwardTo);
    }

    [Fact]
    public async Task B11_A_guest_who_is_nobodys_stops_looking()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Dispute(60_000)));

        for (var looks = 0; looks < 6; looks++) await world.WakeWhenDueAsync(Guest);

        Assert.Null(world.Due(Guest));
        Assert.Equal(1, (await world.RecordAsync(Guest))!.AwaitedCharges);
    }

    [Fact]
    public async Task B11_A_charge_that_gains_a_customer_takes_its_row_and_its_pass_along()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
        var pass = world.ValidPass!;

        await world.DeliverAsync(Gained());

        await IsOneAsync(world, 60_000);
        Assert.Equal(pass.Id, world.ValidPass!.Id);
        Assert.Equal("cus_1", world.ValidPass.MetaData["stripeCustomerId"]);

        // Repeated, and late events of the guest.
        await world.DeliverAsync(Gained(), Event("evt_2", Session()), Event("evt_1", Charge(60_000, customer: null)));
        await IsOneAsync(world, 60_000);
        Assert.Equal([Guest], (await world.RecordAsync())!.FormerGuests);
        await world.DeliverAsync(Event("evt_4", Refund(60_000), 120));
        Assert.Null(world.ValidPass);
    }

    [Fact]
    public async Task B11_A_guests_pass_lapses_where_the_customer_has_one()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_0", Subscription(tier: "silver")));
        var pass = world.ValidPass!;
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));

        await world.DeliverAsync(Gained());

        await IsOneAsync(world, 60_000);
        Assert.Equal((pass.Id, "gold"), (world.ValidPass!.Id, world.ValidPass.TierId));
        Assert.Equal(2, world.PassKit.Sandbox.Members.Count);
    }

    /// <summary>Every commit of a handover fails once, with and without a pass of the customer's own, and the event comes again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B11_A_handover_that_breaks_off_anywhere_ends_in_one_pass_and_the_money_once(bool hasPass)
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync();
            if (hasPass) await world.DeliverAsync(Event("evt_0", Subscription(tier: "silver")));
            await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
            world.State.CommitsUntilFailure = at;

            broke = await world.TryAsync(Gained()) == 1;
            Assert.Equal(broke, world.State.CommitsUntilFailure is null or < 0);
            world.State.CommitsUntilFailure = null;
            if (broke) await world.DeliverAsync(Gained());

            await IsOneAsync(world, 60_000);
            Assert.True(at < 20);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B11_By_email_a_handover_that_breaks_off_anywhere_ends_in_one_pass_and_the_money_once(bool hasPass)
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync(membership: ByEmail);
            if (hasPass) await world.DeliverAsync(Event("evt_0", Session("cs_2", "pi_2")));
            await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)));
            world.State.CommitsUntilFailure = at;

            broke = await world.TryAsync(Event("evt_2", Session())) == 1;
            world.State.CommitsUntilFailure = null;
            if (broke) await world.DeliverAsync(Event("evt_2", Session()));

            Assert.Equal(Shared, world.ValidPass!.ExternalId);
            Assert.Equal(60_000, Assert.Single((await world.InspectAsync(Shared))!.Spend).Amount);
            Assert.Equal(["customer"], world.State.Keys("CustomerActor", Guest));
            Assert.True(at < 20);
        }
    }

    [Fact]
    public async Task B11_What_comes_to_a_guest_whose_handover_broke_off_is_handed_over_the_next_time()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)));
        world.Calls.BeforeAnswer = () => throw new HttpRequestException("The sidecar went away.");
        Assert.Equal(1, await world.TryAsync(Gained()));
        var handedOver = 0;
        world.Calls.BeforeAnswer = () => ++handedOver == 1 ? throw new HttpRequestException("The sidecar went away.") : Task.CompletedTask;
        Assert.Equal(1, await world.TryAsync(Gained()));
        world.Calls.BeforeAnswer = () => Task.CompletedTask;
        Assert.Equal(["charge-ch_1", "customer"], world.State.Keys("CustomerActor", Guest));

        await world.Owners.ForgetAsync([Guest], TestContext.Current.CancellationToken);
        await world.DeliverAsync(Event("evt_2", Session(tier: "silver")), Event("evt_3", Refund(55_000), 60));
        await world.DeliverAsync(Gained());

        await IsOneAsync(world, 5_000);
        Assert.Equal("silver", world.ValidPass!.TierId);
        Assert.Single((await world.RecordAsync())!.Purchases);
    }

    [Fact]
    public async Task B11_An_undone_purchase_stays_undone_when_it_is_handed_over()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(500, customer: null, refunded: 500)), Event("evt_2", Session()));

        await world.DeliverAsync(Event("evt_3", Charge(500, refunded: 500), 60, "charge.updated", GainedCustomer));

        Assert.Null(world.ValidPass);
        Assert.Contains("undone-pi_1", world.State.Keys("CustomerActor", "cus_1"));
        Assert.DoesNotContain("undone-pi_1", world.State.Keys("CustomerActor", Guest));
    }

    [Fact]
    public async Task B11_By_email_a_payment_that_gains_a_customer_leaves_the_shared_pass()
    {
        await using var world = await PayersWorld.StartAsync(membership: ByEmail);
        await world.DeliverAsync(Event("evt_1", Charge(30_000, customer: null)), Event("evt_2", Session()));
        await world.DeliverAsync(Event("evt_4", Session("cs_2", "pi_2", tier: null), 60), Event("evt_5", Charge(25_000, "ch_2", null), 60));
        Assert.Equal(55_000, Assert.Single((await world.InspectAsync(Shared))!.Spend).Amount);

        await world.DeliverAsync(Gained(30_000));
        await IsPartedAsync();

        // Repeated, and late events of the guest.
        await world.DeliverAsync(Gained(30_000), Event("evt_2", Session()), Event("evt_1", Charge(30_000, customer: null)));
        await IsPartedAsync();
        Assert.Equal("cus_1", (await world.RecordAsync(Guest))!.ForwardTo);

        async Task IsPartedAsync()
        {
            Assert.Equal(30_000, Assert.Single((await world.InspectAsync())!.Spend).Amount);
            Assert.Equal(25_000, Assert.Single((await world.InspectAsync(Shared))!.Spend).Amount);
            Assert.Equal(("gold", "silver"), ((await world.InspectAsync())!.Tier, (await world.InspectAsync(Shared))!.Tier));
            Assert.Equal(["charge-ch_2", "customer"], world.State.Keys("CustomerActor", Shared));
        }
    }

    [Fact]
    public async Task B11_By_email_the_charges_that_stay_with_the_shared_pass_count_once_however_many_they_are()
    {
        await using var world = await PayersWorld.StartAsync(membership: ByEmail);
        for (var number = 1; number <= 25; number++)
            await world.DeliverAsync(Event($"evt_c{number}", Made(number)), Event($"evt_s{number}", Session($"cs_{number}", $"pi_{number}", tier: null)));
        Assert.Equal(25_000, Assert.Single((await world.InspectAsync(Shared))!.Spend).Amount);

        await world.DeliverAsync(Gained(1_000));
        await world.DeliverAsync([.. Enumerable.Range(2, 24).Select(number => Event($"evt_r{number}", Made(number, refunded: 400), 60, "charge.updated"))]);

        var shared = (await world.InspectAsync(Shared))!;
        Assert.Equal(24 * 600, Assert.Single(shared.Spend).Amount);
        Assert.Equal(Enumerable.Range(2, 20).Select(number => $"ch_{number}"), shared.Charges.Select(charge => charge.Id));

        // The first is the newest.
        static System.Text.Json.Nodes.JsonObject Made(int number, long refunded = 0) => Charge(1_000, $"ch_{number}", null, refunded, PassKitWorld.Start.AddMinutes(-number));
    }

    [Fact]
    public async Task B11_By_email_a_payment_that_leaves_the_shared_pass_and_breaks_off_anywhere_counts_once()
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync(membership: ByEmail);
            await world.DeliverAsync(Event("evt_1", Charge(30_000, customer: null)), Event("evt_2", Session()));
            world.State.CommitsUntilFailure = at;

            broke = await world.TryAsync(Gained(30_000)) == 1;
            world.State.CommitsUntilFailure = null;
            if (broke) await world.DeliverAsync(Gained(30_000));

            Assert.Equal(30_000, Assert.Single((await world.InspectAsync())!.Spend).Amount);
            Assert.Empty((await world.InspectAsync(Shared))!.Spend);
            Assert.Equal(["customer"], world.State.Keys("CustomerActor", Shared));
            Assert.Equal((await world.RecordAsync())!.Pass.MemberId, world.ValidPass!.Id);
            Assert.True(at < 20);
        }
    }

    /// <summary>Whatever of a handover was saved when it broke off, an event of the guest's that comes before it is repeated takes no pass from the customer.</summary>
    [Fact]
    public async Task B11_A_guest_whose_handover_broke_off_revokes_no_pass_that_is_the_customers_by_then()
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync();
            await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
            world.State.CommitsUntilFailure = at;
            broke = await world.TryAsync(Gained()) == 1;
            world.State.CommitsUntilFailure = null;

            await world.Owners.ForgetAsync([Guest], TestContext.Current.CancellationToken);
            await world.DeliverAsync(Event("evt_5", Subscription(), 70));
            await world.DeliverAsync(Event("evt_6", Refund(60_000), 120));
            await world.DeliverAsync(Gained());

            Assert.Equal((await world.RecordAsync())!.Pass.MemberId, world.ValidPass!.Id);
            Assert.Equal(0, (await world.InspectAsync())!.Spend.Sum(row => row.Amount));
            Assert.Equal(["customer"], world.State.Keys("CustomerActor", Guest));
            Assert.True(at < 20);
        }
    }

    /// <summary>Whatever of a handover was saved when it broke off, neither PassKit's hint nor an operator's sync writes the guest's content over the customer's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B11_A_guest_whose_handover_broke_off_ends_it_before_it_looks_at_a_pass(bool synced)
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync();
            await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session(tier: "silver")));
            var member = world.ValidPass!.Id;
            world.State.CommitsUntilFailure = at;
            broke = await world.TryAsync(Gained()) == 1;
            world.State.CommitsUntilFailure = null;
            var begun = (await world.RecordAsync(Guest))!.ForwardTo is not null;

            if (synced) Assert.Null((await world.SyncAsync(Guest)).Failure);
            else Assert.True(await world.HintAsync(member, Guest, "PASS_EVENT_RECORD_UPDATED"));

            if (begun)
            {
                await IsOneAsync(world, 60_000);
                Assert.Equal((member, "gold", "cus_1"), (world.ValidPass!.Id, world.ValidPass.TierId, world.ValidPass.MetaData["stripeCustomerId"]));
            }

            Assert.True(at < 20);
        }
    }

    [Fact]
    public async Task B11_A_handover_that_broke_off_is_ended_by_the_reminder_where_nothing_comes_again()
    {
        for (var (at, broke) = (0, true); broke; at++)
        {
            await using var world = await PayersWorld.StartAsync(membership: ByEmail);
            await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)));
            world.State.CommitsUntilFailure = at;
            broke = await world.TryAsync(Event("evt_2", Session())) == 1;
            world.State.CommitsUntilFailure = null;

            if ((await world.RecordAsync(Guest))!.ForwardTo is not null && world.Due(Guest) is not null) await world.WakeWhenDueAsync(Guest);

            if ((await world.RecordAsync(Guest))!.ForwardTo is not null) Assert.Equal(["customer"], world.State.Keys("CustomerActor", Guest));
            Assert.True(at < 20);
        }
    }

    [Fact]
    public async Task B11_A_failed_sync_of_a_guest_leaves_no_letter_behind_when_its_pass_is_handed_over()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
        await world.DeliverAsync(Event("evt_4", Session(email: "no address"), 30));
        await world.WakeWhenDueAsync(Guest);
        Assert.Single(await world.ParkedAsync());

        Assert.Equal(0, await world.TryAsync(Event("evt_5", Customer(), 40)));
        Assert.Equal(0, await world.TryAsync(Gained()));
        await world.WakeWhenDueAsync(Guest);

        await IsOneAsync(world, 60_000);
        Assert.Empty(await world.ParkedAsync());
    }

    [Fact]
    public async Task B11_A_failed_sync_that_fails_for_the_customer_too_stands_among_the_letters_as_the_customers()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
        await world.DeliverAsync(Event("evt_4", Session(email: "no address"), 30));
        await world.WakeWhenDueAsync(Guest);

        Assert.Equal(0, await world.TryAsync(Gained()));
        await world.WakeWhenDueAsync(Guest);
        await world.WakeWhenDueAsync();

        Assert.Equal("cus_1", Assert.Single(await world.LettersAsync()).CustomerId);
    }

    [Fact]
    public async Task B11_A_handover_calls_nobody_once_a_turns_time_is_over()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_0", Subscription(tier: "silver")));
        await world.DeliverAsync(Event("evt_1", Charge(60_000, customer: null)), Event("evt_2", Session()));
        var began = world.Now;
        List<TimeSpan> called = [];
        world.PassKit.Transport.BeforeAnswer = () =>
        {
            called.Add(world.Now - began);
            world.Clock.Advance(TimeSpan.FromSeconds(2.1));
            return Task.CompletedTask;
        };

        await world.TryAsync(Event("evt_3", Charge(60_000), 60, "charge.updated", GainedCustomer));

        Assert.InRange(called.Count, 1, 2);
        world.PassKit.Transport.BeforeAnswer = () => Task.CompletedTask;
        while (world.Due(Guest) is not null) await world.WakeWhenDueAsync(Guest);
        await world.WakeWhenDueAsync();
        await IsOneAsync(world, 60_000);
    }

    private static string Gained(long amount = 60_000) => Event("evt_3", Charge(amount), 60, "charge.updated", GainedCustomer);

    private static async Task IsOneAsync(PayersWorld world, long amount)
    {
        Assert.NotNull(world.ValidPass);
        Assert.Equal(world.ValidPass.Id, (await world.RecordAsync())!.Pass.MemberId);
        Assert.Equal(amount, Assert.Single((await world.InspectAsync())!.Spend).Amount);
        Assert.Equal("cus_1", (await world.RecordAsync(Guest))!.ForwardTo);
        Assert.Equal(["customer"], world.State.Keys("CustomerActor", Guest));
    }
}
