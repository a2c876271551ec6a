using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>Two activations of one customer at once, as after a failover (ADR 1).</summary>
public sealed class OverlapTests
{
    [Fact]
    public async Task What_another_activation_saved_while_PassKit_was_asked_is_not_undone()
    {
        await using var world = await StartAsync();
        world.State.AfterNextCommit = () => SavesElsewhere(world, record => record["spend"] = new JsonArray(new JsonObject { ["currency"] = "usd", ["amount"] = 700 }));

        var answer = await world.ApplyAsync(Event("evt_1", Facts.Subscription()));

        Assert.NotNull(answer.Failure);
        Assert.Equal([new SpendInspection("usd", 700)], (await world.InspectAsync()).Spend);
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var inspection = await world.InspectAsync();
        Assert.Equal([new SpendInspection("usd", 700)], inspection.Spend);
        Assert.Equal(("gold", PassState.Synced), (inspection.Tier, inspection.Pass.State));
    }

    [Fact]
    public async Task What_a_turn_told_PassKit_before_it_was_overtaken_is_not_taken_for_what_another_one_told()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(2));
        var told = Record(world)["pass"]!.DeepClone();

        // The other one knows of an active subscription, and of nothing that was told since.
        world.State.AfterNextCommit = () => SavesElsewhere(world, record => (record["pass"], record["subscriptions"]![0]!["status"]) = (told, "active"));
        Assert.NotNull((await world.ApplyAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 30)))).Failure);
        Assert.True(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);

        await world.WakeWhenDueAsync();

        Assert.False(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);
    }

    [Fact]
    public async Task P1_A_member_that_a_turn_made_before_it_was_overtaken_lapses_where_the_other_one_knows_that_nothing_is_earned()
    {
        await using var world = await StartAsync();
        world.State.AfterNextCommit = () => SavesElsewhere(world, record => (record["pass"], record["subscriptions"]![0]!["status"]) = (new JsonObject(), "canceled"));
        Assert.NotNull((await world.ApplyAsync(Event("evt_1", Facts.Subscription()))).Failure);
        Assert.False(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);

        await world.WakeWhenDueAsync();

        Assert.True(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);
    }

    [Fact]
    public async Task A_turn_that_was_overtaken_leaves_no_later_reminder_in_the_place_of_the_other_ones()
    {
        await using var world = await StartAsync(membership: ActorWorld.Membership with { SpendWindow = SpendWindow.RollingMonths });
        await world.TakeAsync(Event("evt_1", Facts.Charge(60_000), Facts.Person(PassKitWorld.Email) with { Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("passkit_pin_tier", "gold") }));

        // Older settings needed no reminder. The other one waits for PassKit's next answer.
        SavesElsewhere(world, record => record["wakeAt"] = null);
        var soon = world.Now.AddSeconds(2);
        world.PassKit.Transport.BeforeAnswer = () =>
        {
            world.PassKit.Transport.BeforeAnswer = () => Task.CompletedTask;
            SavesElsewhere(world, record => (record["wakeAt"], record["pass"]!["state"], record["pass"]!["nextAttempt"]) = (soon, "pending", soon), stamp: 2);
            return Task.CompletedTask;
        };
        Assert.NotNull((await world.SyncAsync()).Failure);

        Assert.InRange(world.Reminders.Due!.Value, world.Now, world.Now.AddMinutes(1));
    }

    private static JsonNode Record(ActorWorld world) => JsonNode.Parse(world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "customer"))!;

    private static void SavesElsewhere(ActorWorld world, Action<JsonNode> change, int stamp = 1)
    {
        var record = Record(world);
        record["stamp"] = stamp;
        change(record);
        world.State.Store(CustomerActor.TypeName, ActorWorld.CustomerId, "customer", record.ToJsonString());
        world.State.Store(CustomerActor.TypeName, ActorWorld.CustomerId, "stamp", $$"""{"value":{{stamp}}}""");
    }
}
