using StripePassKitActors.Core.Passes;
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
        await world.WakeWhenDueAsync();
        var letter = Assert.Single((await world.ListAsync()).Letters);
        Assert.Equal(("sync-cus_1", DeadLetterKind.Sync, ActorWorld.CustomerId), (letter.Id, letter.Kind, letter.CustomerId));
        Assert.Contains("EmailAddress", letter.Reason, StringComparison.Ordinal);

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1)));

        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        await world.WakeWhenDueAsync();
        Assert.Empty((await world.ListAsync()).Letters);
        Assert.Equal(Facts.PeriodEnd + ActorWorld.Membership.ExpiryMargin, world.Reminders.Due);
    }

    [Fact]
    public async Task A_sync_that_stays_refused_is_listed_once()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        await world.WakeWhenDueAsync();

        await world.TakeAsync(Event("evt_2", Facts.Charge(100)));
        await world.SyncAsync();
        await world.WakeAsync();

        Assert.Equal(1, Assert.Single((await world.ListAsync()).Letters).Attempts);
    }

    [Fact]
    public async Task A_sync_that_is_refused_for_another_reason_is_listed_with_that_one()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        await world.WakeWhenDueAsync();

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1) with
        {
            Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("passkit_link_member", "nobody"),
        }));
        await world.WakeWhenDueAsync();

        Assert.Contains("does not exist", Assert.Single((await world.ListAsync()).Letters).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B9_A_link_is_kept_and_known_although_PassKit_does_not_answer_what_comes_after_it()
    {
        await using var world = await StartAsync();
        var content = PassKitWorld.Wanted().Content!;
        var theirs = await world.PassKit.Client.EnrolAsync("till_7", content with { Metadata = content.Metadata.Clear() }, TestContext.Current.CancellationToken);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Hang, Verb: "PUT"));

        var turn = world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person(PassKitWorld.Email) with
        {
            Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("passkit_link_member", theirs),
        }));
        await world.PassKit.Sandbox.Calls.WaitForAsync(call => call.Verb == "PUT", TestContext.Current.CancellationToken);
        world.PassKit.Clock.Advance(PassKitWorld.Budget);
        await turn;

        var pass = (await world.RecordAsync())!.Pass;
        Assert.Equal((theirs, Core.Passes.PassState.Pending), (pass.LinkedMember, pass.State));
        Assert.Equal("cus_1", await world.Owners.FindAsync($"member-{theirs}", TestContext.Current.CancellationToken));
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
    public async Task B6_P7_A_renewal_lasts_although_the_address_that_came_before_it_is_refused()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person(PassKitWorld.Email)));
        await world.TakeAsync(Event("evt_2", Facts.Person("no address", seconds: 1)));
        world.PassKit.Clock.Advance(TimeSpan.FromDays(30));
        var renewed = Event("evt_3", Facts.Subscription(until: Facts.PeriodEnd.AddDays(30), seconds: 30 * 86_400));
        world.State.CommitsUntilFailure = 1; // the first is before the effects

        Assert.NotNull((await world.ApplyAsync(renewed)).Failure);
        await world.TakeAsync(renewed);

        var until = Facts.PeriodEnd.AddDays(30) + ActorWorld.Membership.ExpiryMargin;
        Assert.Equal((PassState.Failed, until), ((await world.InspectAsync()).Pass.State, world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.ExpiryDate));
        Assert.Equal(until, (await world.RecordAsync())!.Pass.Told!.Expiry);
        world.PassKit.Sandbox.Calls.Clear();
        await world.TakeAsync(Event("evt_4", Facts.Charge(100, seconds: 31 * 86_400)));
        Assert.Empty(world.PassKit.Calls);
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
    public async Task A_failed_sync_that_cannot_be_listed_fails_no_turn_and_is_listed_soon_after()
    {
        await using var world = await StartAsync();
        world.ToLetters.Failing = 1;
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        world.PassKit.Sandbox.Calls.Clear();

        await world.WakeWhenDueAsync();
        Assert.Empty((await world.ListAsync()).Letters);
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        await world.WakeWhenDueAsync();
        Assert.Single((await world.ListAsync()).Letters);
        Assert.Empty(world.PassKit.Calls);
    }

    [Fact]
    public async Task A_letter_that_cannot_be_taken_away_fails_no_turn_and_is_taken_away_soon_after()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        await world.WakeWhenDueAsync();
        world.ToLetters.Failing = 1;

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1)));
        await world.WakeWhenDueAsync();
        Assert.Single((await world.ListAsync()).Letters);

        await world.WakeWhenDueAsync();
        Assert.Empty((await world.ListAsync()).Letters);
        Assert.Single(world.PassKit.Sandbox.Members);
    }

    [Fact]
    public async Task A_turn_that_could_not_be_saved_lists_nothing()
    {
        await using var world = await StartAsync();
        world.State.FailingCommits = 1;

        Assert.NotNull((await world.ApplyAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")))).Failure);
        await world.WakeAsync();

        Assert.Empty((await world.ListAsync()).Letters);
    }

    [Fact]
    public async Task A_letter_is_taken_away_once_the_sync_works_although_the_turn_that_listed_it_never_was_saved()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        world.ToLetters.BeforeAnswer = () =>
        {
            world.State.FailingCommits = 1;
            return Task.CompletedTask;
        };
        await world.WakeWhenDueAsync();
        Assert.Single((await world.ListAsync()).Letters);
        world.ToLetters.BeforeAnswer = () => Task.CompletedTask;

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, seconds: 1)));
        await world.WakeWhenDueAsync();

        Assert.Empty((await world.ListAsync()).Letters);
    }

    [Fact]
    public async Task Dead_letters_that_never_answer_end_a_turn_with_its_budget_and_are_asked_again()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription(), Facts.Person("no address")));
        var (asked, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        world.ToLetters.BeforeAnswer = () =>
        {
            asked.TrySetResult();
            return never.Task;
        };

        var waking = world.WakeWhenDueAsync();
        await Task.WhenAny(asked.Task, waking);
        Assert.False(waking.IsCompleted);
        world.PassKit.Clock.Advance(PassKitWorld.Budget);
        await waking;

        world.ToLetters.BeforeAnswer = () => Task.CompletedTask;
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        await world.WakeWhenDueAsync();
        Assert.Single((await world.ListAsync()).Letters);
        Assert.Equal(Facts.PeriodEnd + ActorWorld.Membership.ExpiryMargin, world.Reminders.Due);
        never.SetResult();
    }
}
