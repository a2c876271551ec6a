using System.Text.Json.Nodes;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>What a customer does with what somebody else read from Stripe: the walk through those who hold a price (rules B2, F2).</summary>
public sealed class TellingTests
{
    private readonly FakeStripe stripe = new();

    [Fact]
    public async Task F2_A_fact_that_was_read_is_not_doubted_whatever_was_known()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(ActorWorld.Event("evt_c", Facts.Person(PassKitWorld.Email)), ActorWorld.Event("evt_1", Facts.Subscription()));
        stripe.Asked();

        await world.TakeAsync(Told(Facts.Subscription(until: Facts.PeriodEnd.AddDays(9)), seconds: 3));

        Assert.Empty(stripe.Asked());
        Assert.Null((await world.RecordAsync())!.Reads);
        Assert.Equal(Facts.PeriodEnd.AddDays(9), Assert.Single((await world.RecordAsync())!.Subscriptions).Items[0].CurrentPeriodEnd);
    }

    [Fact]
    public async Task B5_A_subscription_that_is_told_to_be_past_due_is_read_with_what_is_owed_for_it()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(ActorWorld.Event("evt_c", Facts.Person(PassKitWorld.Email)));
        stripe.Put(Customer(), Subscription("past_due"), Invoice());
        stripe.FirstFailures["in_1"] = PassKitWorld.Start.AddHours(5);
        world.PassKit.Clock.Advance(TimeSpan.FromDays(1));

        await world.TakeAsync(Told(Facts.Subscription("past_due"), seconds: 86_400));

        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal(PassKitWorld.Start.AddHours(5) + ActorWorld.Membership.Grace, (await world.InspectAsync()).ValidUntil);

        await world.TakeAsync(Told(Facts.Subscription("past_due"), seconds: 86_460));
        Assert.Empty(stripe.Asked());
    }

    [Theory]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    public async Task B2_What_is_told_of_a_product_is_not_lost_where_an_event_of_about_its_time_came_first(int seconds)
    {
        await using var world = await StartAsync();
        stripe.Put(Customer(), Shown("silver"));
        await world.TakeAsync(ActorWorld.Event("evt_1", Bronze(seconds: 0)));
        Assert.Equal("silver", (await world.InspectAsync()).Tier);

        // The product changes, and the subscription while its holders are listed.
        stripe.Put(Shown("gold"));
        world.PassKit.Clock.Advance(TimeSpan.FromSeconds(62));
        await world.TakeAsync(ActorWorld.Event("evt_2", Bronze(seconds)));
        await world.TakeAsync(Told(Bronze(seconds: 60), seconds: 60, tier: "gold"));

        Assert.Equal("gold", (await world.InspectAsync()).Tier);

        static Core.Membership.SubscriptionFact Bronze(int seconds)
        {
            var subscription = Facts.Subscription(price: "price_bronze", seconds: seconds);
            return subscription with { Items = [subscription.Items[0] with { ProductId = "prod_bronze" }] };
        }

        static JsonObject Shown(string tier)
        {
            var shown = Subscription(tier: "bronze");
            shown["items"]!["data"]![0]!["price"] = new JsonObject
            {
                ["id"] = "price_bronze", ["product"] = new JsonObject { ["id"] = "prod_bronze", ["metadata"] = new JsonObject { ["passkit_tier"] = tier } },
            };
            return shown;
        }
    }

    private static CustomerEvent Told(Core.Membership.SubscriptionFact subscription, int seconds, string tier = "") => new(
        $"evt_price-1-sub_1-{seconds}",
        "price.updated",
        [subscription with { AsOf = AsOf.OfRead(PassKitWorld.Start.AddSeconds(seconds)), Items = [subscription.Items[0] with { ProductTier = tier }] }]);

    private async Task<ActorWorld> StartAsync()
    {
        var world = await ActorWorld.StartAsync(stripe);
        stripe.Clock = world.PassKit.Clock;
        return world;
    }
}
