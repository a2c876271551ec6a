using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Actors;

public sealed class WakeTests
{
    private const string Saved = $"{CustomerActor.TypeName} saved";

    /// <summary>Before the first call that changes the pass, the state says that one was begun.</summary>
    private const string Begun = Saved;

    [Fact]
    public async Task The_reminder_is_registered_before_the_state_that_needs_it()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal([Begun, "registered", Saved], world.Journal);
        Assert.Equal(Facts.PeriodEnd + ActorWorld.Membership.ExpiryMargin, world.Reminders.Due);
    }

    [Fact]
    public async Task The_reminder_comes_again_and_again_until_it_is_replaced()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal(TimeSpan.FromHours(1), world.Reminders.Period);
    }

    [Fact]
    public async Task The_reminder_is_registered_again_only_when_its_moment_moves_earlier()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.ForgetJournal();

        await world.TakeAsync(Event("evt_2", Facts.Subscription(seconds: 1, until: Facts.PeriodEnd.AddDays(30))));
        Assert.Equal([Begun, Saved], world.Journal);

        world.ForgetJournal();
        await world.TakeAsync(Event("evt_3", Facts.Subscription(seconds: 2) with { CancelAt = Facts.PeriodEnd.AddDays(-10) }));
        Assert.Equal([Begun, "registered", Saved], world.Journal);
        Assert.Equal(Facts.PeriodEnd.AddDays(-10), world.Reminders.Due);
    }

    [Fact]
    public async Task A_reminder_that_should_have_fired_long_ago_is_not_waited_for()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromDays(34));
        world.ForgetJournal();

        await world.TakeAsync(Event("evt_2", Facts.Subscription(seconds: 1, until: Facts.PeriodEnd.AddDays(30))));

        Assert.Equal([Begun, "registered", Saved], world.Journal);
        Assert.Equal(Facts.PeriodEnd.AddDays(33), world.Reminders.Due);
    }

    [Fact]
    public async Task A_turn_woken_too_early_changes_nothing_and_registers_the_next()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Subscription(seconds: 1, until: Facts.PeriodEnd.AddDays(30))));
        world.ForgetJournal();
        world.PassKit.Sandbox.Calls.Clear();

        await world.WakeAsync();

        Assert.Equal(["registered"], world.Journal);
        Assert.Equal(Facts.PeriodEnd.AddDays(33), world.Reminders.Due);
        Assert.Empty(world.PassKit.Calls);
    }

    [Fact]
    public async Task A_woken_turn_moves_its_reminder_only_after_its_save()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        await world.TakeAsync(Event("evt_2", Facts.Subscription(seconds: 1, until: Facts.PeriodEnd.AddDays(30))));
        world.ForgetJournal();

        await world.WakeWhenDueAsync();

        Assert.Equal([Saved, "registered"], world.Journal);
    }

    [Fact]
    public async Task A_woken_turn_after_which_nothing_can_change_ends_its_reminder_only_after_its_save()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription() with { CancelAtPeriodEnd = true }));
        world.ForgetJournal();

        await world.WakeWhenDueAsync();

        Assert.Equal([Saved, Saved, "unregistered"], world.Journal); // subscribers are told that the pass is over
        Assert.Null(world.Reminders.Due);
    }

    [Fact]
    public async Task A_woken_turn_that_could_not_be_saved_comes_again_soon()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription() with { CancelAtPeriodEnd = true }));
        world.ForgetJournal();
        world.State.FailingCommits = 1;

        await world.WakeWhenDueAsync();
        Assert.Equal(["registered"], world.Journal);
        Assert.InRange(world.Reminders.Due!.Value - world.Now, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        await world.WakeWhenDueAsync();
        Assert.Equal(["registered", Saved, Saved, "unregistered"], world.Journal);
        Assert.True(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);
    }

    [Fact]
    public async Task A_reminder_whose_first_turn_could_not_be_saved_ends_when_it_fires()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.State.Lose(CustomerActor.TypeName, ActorWorld.CustomerId);
        world.ForgetJournal();

        await world.WakeWhenDueAsync();

        Assert.Null(world.Reminders.Due);
        Assert.DoesNotContain(Saved, world.Journal);
    }

    [Fact]
    public async Task B5_The_end_of_grace_expires_the_pass_at_that_moment()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        await world.TakeAsync(Event("evt_2", Facts.Subscription("past_due", seconds: 1), Facts.Failure(PassKitWorld.Start)));
        Assert.Equal(PassKitWorld.Start.AddDays(21), world.Reminders.Due);
        Assert.Equal((EntitlementStatus.Grace, false), ((await world.InspectAsync()).Status, world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired));

        await world.WakeWhenDueAsync();

        var inspection = await world.InspectAsync();
        Assert.Equal((EntitlementStatus.Suspended, PassState.Synced), (inspection.Status, inspection.Pass.State));
        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!;
        Assert.Equal((true, PassKitWorld.Start.AddDays(21)), (member.IsExpired, member.ExpiryDate));
        Assert.Null(world.Reminders.Due);
    }

    [Fact]
    public async Task B6_The_end_of_a_cancelled_period_expires_the_pass_at_that_moment()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription() with { CancelAtPeriodEnd = true }));
        Assert.Equal(Facts.PeriodEnd, world.Reminders.Due);

        await world.WakeWhenDueAsync();

        Assert.Equal(EntitlementStatus.Ended, (await world.InspectAsync()).Status);
        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!;
        Assert.Equal((true, Facts.PeriodEnd), (member.IsExpired, member.ExpiryDate));
    }

    [Fact]
    public async Task B9_The_end_of_a_pin_hands_over_to_what_was_earned()
    {
        await using var world = await StartAsync();
        var pinned = Facts.Person(PassKitWorld.Email) with
        {
            Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("passkit_pin_tier", "gold").Add("passkit_pin_until", "2026-12-01"),
        };
        await world.TakeAsync(Event("evt_1", pinned), Event("evt_2", Facts.Charge(1_000)));
        Assert.Equal("gold", world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.TierId);

        await world.WakeWhenDueAsync();

        Assert.Equal(new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero), world.Now);
        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!;
        Assert.Equal(("silver", false), (member.TierId, member.IsExpired));
    }

    [Fact]
    public async Task P13_A_message_comes_and_goes_at_its_moment()
    {
        await using var world = await StartAsync(passKit: new() { ApiKey = "key", ApiSecret = PassKitWorld.Secret, ProgramId = "program", Messages = new() { Renewal = "Renews on {date}.", TierReached = "Welcome to {tier}." } });
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Equal(("Welcome to Gold.", PassKitWorld.Start.AddDays(7)), (Shown(), world.Reminders.Due));

        await world.WakeWhenDueAsync();
        Assert.Equal(("", Facts.PeriodEnd.AddDays(-7)), (Shown(), world.Reminders.Due));

        await world.WakeWhenDueAsync();
        Assert.Equal(($"Renews on {Facts.PeriodEnd:yyyy-MM-dd}.", Facts.PeriodEnd), (Shown(), world.Reminders.Due));

        await world.WakeWhenDueAsync();
        Assert.Equal(("", Facts.PeriodEnd.AddDays(3)), (Shown(), world.Reminders.Due));

        string Shown() => world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.MetaData.GetValueOrDefault("message", "");
    }

    [Fact]
    public async Task A_sync_that_PassKit_did_not_answer_is_pending_and_tried_again_when_its_reminder_fires()
    {
        await using var world = await StartAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        var pending = (await world.InspectAsync()).Pass;
        Assert.Equal((PassState.Pending, 1), (pending.State, pending.Attempts));
        Assert.Equal(pending.NextAttempt, world.Reminders.Due);
        Assert.Equal([Begun, "registered", Saved], world.Journal);

        world.PassKit.Sandbox.Faults.Clear();
        await world.WakeWhenDueAsync();

        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.Equal(Facts.PeriodEnd.AddDays(3), world.Reminders.Due);
    }

    [Fact]
    public async Task The_reminder_fires_at_the_end_of_what_is_earned_although_a_sync_waits_longer()
    {
        await using var world = await StartAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403));

        await world.TakeAsync(Event("evt_1", Facts.Subscription() with { CancelAt = PassKitWorld.Start.AddMinutes(5) }));

        Assert.True((await world.InspectAsync()).Pass.NextAttempt > PassKitWorld.Start.AddMinutes(5));
        Assert.Equal(PassKitWorld.Start.AddMinutes(5), world.Reminders.Due);
    }

    [Fact]
    public async Task While_a_sync_waits_further_events_do_not_call_out_and_an_operator_does()
    {
        await using var world = await StartAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503));
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Sandbox.Faults.Clear();
        world.PassKit.Sandbox.Calls.Clear();

        await world.TakeAsync(Event("evt_2", Facts.Charge(100)));
        Assert.Empty(world.PassKit.Calls);

        var answer = await world.SyncAsync();
        Assert.Equal(PassState.Synced, answer.Customer!.Pass.State);
        Assert.Equal(ActorWorld.CustomerId, Assert.Single(world.PassKit.Sandbox.Members).ExternalId);
    }
}
