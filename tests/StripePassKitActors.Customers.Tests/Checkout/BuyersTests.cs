using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Hosting;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Checkout;

/// <summary>What somebody is told who comes back from a checkout.</summary>
public sealed class BuyersTests
{
    private const string Id = "cs_test_a1";
    private const string Completed = "checkout.session.completed";

    [Theory]
    [InlineData("open", "payment", "unpaid", "checkout.session.created", CheckoutState.Open)]
    [InlineData("expired", "payment", "unpaid", "checkout.session.expired", CheckoutState.Expired)]
    [InlineData("complete", "setup", "no_payment_required", Completed, CheckoutState.Setup)]
    [InlineData("complete", "payment", "unpaid", Completed, CheckoutState.Pending)]
    [InlineData("complete", "payment", "unpaid", "checkout.session.async_payment_failed", CheckoutState.Unpaid)]
    public async Task Without_a_key_its_events_tell_how_far_it_came(string status, string mode, string payment, string type, CheckoutState told)
    {
        await using var world = await PayersWorld.StartAsync();
        var session = Of(payment: payment);
        (session["status"], session["mode"]) = (status, mode);

        Assert.Equal(BoughtPass.Of(CheckoutState.Waiting), await world.BuyerAsksAsync(Id));
        await world.DeliverAsync(Event("evt_1", session, type: type));

        Assert.Equal(BoughtPass.Of(told), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task Who_paid_is_shown_the_pass_and_the_actor_knows_that_a_page_took_it()
    {
        await using var world = await PayersWorld.StartAsync();

        await world.DeliverAsync(Event("evt_1", Of(), type: Completed), Event("evt_2", Charge(60_000, customer: null)));
        var pass = await world.BuyerAsksAsync(Id);

        Assert.Equal((CheckoutState.Ready, true), (pass.State, pass.Settled));
        Assert.EndsWith($"/{world.ValidPass!.Id}", pass.Url, StringComparison.Ordinal);
        Assert.NotNull((await world.RecordAsync("pi_1"))!.Pass.ShownAt);
    }

    [Fact]
    public async Task The_link_shows_for_an_hour_after_completion()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Of(), type: Completed), Event("evt_2", Charge(60_000, customer: null)));

        world.Clock.Advance(PassKitWorld.Start + BoughtPasses.Shown - world.Now - TimeSpan.FromSeconds(1));
        Assert.Equal(CheckoutState.Ready, (await world.BuyerAsksAsync(Id)).State);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(BoughtPass.Of(CheckoutState.Late), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task A_payment_that_clears_days_later_shows_no_link_any_more()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Of(payment: "unpaid"), type: Completed));

        world.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(BoughtPass.Of(CheckoutState.Pending), await world.BuyerAsksAsync(Id));
        await world.DeliverAsync(Event("evt_2", Of(), 3 * 86_400, "checkout.session.async_payment_succeeded"));

        Assert.NotNull(world.ValidPass);
        Assert.Equal(BoughtPass.Of(CheckoutState.Late), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task What_earns_no_pass_says_so_even_to_a_customer_who_has_one()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        Assert.NotNull(world.ValidPass);

        await world.DeliverAsync(Event("evt_2", Of(customer: "cus_1", tier: null), type: Completed), Event("evt_3", Charge(100)));

        Assert.Equal(BoughtPass.Of(CheckoutState.None), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task Guests_who_are_ignored_have_none()
    {
        await using var world = await PayersWorld.StartAsync(membership: ActorWorld.Membership with { Guests = GuestPolicy.Ignore });

        await world.DeliverAsync(Event("evt_1", Of(), type: Completed));

        Assert.Equal(BoughtPass.Of(CheckoutState.None), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task A_pass_that_was_found_by_email_is_not_shown()
    {
        await using var world = await PayersWorld.StartAsync(membership: ActorWorld.Membership with { Guests = GuestPolicy.ByEmail });

        await world.DeliverAsync(Event("evt_1", Of(), type: Completed), Event("evt_2", Charge(60_000, customer: null)));

        Assert.NotNull(world.ValidPass);
        Assert.Equal(BoughtPass.Of(CheckoutState.Mailed), await world.BuyerAsksAsync(Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_a_key_page_and_webhook_may_come_in_either_order_and_make_one_pass(bool pageFirst)
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        var session = Of(customer: "cus_1", tier: null, intent: null);
        (session["mode"], session["subscription"]) = ("subscription", "sub_1");
        var subscription = Subscription();
        subscription["created"] = Unix(PassKitWorld.Start);
        stripe.Put(session, subscription, Customer());
        string[] webhooks = [Event("evt_1", session, type: Completed), Event("evt_2", subscription, type: "customer.subscription.created")];

        if (!pageFirst) await world.DeliverAsync(webhooks);
        var pass = await world.BuyerAsksAsync(Id);
        if (pageFirst) await world.DeliverAsync(webhooks);

        Assert.Equal(CheckoutState.Ready, pass.State);
        Assert.Equal(pageFirst ? 1 : 0, stripe.Calls.Count(call => call == $"checkout.session {Id}"));
        Assert.Single(world.PassKit.Sandbox.Members);
        Assert.EndsWith($"/{world.ValidPass!.Id}", pass.Url, StringComparison.Ordinal);
        Assert.Equal(pass, await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task With_a_key_a_guests_purchase_is_made_by_the_page_with_its_payment_and_what_was_bought()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        var session = Of(tier: null);
        session["payment_intent"] = new JsonObject { ["id"] = "pi_1", ["object"] = "payment_intent", ["status"] = "succeeded", ["latest_charge"] = Charge(60_000, customer: null) };
        session["line_items"] = new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject { ["quantity"] = 1, ["price"] = new JsonObject { ["id"] = "price_x", ["metadata"] = new JsonObject { ["passkit_tier"] = "gold" } } }),
        };
        stripe.Put(session, Charge(60_000, customer: null));

        Assert.Equal(CheckoutState.Ready, (await world.BuyerAsksAsync(Id)).State);

        Assert.Equal(("pi_1", "gold"), (world.ValidPass!.ExternalId, world.ValidPass.TierId));
        Assert.Equal(60_000, Assert.Single((await world.InspectAsync("pi_1"))!.Spend).Amount);
        Assert.Equal("checkout.session.read", Assert.Single((await world.RecordAsync("pi_1"))!.RecentEvents).Type);
        Assert.DoesNotContain(Id, (await world.RecordAsync("pi_1"))!.RecentEvents.Single().Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, CheckoutState.Ready)]
    [InlineData(60_000, CheckoutState.None)]
    public async Task With_a_key_a_purchase_that_was_refunded_before_anybody_asked_is_read_as_any_other(long refunded, CheckoutState told)
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        var session = Of();
        var charge = Charge(60_000, customer: null, refunded: refunded);
        session["payment_intent"] = new JsonObject { ["id"] = "pi_1", ["object"] = "payment_intent", ["status"] = "succeeded", ["latest_charge"] = charge.DeepClone() };
        stripe.Put(session, charge);

        Assert.Equal(told, (await world.BuyerAsksAsync(Id)).State);

        Assert.Equal(60_000 - refunded, (await world.InspectAsync("pi_1"))!.Spend.Sum(row => row.Amount));
    }

    [Fact]
    public async Task With_a_key_a_session_that_Stripe_does_not_have_is_unknown_unless_a_webhook_told_of_it()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);

        Assert.Equal(BoughtPass.Of(CheckoutState.Unknown), await world.BuyerAsksAsync(Id));
        await world.DeliverAsync(Event("evt_1", Of(payment: "unpaid"), type: Completed));

        world.Clock.Advance(CheckoutReading.Apart);
        Assert.Equal(BoughtPass.Of(CheckoutState.Pending), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task While_Stripe_does_not_answer_the_page_waits_for_the_webhook()
    {
        var stripe = new FakeStripe { Fails = () => new StripeUnavailableException("away") };
        await using var world = await PayersWorld.StartAsync(stripe);

        Assert.Equal(BoughtPass.Of(CheckoutState.Waiting), await world.BuyerAsksAsync(Id));
        await world.DeliverAsync(Event("evt_1", Of(), type: Completed));

        Assert.NotEqual(CheckoutState.Waiting, (await world.BuyerAsksAsync(Id)).State);
    }

    [Fact]
    public async Task A_delayed_payment_is_seen_to_fail_in_Stripe()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        var session = Of(payment: "unpaid");
        session["payment_intent"] = new JsonObject { ["id"] = "pi_1", ["object"] = "payment_intent", ["status"] = "processing" };
        stripe.Put(session);
        Assert.Equal(BoughtPass.Of(CheckoutState.Pending), await world.BuyerAsksAsync(Id));

        session["payment_intent"]!["status"] = "requires_payment_method";
        world.Clock.Advance(CheckoutReading.Apart);

        Assert.Equal(BoughtPass.Of(CheckoutState.Unpaid), await world.BuyerAsksAsync(Id));
    }

    [Fact]
    public async Task A_session_is_read_once_in_three_seconds_from_however_many_pages()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);
        var session = Of(payment: "unpaid");
        session["status"] = "open";
        stripe.Put(session);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.BuyerAsksAsync(Id)));
        Assert.Single(stripe.Asked());

        world.Clock.Advance(CheckoutReading.Apart);
        await world.BuyerAsksAsync(Id);
        Assert.Single(stripe.Asked());
    }

    [Fact]
    public async Task Ids_that_a_stranger_makes_up_leave_Stripe_to_those_who_bought()
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe);

        for (var i = 0; i < CheckoutReading.MostAtOnce; i++) Assert.Equal(CheckoutState.Unknown, (await world.BuyerAsksAsync($"cs_test_{i}")).State);
        Assert.Equal(CheckoutState.Waiting, (await world.BuyerAsksAsync("cs_test_more")).State);
        Assert.Equal(CheckoutReading.MostAtOnce, stripe.Asked().Count);

        world.Clock.Advance(CheckoutReading.Apart);
        Assert.Equal(CheckoutState.Unknown, (await world.BuyerAsksAsync("cs_test_more")).State);
    }

    [Fact]
    public async Task Forgetting_a_customer_forgets_the_checkouts_too()
    {
        await using var world = await PayersWorld.StartAsync(membership: ActorWorld.Membership with { OnCustomerDeleted = DeletedPolicy.Forget });
        await world.DeliverAsync(Event("evt_1", Of(customer: "cus_1"), type: Completed));
        await world.DeliverAsync(Event("evt_2", Of("cs_test_a2", customer: "cus_1", intent: "pi_2"), type: Completed));
        Assert.NotNull(await world.Checkouts.FindAsync(Id, TestContext.Current.CancellationToken));

        await world.DeliverAsync(Event("evt_3", Customer(), 60, "customer.deleted"));

        Assert.Null(await world.Checkouts.FindAsync(Id, TestContext.Current.CancellationToken));
        Assert.Null(await world.Checkouts.FindAsync("cs_test_a2", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B10_Of_whoever_is_forgotten_no_checkout_is_written_down_again(bool read)
    {
        var stripe = new FakeStripe();
        await using var world = await PayersWorld.StartAsync(stripe, ActorWorld.Membership with { OnCustomerDeleted = DeletedPolicy.Forget });
        stripe.Put(Of(customer: "cus_1"));
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Customer(), 60, "customer.deleted"));

        if (read) Assert.Equal(CheckoutState.None, (await world.BuyerAsksAsync(Id)).State);
        else await world.DeliverAsync(Event("evt_3", Of(customer: "cus_1"), type: Completed));

        Assert.Null(await world.Checkouts.FindAsync(Id, TestContext.Current.CancellationToken));
    }

    private static JsonObject Of(string id = Id, string? intent = "pi_1", string? customer = null, string payment = "paid", string? tier = "gold") =>
        Session(id, intent, customer, payment, tier);
}
