using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Events;

/// <summary>Whose a hint of PassKit's is.</summary>
public sealed class PassKitHintsTests
{
    [Theory]
    [InlineData("cus_1")]
    [InlineData("cus_1~2")]
    [InlineData("cus_2")] // whoever says so
    [InlineData("nobody's; or worse")]
    [InlineData(null)]
    public async Task A_hint_reaches_its_owner_whatever_it_says_of_him(string? externalId)
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.MarkInstalled(world.ValidPass!.Id);

        Assert.True(await world.HintAsync(world.ValidPass!.Id, externalId));

        Assert.True((await world.InspectAsync())!.Pass.Installed);
        Assert.Null(await world.RecordAsync("cus_2"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    public async Task A_hint_of_nobody_we_know_is_let_go(string? member)
    {
        await using var world = await StartedAsync();

        Assert.True(await world.HintAsync(member));
        Assert.True(await world.HintAsync(member, "cus_1"));
        Assert.True(await world.HintAsync(member, "cus_9", "anything"));
    }

    [Fact]
    public async Task A_hint_that_names_its_owner_needs_no_PassKit()
    {
        await using var world = await StartedAsync();
        var member = world.ValidPass!.Id;
        world.PassKit.Sandbox.MarkInstalled(member);
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Times: 3));

        Assert.True(await world.HintAsync(member, "cus_1"));
        await world.WakeWhenDueAsync();

        Assert.True((await world.InspectAsync())!.Pass.Installed);
    }

    [Fact]
    public async Task A_hint_whose_owner_only_PassKit_knows_comes_again_while_it_is_away()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Times: 3));

        Assert.False(await world.HintAsync(world.ValidPass!.Id));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await world.HintAsync(world.ValidPass!.Id));
    }

    [Fact]
    public async Task A_hint_comes_again_while_actors_cannot_be_reached()
    {
        await using var world = await StartedAsync();
        world.Calls.Failing = 1;

        Assert.False(await world.HintAsync(world.ValidPass!.Id, "cus_1"));
    }

    [Fact]
    public async Task A_hint_of_a_member_that_was_deleted_reaches_its_owner_by_the_external_id()
    {
        await using var world = await StartedAsync();
        var member = world.ValidPass!.Id;
        world.PassKit.Sandbox.Remove(member);

        Assert.True(await world.HintAsync(member, "cus_1", "PASS_EVENT_RECORD_DELETED"));

        Assert.Null((await world.InspectAsync())!.Pass.MemberId);
    }

    [Fact]
    public async Task B11_A_hint_that_names_the_guest_reaches_the_customer_who_has_the_pass_by_now()
    {
        await using var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Session()));
        await world.DeliverAsync(Event("evt_2", Charge(500), 60, "charge.updated", """{"customer":null}"""));
        world.PassKit.Sandbox.MarkInstalled(world.ValidPass!.Id);

        Assert.True(await world.HintAsync(world.ValidPass!.Id, "pi_1"));

        Assert.True((await world.InspectAsync())!.Pass.Installed);
    }

    [Fact]
    public async Task B9_A_linked_members_hint_reaches_the_customer_whom_its_metadata_names()
    {
        await using var world = await StartedAsync();
        var linked = await world.PassKit.Client.EnrolAsync("till_7", PassKitWorld.Wanted("cus_1").Content!, TestContext.Current.CancellationToken);
        await world.DeliverAsync(Event("evt_9", Customer("cus_1", ("passkit_link_member", linked)), 60));
        world.PassKit.Sandbox.MarkInstalled(linked);

        Assert.True(await world.HintAsync(linked, "till_7"));

        Assert.True((await world.InspectAsync())!.Pass.Installed);
    }

    [Fact]
    public async Task B9_P8_A_linked_members_deletion_reaches_the_customer_who_linked_it()
    {
        await using var world = await StartedAsync();
        var linked = await LinkedAsync(world);
        world.PassKit.Sandbox.Remove(linked);

        Assert.True(await world.HintAsync(linked, "till_7", "PASS_EVENT_RECORD_DELETED"));

        var pass = (await world.InspectAsync())!.Pass;
        Assert.Null(pass.MemberId);
        Assert.Contains("was deleted in PassKit", pass.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B10_Whose_a_linked_member_was_is_forgotten_with_its_owner()
    {
        await using var world = await StartedAsync();
        var linked = await LinkedAsync(world);
        Assert.NotNull(await OwnerAsync());

        await world.ForgetAsync();

        Assert.Null(await OwnerAsync());

        Task<string?> OwnerAsync() => world.Owners.FindAsync($"member-{linked}", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("a||b")]
    [InlineData("a b/c")]
    public async Task A_hint_of_what_is_no_members_id_asks_nobody_whose_it_is(string member)
    {
        await using var world = await StartedAsync();

        Assert.True(await world.HintAsync(member, "till_7"));

        Assert.Empty(world.Owners.Asked);
    }

    // A member as a till made it, which shows nobody's id until it is linked.
    private static async Task<string> LinkedAsync(PayersWorld world)
    {
        var content = PassKitWorld.Wanted("cus_1").Content!;
        var linked = await world.PassKit.Client.EnrolAsync("till_7", content with { Metadata = content.Metadata.Clear() }, TestContext.Current.CancellationToken);
        await world.DeliverAsync(Event("evt_9", Customer("cus_1", ("passkit_link_member", linked)), 60));
        Assert.Equal(linked, (await world.InspectAsync())!.Pass.MemberId);
        return linked;
    }

    private static async Task<PayersWorld> StartedAsync()
    {
        var world = await PayersWorld.StartAsync();
        await world.DeliverAsync(Event("evt_1", Subscription()));
        return world;
    }
}
