using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>The number that every attempt to change something outside has, and what is saved before it (ADR 13).</summary>
public sealed class AttemptTests
{
    [Fact]
    public async Task A_turn_that_changes_nothing_outside_has_no_number()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Charge(100)));

        Assert.Equal((0, false), await NumberAsync(world));
    }

    [Fact]
    public async Task Each_attempt_has_the_next_number_whatever_became_of_it()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Equal((1, false), await NumberAsync(world));

        world.State.CommitsUntilFailure = 1;
        Assert.NotNull((await world.ApplyAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 30)))).Failure);
        Assert.Equal((2, true), await NumberAsync(world));

        world.State.CommitsUntilFailure = 1;
        Assert.NotNull((await world.ApplyAsync(Event("evt_3", Facts.Subscription(seconds: 60)))).Failure);
        Assert.Equal((3, true), await NumberAsync(world));

        // All that it wanted to change was changed by the attempt before it, of which subscribers may not have been told.
        await world.TakeAsync(Event("evt_3", Facts.Subscription(seconds: 60)));
        Assert.Equal((4, false), await NumberAsync(world));
    }

    [Fact]
    public async Task An_attempt_whose_first_save_fails_changes_nothing_outside()
    {
        await using var world = await StartAsync();
        world.State.FailingCommits = 1;

        Assert.NotNull((await world.ApplyAsync(Event("evt_1", Facts.Subscription()))).Failure);

        Assert.Empty(world.PassKit.Calls);
    }

    [Fact]
    public async Task The_number_outlives_forgetting()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var (before, _) = await NumberAsync(world);

        Assert.Null((await world.ForgetAsync()).Failure);

        Assert.True((await NumberAsync(world)).Version >= before);
    }

    [Fact]
    public async Task The_number_outlives_a_handover()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Session()));
        var before = (await world.RecordAsync("pi_1"))!.Version;
        Assert.Equal(1, before);

        await world.DeliverAsync(StripeThings.Event("evt_2", StripeThings.Charge(500), 60, "charge.updated", """{"customer":null}"""));

        var left = (await world.RecordAsync("pi_1"))!;
        Assert.Equal("cus_1", left.ForwardTo);
        Assert.True(left.Version >= before);
    }

    private static async Task<(long Version, bool Underway)> NumberAsync(ActorWorld world)
    {
        var record = (await world.RecordAsync())!;
        return (record.Version, record.Underway);
    }
}
