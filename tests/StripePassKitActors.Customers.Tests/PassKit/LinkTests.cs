using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class LinkTests
{
    [Fact]
    public async Task B9_A_linked_member_becomes_the_pass_with_our_content()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);

        var pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs));

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal((theirs, PassState.Synced), (pass.MemberId, pass.State));
        Assert.Equal((theirs, "card_7", "gold", "cus_1"), (member.Id, member.ExternalId, member.TierId, member.MetaData["stripeCustomerId"]));
        Assert.Empty((await world.CallsOfAsync(PassKitWorld.Wanted(link: theirs), pass)).Calls);
    }

    [Fact]
    public async Task B9_A_member_of_our_own_that_a_link_replaces_lapses()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var ours = pass.MemberId!;

        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);

        Assert.Equal(theirs, pass.MemberId);
        Assert.True(world.Sandbox.Members.Single(member => member.Id == ours).IsExpired);
        Assert.False(world.Sandbox.Members.Single(member => member.Id == theirs).IsExpired);
    }

    [Fact]
    public async Task B9_A_member_of_our_own_that_a_link_replaces_lapses_although_PassKit_denies_it_once()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var ours = pass.MemberId!;
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 404, Path: "updateExpiry"));

        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);
        Assert.Equal(PassState.Pending, pass.State);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);

        Assert.Equal((theirs, PassState.Synced), (pass.MemberId, pass.State));
        Assert.True(world.Sandbox.Members.Single(member => member.Id == ours).IsExpired);
    }

    [Fact]
    public async Task B9_A_linked_member_is_not_left_valid_because_PassKit_denies_it_once()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);
        var pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs));
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 404, Path: "member/id"));
        var over = PassKitWorld.Over(PassKitWorld.Wanted(link: theirs), PassKitWorld.Start);

        pass = await world.SyncAsync(over, pass);
        Assert.Equal(PassState.Pending, pass.State);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SyncAsync(over, pass);

        Assert.True(Assert.Single(world.Sandbox.Members).IsExpired);
    }

    [Fact]
    public async Task B9_A_member_of_our_own_whose_enrolment_never_was_answered_lapses_when_a_link_takes_its_place()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Verb: "POST"), new Fault(FaultKind.CutAfter, Verb: "GET"));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        Assert.Equal((PassState.Pending, null), (pass.State, pass.MemberId));
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromHours(1));

        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);

        Assert.Equal((theirs, PassState.Synced), (pass.MemberId, pass.State));
        Assert.Equal([theirs], world.Sandbox.Members.Where(member => !member.IsExpired).Select(member => member.Id));
        Assert.Equal(2, world.Sandbox.Members.Count);
    }

    [Fact]
    public async Task B9_A_link_to_the_member_that_is_ours_already_lets_it_be()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var linked = await world.SyncAsync(PassKitWorld.Wanted(link: pass.MemberId), pass);

        Assert.Equal((pass.MemberId, PassState.Synced), (linked.MemberId, linked.State));
        Assert.DoesNotContain("PUT updateExpiry", world.Calls);
        Assert.False(Assert.Single(world.Sandbox.Members).IsExpired);
    }

    [Fact]
    public async Task B9_A_link_is_adopted_although_the_member_that_it_replaces_was_deleted_by_hand()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Remove(pass.MemberId!);

        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);

        Assert.Equal((theirs, PassState.Synced), (pass.MemberId, pass.State));
    }

    [Fact]
    public async Task B9_A_link_to_nobody_fails_visibly_and_is_tried_again_when_the_merchant_corrects_it()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);

        var pass = await world.SyncAsync(PassKitWorld.Wanted(link: "nobody"));
        Assert.Equal((PassState.Failed, null), (pass.State, pass.MemberId));
        Assert.Contains("does not exist", pass.LastError, StringComparison.Ordinal);
        Assert.Empty((await world.CallsOfAsync(PassKitWorld.Wanted(link: "nobody"), pass)).Calls);

        var corrected = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);
        Assert.Equal((theirs, PassState.Synced), (corrected.MemberId, corrected.State));

        var removed = await world.SyncAsync(PassKitWorld.Wanted(), pass);
        Assert.Equal(PassState.Synced, removed.State);
    }

    [Fact]
    public async Task P1_A_linked_member_of_another_customer_is_not_adopted()
    {
        await using var world = await PassKitWorld.StartAsync();
        var others = (await world.SyncAsync(PassKitWorld.Wanted("cus_other"))).MemberId!;

        var pass = await world.SyncAsync(PassKitWorld.Wanted(link: others));

        Assert.Equal((PassState.Failed, null), (pass.State, pass.MemberId));
        Assert.Contains("cus_other", pass.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B9_An_expired_member_that_is_linked_is_revived()
    {
        await using var world = await PassKitWorld.StartAsync();
        var theirs = await TheirsAsync(world);
        await world.Client.SetExpiryAsync(theirs, PassKitWorld.Start.AddDays(-1), TestContext.Current.CancellationToken);

        var pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs));

        Assert.Equal(PassState.Synced, pass.State);
        Assert.Equal((false, "gold"), (world.Sandbox.Members[0].IsExpired, world.Sandbox.Members[0].TierId));
    }

    // As a till or the portal made it: another external id, another tier, nobody named.
    private static Task<string> TheirsAsync(PassKitWorld world) => world.Client.EnrolAsync(
        "card_7",
        PassKitWorld.Wanted(tier: "silver").Content! with { Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty },
        TestContext.Current.CancellationToken);
}
