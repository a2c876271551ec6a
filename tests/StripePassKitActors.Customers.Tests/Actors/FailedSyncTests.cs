using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Actors;

public sealed class FailedSyncTests
{
    [Fact]
    public async Task A_sync_that_PassKit_refuses_stands_among_the_dead_letters_until_it_works_again()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));

        Assert.Equal(PassState.Failed, (await world.InspectAsync()).Pass.State);
        var letter = Assert.Single((await world.ListAsync()).Letters);
        Assert.Equal(("sync-cus_1", DeadLetterKind.Sync, ActorWorld.CustomerId), (letter.Id, letter.Kind, letter.CustomerId));
        Assert.Contains("EmailAddress", letter.Reason, StringComparison.Ordinal);

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1)));

        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.Empty((await world.ListAsync()).Letters);
    }

    [Fact]
    public async Task A_sync_that_stays_refused_is_listed_once()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));

        await world.TakeAsync(Event("evt_2", Facts.Charge(100)));
        await world.SyncAsync();

        Assert.Single((await world.ListAsync()).Letters);
    }

    [Fact]
    public async Task A_sync_that_is_refused_for_another_reason_is_listed_with_that_one()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1) with
        {
            Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("passkit_link_member", "nobody"),
        }));

        Assert.Contains("does not exist", Assert.Single((await world.ListAsync()).Letters).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)] // not even the expiry
    [InlineData(1, true)]
    public async Task P4_A_revoke_that_PassKit_refuses_is_not_tried_again_with_every_event(int? refusals, bool expired)
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Charge(50_000)));
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, refusals, Status: 400, Verb: "PUT"));
        await world.TakeAsync(Event("evt_2", Facts.Charge(50_000, seconds: 1) with { AmountRefunded = 50_000 }));
        Assert.Equal((PassState.Failed, expired), ((await world.InspectAsync()).Pass.State, world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired));
        world.PassKit.Sandbox.Calls.Clear();
        world.PassKit.Clock.Advance(TimeSpan.FromDays(1));

        await world.TakeAsync(Event("evt_3"));

        Assert.Empty(world.PassKit.Calls);
        Assert.Equal(PassState.Failed, (await world.InspectAsync()).Pass.State);
    }

    [Fact]
    public async Task A_sync_that_PassKit_did_not_answer_is_no_dead_letter()
    {
        await using var world = await StartAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Empty((await world.ListAsync()).Letters);
    }

    [Fact]
    public async Task A_failed_sync_that_cannot_be_listed_fails_the_turn_so_that_it_comes_again_and_is_listed_then()
    {
        await using var world = await StartAsync();
        world.ToLetters.Failing = 1;

        var answer = await world.ApplyAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        Assert.NotNull(answer.Failure);
        Assert.Empty(world.State.Keys(CustomerActor.TypeName, ActorWorld.CustomerId));

        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        Assert.Single((await world.ListAsync()).Letters);
    }

    [Fact]
    public async Task A_turn_that_could_not_save_after_it_took_a_letter_away_takes_it_away_again()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        world.ToLetters.Failing = 1;
        Assert.NotNull((await world.ApplyAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1)))).Failure);
        Assert.Single((await world.ListAsync()).Letters);

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1)));

        Assert.Empty((await world.ListAsync()).Letters);
        Assert.Single(world.PassKit.Sandbox.Members);
    }
}
