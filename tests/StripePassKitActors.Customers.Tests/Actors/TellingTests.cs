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
        await world.TakeAsync(ActorWorld.Event("evt_1", Facts.Subscription()));
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
        stripe.Put(Customer(), Subscription("past_due"), Invoice());
        stripe.FirstFailures["in_1"] = PassKitWorld.Start.AddHours(5);
        world.PassKit.Clock.Advance(TimeSpan.FromDays(1));

        await world.TakeAsync(Told(Facts.Subscription("past_due"), seconds: 86_400));

        Assert.Equal(["subscription sub_1"], stripe.Asked());
        Assert.Equal(PassKitWorld.Start.AddHours(5) + ActorWorld.Membership.Grace, (await world.InspectAsync()).ValidUntil);

        await world.TakeAsync(Told(Facts.Subscription("past_due"), seconds: 86_460));
        Assert.Empty(stripe.Asked());
    }

    private static CustomerEvent Told(Core.Membership.SubscriptionFact subscription, int seconds) => new(
        $"evt_price-1-sub_1-{seconds}",
        "price.updated",
        [subscription with { AsOf = AsOf.OfRead(PassKitWorld.Start.AddSeconds(seconds)), Items = [subscription.Items[0] with { ProductTier = "" }] }]);

    private async Task<ActorWorld> StartAsync()
    {
        var world = await ActorWorld.StartAsync(stripe);
        stripe.Clock = world.PassKit.Clock;
        return world;
    }
}
