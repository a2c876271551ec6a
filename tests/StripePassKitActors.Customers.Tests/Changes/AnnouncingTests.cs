using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.Changes;

/// <summary>What subscribers are told of a customer's pass, and what becomes of it while the broker is away.</summary>
public sealed class AnnouncingTests
{
    [Fact]
    public async Task A_passs_life_is_told_in_order_with_rising_versions()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        await world.TakeAsync(Event("evt_2", Facts.Subscription(until: Facts.PeriodEnd.AddDays(30), seconds: 10)));
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.TakeAsync(Event("evt_3", Facts.Subscription("unpaid", seconds: 20)));
        await world.TakeAsync(Event("evt_4", Facts.Subscription(until: Facts.PeriodEnd.AddDays(30), seconds: 30)));

        Assert.Equal(["1 issued", "2 updated", "3 revoked", "4 revived"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task A_change_says_how_the_customer_stands_and_names_the_member()
    {
        await using var world = await StartAsync();

        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Person(PassKitWorld.Email)));

        var (customer, change) = Assert.Single(world.PassKit.Changes.All);
        Assert.Equal(ActorWorld.CustomerId, customer);
        Assert.Equal(
            new PassChange(1, PassChangeKind.Issued, PassKitWorld.Start, "gold", EntitlementStatus.Active, Facts.PeriodEnd, world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.Id, Installed: null),
            change);
    }

    [Fact]
    public async Task What_changes_neither_the_message_nor_the_pass_is_told_to_nobody_and_saved_once()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Changes.Told();
        world.State.Commits.Clear();

        await world.TakeAsync(Event("evt_2", Facts.Charge(100)));

        Assert.Empty(world.PassKit.Changes.Told());
        Assert.Single(world.State.Commits);
    }

    [Fact]
    public async Task A_further_word_of_what_suspends_a_pass_is_no_news_of_it()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromHours(2));
        await world.TakeAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 60)));

        await world.TakeAsync(Event("evt_3", Facts.Subscription("unpaid", seconds: 3_600)));

        Assert.Equal(["1 issued", "2 revoked"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task A_name_on_the_pass_is_an_update_although_no_message_holds_it()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        await world.TakeAsync(Event("evt_2", Facts.Person(PassKitWorld.Email, 10)));

        Assert.Equal(["1 issued", "2 updated"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task Nothing_is_told_of_what_PassKit_does_not_have_yet()
    {
        await using var world = await StartAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Times: 3));

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        Assert.Empty(world.PassKit.Changes.Told());

        await world.WakeWhenDueAsync();
        Assert.Equal(["2 issued"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task Nothing_is_told_of_what_PassKit_refuses_but_that_the_pass_lapses_by_it()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Person(PassKitWorld.Email)));
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Verb: "PUT"));
        await world.TakeAsync(Event("evt_3", Facts.Subscription(price: "price_silver", until: Facts.PeriodEnd.AddDays(30), seconds: 10)));
        Assert.Equal(["1 issued"], world.PassKit.Changes.Told());

        await world.WakeWhenDueAsync(); // the dead letters are told
        await world.WakeWhenDueAsync();

        Assert.Equal(Facts.PeriodEnd + ActorWorld.Membership.ExpiryMargin, world.Now);
        var revoked = Assert.Single(world.PassKit.Changes.All).Change;
        Assert.Equal((PassChangeKind.Revoked, "gold", Facts.PeriodEnd), (revoked.Kind, revoked.Tier, revoked.ValidUntil));
        world.PassKit.Changes.Told();

        world.PassKit.Sandbox.Faults.Clear();
        await world.SyncAsync();
        var revived = Assert.Single(world.PassKit.Changes.All).Change;
        Assert.Equal((PassChangeKind.Revived, "silver", Facts.PeriodEnd.AddDays(30)), (revived.Kind, revived.Tier, revived.ValidUntil));
    }

    [Fact]
    public async Task A_renewal_is_told_once_PassKit_has_it_although_it_refuses_the_address_and_all_of_it_once_it_takes_that()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription("past_due")), Event("evt_2", Facts.Person(PassKitWorld.Email)));
        await world.TakeAsync(Event("evt_3", Facts.Person("no address", 1)));
        Assert.Equal(["1 issued"], world.PassKit.Changes.Told());

        await world.TakeAsync(Event("evt_4", Facts.Subscription(until: Facts.PeriodEnd.AddDays(30), seconds: 10)));
        var renewed = Assert.Single(world.PassKit.Changes.All).Change;
        Assert.Equal((PassChangeKind.Updated, EntitlementStatus.Grace, Facts.PeriodEnd.AddDays(30)), (renewed.Kind, renewed.Status, renewed.ValidUntil));
        world.PassKit.Changes.Told();

        await world.TakeAsync(Event("evt_5", Facts.Person(PassKitWorld.Email, 20)));
        var mended = Assert.Single(world.PassKit.Changes.All).Change;
        Assert.Equal((PassChangeKind.Updated, EntitlementStatus.Active, Facts.PeriodEnd.AddDays(30)), (mended.Kind, mended.Status, mended.ValidUntil));
    }

    [Fact]
    public async Task A_pass_that_ends_is_told_as_ended_although_PassKit_refuses_to_show_it()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Changes.Told();
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(1));
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 400, Verb: "PUT"));

        await world.TakeAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 10)));

        Assert.Equal(PassState.Failed, (await world.InspectAsync()).Pass.State);
        var revoked = Assert.Single(world.PassKit.Changes.All).Change;
        Assert.Equal((PassChangeKind.Revoked, EntitlementStatus.Suspended), (revoked.Kind, revoked.Status));
    }

    [Fact]
    public async Task A_pass_that_lapses_by_itself_is_told_when_it_does()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Changes.Told();

        await world.WakeWhenDueAsync();

        Assert.Equal("revoked", Assert.Single(world.PassKit.Changes.Told()).Split(' ')[1]);
    }

    [Fact]
    public async Task A_pass_that_ends_by_a_clock_ahead_of_ours_is_revoked_once_it_is_over()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        await world.TakeAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 20)));
        Assert.Equal(["1 issued", "2 updated"], world.PassKit.Changes.Told());

        await world.WakeWhenDueAsync();

        Assert.Equal(PassKitWorld.Start.AddSeconds(20), world.Now);
        Assert.Equal(["3 revoked"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task What_the_broker_does_not_take_is_kept_told_again_in_order_and_fails_no_pass()
    {
        await using var world = await StartAsync();
        world.PassKit.Changes.Failing = 1;

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.TakeAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 1)));

        Assert.Empty(world.PassKit.Changes.Told());
        Assert.True(world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.IsExpired);
        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.Equal([PassChangeKind.Issued, PassChangeKind.Revoked], (await world.RecordAsync())!.Unpublished!.Changes.Select(change => change.Kind));

        await world.WakeWhenDueAsync();
        Assert.Equal(["1 issued", "2 revoked"], world.PassKit.Changes.Told());
        Assert.Null((await world.RecordAsync())!.Unpublished);
    }

    [Fact]
    public async Task A_broker_that_is_away_for_long_is_asked_ever_more_seldom()
    {
        await using var world = await StartAsync();
        world.PassKit.Changes.Failing = 4;
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        List<TimeSpan> waits = [];
        while (world.PassKit.Changes.Failing > 0)
        {
            waits.Add(world.Reminders.Due!.Value - world.Now);
            await world.WakeWhenDueAsync();
        }

        Assert.Equal(waits.Order(), waits);
        await world.WakeWhenDueAsync();
        Assert.Equal(["1 issued"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task What_half_of_the_changes_went_out_is_not_told_twice()
    {
        await using var world = await StartAsync();
        world.PassKit.Changes.Failing = 1;
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.TakeAsync(Event("evt_2", Facts.Subscription("unpaid", seconds: 1)));
        var taken = 0;
        world.PassKit.Changes.BeforeAnswer = () => world.PassKit.Changes.Failing = taken++ == 1 ? 1 : 0;

        await world.WakeWhenDueAsync();
        Assert.Equal(["1 issued"], world.PassKit.Changes.Told());

        await world.WakeWhenDueAsync();
        Assert.Equal(["2 revoked"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task A_change_whose_turn_was_not_saved_is_told_again_with_a_higher_version()
    {
        await using var world = await StartAsync();
        Assert.NotNull((await FailingAsync(world, "evt_1", Facts.Subscription())).Failure);
        var first = world.PassKit.Changes.Told();

        await world.TakeAsync(Event("evt_1", Facts.Subscription()));

        Assert.Equal(["1 issued"], first);
        Assert.Equal(["2 issued"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task What_an_unsaved_turn_told_and_the_next_one_takes_back_is_told_too()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull((await FailingAsync(world, "evt_2", Facts.Subscription("unpaid", seconds: 30))).Failure);
        Assert.Equal(["1 issued", "2 revoked"], world.PassKit.Changes.Told());

        // Subscribers hold it for revoked, and what they were told last before that is what is now.
        await world.TakeAsync(Event("evt_3", Facts.Subscription(seconds: 60)));

        Assert.Equal(["3 updated"], world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task A_member_that_was_deleted_by_hand_and_paid_for_again_is_revoked_and_reissued()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_2", Facts.Charge(100)));
        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.Id;
        world.PassKit.Sandbox.Remove(member);
        await world.RefreshAsync(member);
        Assert.Equal(["1 issued", "2 revoked"], world.PassKit.Changes.Told());

        await world.TakeAsync(Event("evt_3", Facts.Charge(100, "ch_2") with { Created = PassKitWorld.Start.AddMinutes(1) }));

        Assert.Equal("reissued", Assert.Single(world.PassKit.Changes.Told()).Split(' ')[1]);
    }

    [Fact]
    public async Task B11_A_pass_that_is_handed_over_is_not_issued_twice()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(StripeThings.Event("evt_1", StripeThings.Session()));
        await world.DeliverAsync(StripeThings.Event("evt_2", StripeThings.Charge(500), 60, "charge.updated", """{"customer":null}"""));

        Assert.Equal(
            [("pi_1", PassChangeKind.Issued), ("cus_1", PassChangeKind.Updated)],
            world.PassKit.Changes.All.Select(one => (one.Customer, one.Change.Kind)));
        Assert.Single(world.PassKit.Changes.All.Select(one => one.Change.MemberId).Distinct());
    }

    [Fact]
    public async Task B10_Who_is_forgotten_is_told_of_once_more_and_nothing_of_the_member_is_said()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        world.PassKit.Changes.Told();

        Assert.Null((await world.ForgetAsync()).Failure);

        var (_, gone) = Assert.Single(world.PassKit.Changes.All);
        Assert.Equal((2, PassChangeKind.Revoked, null, null), (gone.Version, gone.Kind, gone.MemberId, gone.Tier));
        Assert.Equal(2, (await world.RecordAsync())!.Version);
    }

    [Fact]
    public async Task B10_Forgetting_waits_for_no_broker_and_the_tombstone_tells_it_later()
    {
        await using var world = await StartAsync();
        world.PassKit.Changes.Failing = 2;
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.Id;

        Assert.Null((await world.ForgetAsync()).Failure);
        Assert.DoesNotContain(member, world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "customer"), StringComparison.Ordinal);

        while (world.Reminders.Due is not null) await world.WakeWhenDueAsync();
        Assert.Equal(["2 revoked"], world.PassKit.Changes.Told());
        Assert.True((await world.RecordAsync())!.IsForgotten);
    }

    [Fact]
    public async Task A_pass_from_before_changes_had_numbers_is_told_of_once_it_changes()
    {
        await using var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()));
        var before = System.Text.Json.Nodes.JsonNode.Parse(world.State.Stored(CustomerActor.TypeName, ActorWorld.CustomerId, "customer"))!.AsObject();
        before["schemaVersion"] = 2;
        before.Remove("version");
        before["pass"]!.AsObject().Remove("announced");
        world.State.Store(CustomerActor.TypeName, ActorWorld.CustomerId, "customer", before.ToJsonString());
        world.PassKit.Changes.Told();

        await world.TakeAsync(Event("evt_2", Facts.Charge(100)));
        Assert.Empty(world.PassKit.Changes.Told());

        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.TakeAsync(Event("evt_3", Facts.Subscription("unpaid", seconds: 10)));
        Assert.Equal(["1 revoked"], world.PassKit.Changes.Told());
    }

    private static Task<TurnAnswer> FailingAsync(ActorWorld world, string id, SubscriptionFact fact)
    {
        world.State.CommitsUntilFailure = 1; // the first is before the effects
        return world.ApplyAsync(Event(id, fact));
    }
}
