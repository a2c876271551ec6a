using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class EnrolTests
{
    [Fact]
    public async Task Who_is_entitled_gets_a_member_with_all_content_in_one_call()
    {
        await using var world = await PassKitWorld.StartAsync();

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var member = world.Sandbox.Find("cus_1")!;
        Assert.Equal((PassState.Synced, member.Id), (pass.State, pass.MemberId));
        Assert.Equal(("gold", "Ada Lovelace", PassKitWorld.Email), (member.TierId, member.DisplayName, member.EmailAddress));
        Assert.Equal(PassKitWorld.Start.AddDays(30), member.ExpiryDate);
        Assert.Equal(("active", "cus_1"), (member.MetaData["status"], member.MetaData["stripeCustomerId"]));
        Assert.Equal(["POST member"], world.Calls);
    }

    [Fact]
    public async Task P9_Nothing_is_sent_when_nothing_differs()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var (again, calls) = await world.CallsOfAsync(PassKitWorld.Wanted(), pass);

        Assert.Empty(calls);
        Assert.Equal(pass, again);
    }

    [Fact]
    public async Task P9_Everything_that_differs_but_the_tier_is_one_call()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var wanted = PassKitWorld.Wanted(person: PassKitWorld.Ada with { Name = "Ada King" });
        wanted = wanted with
        {
            Content = wanted.Content! with { Expiry = PassKitWorld.Start.AddDays(60), Metadata = wanted.Content.Metadata.SetItem("status", "grace") },
        };

        var (_, calls) = await world.CallsOfAsync(wanted, pass);

        var member = world.Sandbox.Find("cus_1")!;
        Assert.Equal(["PUT member"], calls);
        Assert.Equal(("Ada King", "grace", PassKitWorld.Start.AddDays(60)), (member.DisplayName, member.MetaData["status"], member.ExpiryDate));
    }

    [Fact]
    public async Task P9_Another_tier_is_one_call()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var (_, calls) = await world.CallsOfAsync(PassKitWorld.Wanted(tier: "silver"), pass);

        Assert.Equal(["PUT tier"], calls);
        Assert.Equal("silver", world.Sandbox.Find("cus_1")!.TierId);
    }

    [Fact]
    public async Task P1_An_enrolment_whose_answer_was_lost_ends_in_one_member()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Times: 1, Verb: "POST"));

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal((PassState.Synced, member.Id), (pass.State, pass.MemberId));
    }

    [Fact]
    public async Task P1_An_enrolment_whose_answer_was_lost_ends_in_one_member_although_PassKit_denies_it_once()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Times: 1, Verb: "POST"), new Fault(FaultKind.Fail, Times: 1, Status: 404, Path: "externalId"));

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal((PassState.Synced, member.Id, 0), (pass.State, pass.MemberId, pass.Generation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P1_A_member_whose_enrolment_never_was_answered_is_found_and_lapses_when_its_customer_loses_the_tier_before_the_next_attempt(bool deniedOnce)
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Verb: "POST"), new Fault(FaultKind.CutAfter, Verb: "GET"));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        Assert.Equal((PassState.Pending, null), (pass.State, pass.MemberId));
        world.Sandbox.Faults.Clear();
        if (deniedOnce) world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Times: 1, Status: 404, Path: "externalId"));
        world.Clock.Advance(TimeSpan.FromHours(1));

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start.AddMinutes(1)), pass);

        var member = Assert.Single(world.Sandbox.Members);
        Assert.True(member.IsExpired);
        Assert.Equal((PassState.Synced, member.Id), (pass.State, pass.MemberId));
    }

    [Fact]
    public async Task P1_An_enrolment_that_never_arrived_leaves_nothing_to_revoke()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutBefore));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromHours(1));

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start.AddMinutes(1)), pass);

        Assert.Empty(world.Sandbox.Members);
        Assert.Equal(new PassRecord(), pass);
    }

    [Fact]
    public async Task P1_A_member_of_another_customer_that_stands_where_ours_might_lapses_not()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutBefore));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.Client.EnrolAsync("cus_1", PassKitWorld.Wanted("cus_other").Content!, TestContext.Current.CancellationToken);

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start.AddMinutes(1)), pass);

        Assert.False(Assert.Single(world.Sandbox.Members).IsExpired);
        Assert.Equal(new PassRecord(), pass);
    }

    [Fact]
    public async Task P1_A_member_of_another_customer_fails_visibly_and_stays_as_it_is()
    {
        await using var world = await PassKitWorld.StartAsync();
        await world.Client.EnrolAsync("cus_1", PassKitWorld.Wanted("cus_other").Content!, TestContext.Current.CancellationToken);
        var before = Assert.Single(world.Sandbox.Members);

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        Assert.Equal((PassState.Failed, null, null), (pass.State, pass.MemberId, pass.NextAttempt));
        Assert.Contains("cus_other", pass.LastError, StringComparison.Ordinal);
        Assert.Equal(before.Updated, Assert.Single(world.Sandbox.Members).Updated);
    }

    [Fact]
    public async Task P1_Whose_a_member_is_stands_under_the_name_that_the_merchant_chose()
    {
        await using var world = await PassKitWorld.StartAsync(new PassKitOptions
        {
            ApiKey = "key",
            ApiSecret = PassKitWorld.Secret,
            ProgramId = "program",
            Fields = new Dictionary<string, string?> { ["StripeCustomerId"] = "owner" },
        });
        var content = PassKitWorld.Wanted().Content!;
        await world.Client.EnrolAsync("cus_1", content with { Metadata = content.Metadata.SetItem("owner", "cus_other") }, TestContext.Current.CancellationToken);
        await world.Client.EnrolAsync("cus_2", content with { Metadata = content.Metadata.SetItem("stripeCustomerId", "cus_other") }, TestContext.Current.CancellationToken);

        Assert.Equal(PassState.Failed, (await world.SyncAsync(PassKitWorld.Wanted())).State);
        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted("cus_2"))).State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task P1_A_member_that_names_nobody_may_be_taken(string? owner)
    {
        await using var world = await PassKitWorld.StartAsync();
        var nobodys = PassKitWorld.Wanted().Content!;
        nobodys = nobodys with { Metadata = nobodys.Metadata.Remove("stripeCustomerId") };
        var memberId = await world.Client.EnrolAsync("cus_1", nobodys, TestContext.Current.CancellationToken);
        if (owner is not null)
        {
            // An enrolment leaves out what is empty; the portal does not.
            await world.Client.UpdateAsync(memberId, null, nobodys.Metadata.Add("stripeCustomerId", owner), null, null, TestContext.Current.CancellationToken);
            Assert.Equal("", Assert.Single(world.Sandbox.Members).MetaData["stripeCustomerId"]);
        }

        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        Assert.Equal(PassState.Synced, pass.State);
        Assert.Equal("cus_1", Assert.Single(world.Sandbox.Members).MetaData["stripeCustomerId"]);
    }

    [Fact]
    public async Task A_member_that_is_gone_while_nothing_is_earned_stays_gone()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Remove(pass.MemberId!);

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), pass);

        Assert.Empty(world.Sandbox.Members);
        Assert.Equal((PassState.None, null), (pass.State, pass.MemberId));
    }
}
