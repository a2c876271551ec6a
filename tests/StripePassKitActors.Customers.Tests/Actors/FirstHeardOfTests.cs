using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>Who was a customer of the merchant's before this service was: no event ever brought the customer object (rules F2, B9, P2).</summary>
public sealed class FirstHeardOfTests
{
    private readonly FakeStripe stripe = new();

    [Fact]
    public async Task P2_With_a_key_whoever_is_first_heard_of_by_a_subscription_has_their_name_on_the_pass_at_once()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Subscription());

        await world.DeliverAsync(Event("evt_1", Subscription()));
        Assert.Equal(["customer cus_1"], stripe.Asked());
        Assert.Equal(("Ada", "ada@example.com"), (world.ValidPass!.DisplayName, world.ValidPass.EmailAddress));
        Assert.Null((await world.RecordAsync())!.Reads);

        await world.DeliverAsync(Event("evt_2", Charge(500), 60), Event("evt_3", Subscription(until: Facts.PeriodEnd.AddDays(30)), 60));
        Assert.Empty(stripe.Asked());
    }

    [Fact]
    public async Task P2_So_has_whoever_is_first_heard_of_by_a_charge_or_a_purchase()
    {
        await using var world = await StartAsync();
        var bought = Session(customer: "cus_2", intent: "pi_2");
        stripe.Put(Customer(), Charge(60_000), Customer("cus_2"), bought, Charge(500, "ch_2", "cus_2"));

        await world.DeliverAsync(Event("evt_1", Charge(60_000)), Event("evt_2", bought));

        Assert.Equal("Ada", (await world.RecordAsync())!.Customer?.Name);
        Assert.Equal("Ada", (await world.RecordAsync("cus_2"))!.Customer?.Name);
        Assert.All(world.PassKit.Sandbox.Members, member => Assert.Equal("Ada", member.DisplayName));
        Assert.Single(stripe.Asked(), "customer cus_1");
    }

    [Fact]
    public async Task B9_The_merchants_word_about_somebody_first_heard_of_by_a_subscription_holds_from_the_first_event_on()
    {
        await using var world = await StartAsync();
        stripe.Put(
            Customer(metadata: ("passkit_opt_out", "yes")), Subscription(),
            Customer("cus_2", ("passkit_pin_tier", "silver")), Subscription(id: "sub_2", customer: "cus_2"));

        await world.DeliverAsync(Event("evt_1", Subscription()), Event("evt_2", Subscription(id: "sub_2", customer: "cus_2")));

        Assert.Equal("silver", Assert.Single(world.PassKit.Sandbox.Members).TierId);
    }

    [Fact]
    public async Task B9_A_pass_that_was_issued_before_anybody_asked_ends_with_the_next_event_where_the_merchant_says_so()
    {
        await using var world = await StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        stripe.Put(Customer(metadata: ("passkit_opt_out", "yes")), Subscription());
        stripe.Asked();

        await world.DeliverAsync(Event("evt_2", Subscription(until: Facts.PeriodEnd.AddDays(30)), 60));

        Assert.Equal(["customer cus_1", "all of cus_1"], stripe.Asked());
        Assert.Null(world.ValidPass);
    }

    [Fact]
    public async Task P2_While_Stripe_does_not_answer_the_pass_is_issued_without_a_name_and_named_once_it_does()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Subscription());
        stripe.Fails = FakeStripe.Away;

        await world.DeliverAsync(Event("evt_1", Subscription()));
        Assert.Equal("", world.ValidPass!.DisplayName);

        stripe.Fails = null;
        stripe.Asked();
        await world.WakeWhenDueAsync();
        Assert.Equal(["customer cus_1"], stripe.Asked());
        Assert.Equal("Ada", world.ValidPass!.DisplayName);
        Assert.Null((await world.RecordAsync())!.Reads);
    }

    [Fact]
    public async Task P2_A_customer_object_that_Stripe_refuses_to_show_holds_up_nothing_else()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), OfProduct("gold"));
        stripe.Refuses = call => call.StartsWith("customer ", StringComparison.Ordinal);

        await world.DeliverAsync(Event("evt_1", OfProduct(null)));

        Assert.Equal(["subscription sub_1", "customer cus_1"], stripe.Asked());
        Assert.Equal("gold", world.ValidPass!.TierId);
        Assert.Equal("cus_1", Assert.Single((await world.RecordAsync())!.Reads!.Objects).Id);
    }

    [Fact]
    public async Task P2_Whoever_earns_a_pass_only_by_what_is_read_is_named_in_the_same_turn_and_nobody_else_is_read()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), OfProduct("gold"), Customer("cus_2"), OfProduct("of no tier", "sub_2", "cus_2"));

        await world.DeliverAsync(Event("evt_1", OfProduct(null)), Event("evt_2", OfProduct(null, "sub_2", "cus_2")), Event("evt_3", Charge(100, "ch_3", "cus_3")));

        Assert.Equal("Ada", Assert.Single(world.PassKit.Sandbox.Members).DisplayName);
        Assert.Equal(["customer cus_1", "subscription sub_1", "subscription sub_2"], stripe.Asked().Order(StringComparer.Ordinal));
        Assert.Null((await world.RecordAsync("cus_2"))!.Reads);
    }

    [Fact]
    public async Task P2_A_customer_whom_Stripe_does_not_know_is_asked_for_by_no_reminder()
    {
        await using var world = await StartAsync();

        await world.DeliverAsync(Event("evt_1", Subscription()));

        Assert.Equal(["customer cus_1"], stripe.Asked());
        Assert.NotNull(world.ValidPass);
        Assert.Null((await world.RecordAsync())!.Reads);
        Assert.Equal(Facts.PeriodEnd.AddDays(3).AddHours(-1), world.Due());

        await world.DeliverAsync(Event("evt_1", Subscription()));
        Assert.Empty(stripe.Asked());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task F2_A_customer_object_that_comes_in_the_same_turn_is_not_read(bool first)
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Subscription());
        string[] events = [Event("evt_1", Customer(), type: "customer.created"), Event("evt_2", Subscription())];

        await world.DeliverAsync([.. first ? events : events.Reverse()]);

        Assert.Empty(stripe.Asked());
        Assert.Equal("Ada", world.ValidPass!.DisplayName);
    }

    [Fact]
    public async Task B11_B12_Neither_a_guest_nor_an_account_has_a_customer_object_to_read()
    {
        await using var world = await StartAsync();

        await world.DeliverAsync(Event("evt_1", Charge(500, customer: null)), Event("evt_2", Session()));
        await world.DeliverAsync(Event("evt_3", OfAccount(Charge(60_000, "ch_2", customer: null))));

        Assert.Equal(2, world.PassKit.Sandbox.Members.Count(member => !member.IsExpired));
        Assert.DoesNotContain(stripe.Asked(), call => call.StartsWith("customer ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B10_Of_somebody_who_was_forgotten_and_began_anew_the_customer_object_is_not_asked_for()
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Subscription());
        await world.DeliverAsync(Event("evt_1", Customer()), Event("evt_2", Subscription()));
        await world.ForgetAsync();
        world.Clock.Advance(TimeSpan.FromDays(1));
        var anew = Subscription(id: "sub_2");
        anew["created"] = Unix(world.Now);

        await world.DeliverAsync(Event("evt_3", anew, 24 * 3600));

        Assert.NotNull(world.ValidPass);
        Assert.Empty(stripe.Asked());
    }

    [Fact]
    public async Task F2_Never_and_no_key_read_no_customer_object_either()
    {
        await using var never = await StartAsync(StripeOptions.RereadPolicy.Never);
        await using var keyless = await PayersWorld.StartAsync();
        stripe.Put(Customer(), Subscription());
        foreach (var world in new[] { never, keyless })
        {
            await world.DeliverAsync(Event("evt_1", Subscription()));
            Assert.Equal("", world.ValidPass!.DisplayName);
        }

        Assert.Empty(stripe.Asked());
    }

    /// <summary>What is sold at a price whose tier its product tells; null: an event, which does not show that.</summary>
    private static JsonObject OfProduct(string? tier, string id = "sub_1", string customer = "cus_1")
    {
        var sold = Subscription(tier: "bronze", id: id, customer: customer);
        sold["items"]!["data"]![0]!["price"] = new JsonObject
        {
            ["id"] = "price_bronze", ["product"] = tier is null ? "prod_bronze" : new JsonObject { ["id"] = "prod_bronze", ["metadata"] = new JsonObject { ["passkit_tier"] = tier } },
        };
        return sold;
    }

    private Task<PayersWorld> StartAsync(StripeOptions.RereadPolicy policy = StripeOptions.RereadPolicy.WhenNeeded) => PayersWorld.StartAsync(stripe, policy: policy);
}
