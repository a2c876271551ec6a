using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.PassKit;

/// <summary>What a merchant does in PassKit's portal.</summary>
public sealed class ByHandTests
{
    private const string Why = "The member was deleted in PassKit while its pass was valid. A new payment makes another, or an operator's sync.";

    [Fact]
    public async Task P8_A_valid_member_that_was_deleted_is_not_made_again_and_it_is_said_why()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await DeletedAsync(world);

        (pass, var calls) = await world.CallsOfAsync(PassKitWorld.Wanted(tier: "silver"), pass);

        Assert.Equal(["PUT tier", "GET member", "GET program", "GET member of cus_1", "GET member of cus_1"], calls);
        Assert.Empty(world.Sandbox.Members);
        Assert.Equal((PassState.None, null, Why), (pass.State, pass.MemberId, pass.LastError));

        world.Clock.Advance(TimeSpan.FromDays(1));
        var (again, none) = await world.CallsOfAsync(PassKitWorld.Wanted(), pass);
        Assert.Empty(none);
        Assert.Equal(pass, again);
    }

    [Theory]
    [InlineData(0, false)] // the payment at which it was noticed, or one before
    [InlineData(1, true)]
    public async Task P8_Only_a_payment_made_after_the_deletion_was_noticed_brings_a_member_back(int seconds, bool back)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "silver") with { LastPaidAt = PassKitWorld.Start }, await DeletedAsync(world));

        pass = await world.SyncAsync(PassKitWorld.Wanted() with { LastPaidAt = PassKitWorld.Start.AddSeconds(seconds) }, pass);

        Assert.Equal(back ? 1 : 0, world.Sandbox.Members.Count);
        Assert.Equal(back ? (PassState.Synced, null) : (PassState.None, Why), (pass.State, pass.LastError));
    }

    [Theory]
    [InlineData(false, "cus_1~2")]
    [InlineData(true, "cus_1")]
    public async Task P8_A_member_that_comes_back_has_the_same_id_if_it_is_free_and_else_the_next(bool free, string externalId)
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.FreesExternalIds = free;
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "silver"), await DeletedAsync(world));

        pass = await world.SyncAsync(PassKitWorld.Wanted(person: PassKitWorld.Ada with { Name = "Ada King" }) with { LastPaidAt = PassKitWorld.Start.AddDays(1) }, pass);

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal((externalId, "Ada King"), (member.ExternalId, member.DisplayName));
        Assert.Equal((PassState.Synced, member.Id, null), (pass.State, pass.MemberId, pass.DeletedAt));
    }

    [Fact]
    public async Task P8_An_operators_sync_brings_back_a_member_whose_deletion_was_noticed_before()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "silver"), await DeletedAsync(world));

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass, force: true);

        Assert.Equal((PassState.Synced, null), (pass.State, pass.LastError));
        Assert.Single(world.Sandbox.Members);
    }

    [Fact]
    public async Task P8_An_operators_sync_notices_a_deletion_although_nothing_else_differs_and_brings_the_member_back()
    {
        await using var world = await PassKitWorld.StartAsync();

        await world.SyncAsync(PassKitWorld.Wanted(), await DeletedAsync(world), force: true);

        Assert.Equal("cus_1~2", Assert.Single(world.Sandbox.Members).ExternalId);
    }

    [Fact]
    public async Task P8_What_an_operator_or_a_payment_began_goes_on_by_itself_when_PassKit_did_not_answer()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "silver"), await DeletedAsync(world));
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Times: 3));
        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass, force: true);
        Assert.Equal(PassState.Pending, pass.State);
        world.Clock.Advance(TimeSpan.FromHours(1));

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);

        Assert.Equal(PassState.Synced, pass.State);
        Assert.Single(world.Sandbox.Members);
    }

    [Fact]
    public async Task P8_A_deletion_that_is_noticed_when_the_pass_ends_counts_as_well()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), await DeletedAsync(world));
        Assert.Equal((PassState.None, Why), (pass.State, pass.LastError));

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);
        Assert.Empty(world.Sandbox.Members);

        await world.SyncAsync(PassKitWorld.Wanted() with { LastPaidAt = PassKitWorld.Start.AddSeconds(1) }, pass);
        Assert.Single(world.Sandbox.Members);
    }

    [Fact]
    public async Task P4_P8_A_pass_that_was_over_and_whose_record_is_gone_is_made_again_at_once()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), await world.SyncAsync(PassKitWorld.Wanted()));
        world.Sandbox.Remove(pass.MemberId!);

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);

        Assert.Equal("cus_1~2", Assert.Single(world.Sandbox.Members).ExternalId);
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task P4_P8_A_revived_pass_that_is_gone_when_it_is_read_back_is_made_again_at_once()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), await world.SyncAsync(PassKitWorld.Wanted()));
        var (memberId, revived) = (pass.MemberId!, world.Calls.Count + 2); // its expiry, then its content
        world.Transport.BeforeAnswer = () =>
        {
            if (world.Calls.Count == revived) world.Sandbox.Remove(memberId);
            return Task.CompletedTask;
        };

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);

        Assert.Equal("cus_1~2", Assert.Single(world.Sandbox.Members).ExternalId);
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task B9_P8_A_link_takes_the_place_of_a_member_that_was_deleted()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "silver"), await DeletedAsync(world));
        var content = PassKitWorld.Wanted().Content!;
        var theirs = await world.Client.EnrolAsync("card_7", content with { Metadata = content.Metadata.Clear() }, TestContext.Current.CancellationToken);

        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);

        Assert.Equal((PassState.Synced, theirs, null), (pass.State, pass.MemberId, pass.LastError));
    }

    [Fact]
    public async Task P7_P8_A_member_is_not_taken_for_deleted_in_a_wrong_program_or_region()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        await using var elsewhere = await PassKitWorld.StartAsync(PassKitWorld.Settings(program: "another"));

        pass = await elsewhere.SyncAsync(PassKitWorld.Wanted(tier: "silver"), pass);

        Assert.Equal((PassState.Pending, null), (pass.State, pass.DeletedAt));
        Assert.NotNull(pass.MemberId);
    }

    [Fact]
    public async Task P8_The_deletion_of_a_pass_shows_in_the_inspection_and_among_no_dead_letters_until_the_customer_pays_again()
    {
        await using var world = await ActorWorld.StartAsync();
        await world.TakeAsync(ActorWorld.Event("evt_1", Facts.Subscription(), Facts.Charge(1_000)));
        world.PassKit.Sandbox.Remove((await world.InspectAsync()).Pass.MemberId!);
        world.PassKit.Clock.Advance(TimeSpan.FromDays(30));

        await world.TakeAsync(ActorWorld.Event("evt_2", Facts.Subscription(seconds: 1, until: Facts.PeriodEnd.AddDays(30))));
        await world.TakeAsync(ActorWorld.Event("evt_3", Facts.Person(PassKitWorld.Email)));
        var inspected = (await world.InspectAsync()).Pass;
        Assert.Equal((PassState.None, Why), (inspected.State, inspected.LastError));
        Assert.Empty((await world.ListAsync()).Letters);

        await world.TakeAsync(ActorWorld.Event("evt_4", Facts.Charge(1_000, "ch_2") with { Created = PassKitWorld.Start.AddDays(31) }));
        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
        Assert.Equal(PassKitWorld.Email, Assert.Single(world.PassKit.Sandbox.Members).EmailAddress);
    }

    [Theory]
    [InlineData(PassKitWorld.Email)]
    [InlineData("no address")] // what PassKit refuses of a pass says nothing of who deletes it
    public async Task P8_A_charge_that_changed_nothing_of_the_pass_does_not_bring_back_what_is_deleted_after_it(string email)
    {
        await using var world = await ActorWorld.StartAsync();
        await world.TakeAsync(ActorWorld.Event("evt_1", Facts.Subscription(), Facts.Charge(1_000)));
        await world.TakeAsync(ActorWorld.Event("evt_2", Facts.Person(email)));
        world.PassKit.Clock.Advance(TimeSpan.FromDays(30));
        await world.TakeAsync(ActorWorld.Event("evt_3", Facts.Subscription(seconds: 1, until: Facts.PeriodEnd.AddDays(30))));
        world.PassKit.Changes.Told();
        await world.TakeAsync(ActorWorld.Event("evt_4", Facts.Charge(1_000, "ch_2") with { Created = PassKitWorld.Start.AddDays(30) }));
        Assert.Empty(world.PassKit.Changes.Told());
        var member = (await world.InspectAsync()).Pass.MemberId!;
        world.PassKit.Sandbox.Remove(member);

        Assert.True(await world.RefreshAsync(member));
        Assert.Empty(world.PassKit.Sandbox.Members);
        Assert.Equal(Why, (await world.InspectAsync()).Pass.LastError);

        await world.TakeAsync(ActorWorld.Event("evt_5", Facts.Person(PassKitWorld.Email, 2)), ActorWorld.Event("evt_6", Facts.Charge(1_000, "ch_3") with { Created = PassKitWorld.Start.AddDays(60) }));
        Assert.Single(world.PassKit.Sandbox.Members);
    }

    [Fact]
    public async Task P8_An_operators_sync_overwrites_what_was_changed()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        await ChangedAsync(world, pass);

        var (_, calls) = await world.CallsOfAsync(PassKitWorld.Wanted(), pass, force: true);

        Assert.Equal(["GET member", "PUT tier", "PUT member"], calls);
        AssertAsWanted(world, "active");
    }

    [Fact]
    public async Task P3_P8_A_sync_that_must_read_the_member_overwrites_what_was_changed_and_keeps_what_is_not_ours()
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: PassKitOptions.MetadataPolicy.Merge));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        await ChangedAsync(world, pass);
        var wanted = PassKitWorld.Wanted();
        wanted = wanted with { Content = wanted.Content! with { Metadata = wanted.Content.Metadata.SetItem("status", "grace") } };

        (pass, var calls) = await world.CallsOfAsync(wanted, pass);

        Assert.Equal(["GET member", "PUT tier", "PUT member"], calls);
        AssertAsWanted(world, "grace");
        Assert.Equal("43", world.Sandbox.Find("cus_1")!.MetaData["shoeSize"]);
        Assert.Empty((await world.CallsOfAsync(wanted, pass)).Calls);
    }

    [Fact]
    public async Task P3_P8_A_pass_that_was_ended_by_hand_is_revived_by_the_sync_that_reads_it()
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: PassKitOptions.MetadataPolicy.Merge));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        await world.Client.SetExpiryAsync(pass.MemberId!, PassKitWorld.Start, TestContext.Current.CancellationToken);
        var wanted = PassKitWorld.Wanted();
        wanted = wanted with { Content = wanted.Content! with { Metadata = wanted.Content.Metadata.SetItem("status", "grace") } };

        pass = await world.SyncAsync(wanted, pass);

        Assert.Equal((PassState.Synced, false), (pass.State, world.Sandbox.Find("cus_1")!.IsExpired));
        AssertAsWanted(world, "grace");
    }

    [Fact]
    public async Task B9_P3_What_is_kept_of_others_is_the_linked_members_and_not_that_of_the_member_before()
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: PassKitOptions.MetadataPolicy.Merge));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        await ChangedAsync(world, pass);
        var content = PassKitWorld.Wanted().Content!;
        var theirs = await world.Client.EnrolAsync(
            "card_7", content with { Metadata = content.Metadata.Clear().Add("locker", "7") }, TestContext.Current.CancellationToken);

        await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass, force: true);

        var metadata = world.Sandbox.Find("card_7")!.MetaData;
        Assert.Equal(("7", false, "cus_1"), (metadata["locker"], metadata.ContainsKey("shoeSize"), metadata["stripeCustomerId"]));
    }

    private static async Task<PassRecord> DeletedAsync(PassKitWorld world)
    {
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Remove(pass.MemberId!);
        return pass;
    }

    private static async Task ChangedAsync(PassKitWorld world, PassRecord pass)
    {
        await world.Client.ChangeTierAsync(pass.MemberId!, "silver", TestContext.Current.CancellationToken);
        await world.Client.UpdateAsync(
            pass.MemberId!,
            new Person("Ada Byron", null, null),
            new Dictionary<string, string> { ["status"] = "vip", ["stripeCustomerId"] = "cus_1", ["shoeSize"] = "43" },
            PassKitWorld.Start.AddDays(300),
            null,
            TestContext.Current.CancellationToken);
    }

    private static void AssertAsWanted(PassKitWorld world, string status)
    {
        var member = world.Sandbox.Find("cus_1")!;
        Assert.Equal(
            ("gold", "Ada Lovelace", PassKitWorld.Start.AddDays(30), status),
            (member.TierId, member.DisplayName, member.ExpiryDate, member.MetaData["status"]));
    }
}
