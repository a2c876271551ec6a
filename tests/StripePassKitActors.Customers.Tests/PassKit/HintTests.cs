using System.Text;
using System.Text.Json.Nodes;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;
using static StripePassKitActors.Customers.Tests.Support.ActorWorld;

namespace StripePassKitActors.Customers.Tests.PassKit;

/// <summary>What a customer does when PassKit hints that something happened to the member.</summary>
public sealed class HintTests
{
    [Fact]
    public async Task Installed_and_removed_are_known_by_PassKits_own_times()
    {
        await using var world = await StartedAsync();
        Assert.Null((await world.InspectAsync()).Pass.Installed);

        world.PassKit.Sandbox.MarkInstalled(Member(world));
        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(5));
        await world.RefreshAsync();
        Assert.True((await world.InspectAsync()).Pass.Installed);
        Assert.Equal(PassKitWorld.Start, (await world.RecordAsync())!.Pass.InstalledAt);

        world.PassKit.Sandbox.MarkInstalled(Member(world), installed: false);
        await world.RefreshAsync();
        Assert.False((await world.InspectAsync()).Pass.Installed);

        world.PassKit.Clock.Advance(TimeSpan.FromMinutes(5));
        world.PassKit.Sandbox.MarkInstalled(Member(world));
        await world.RefreshAsync();
        Assert.True((await world.InspectAsync()).Pass.Installed);
        Assert.Equal(PassKitWorld.Start, (await world.RecordAsync())!.Pass.InstalledAt);
        Assert.Equal(["installed", "removed", "installed"], world.PassKit.Changes.Told().Select(told => told.Split(' ')[1]));
    }

    [Fact]
    public async Task A_hint_of_which_nothing_is_new_costs_one_read_and_saves_nothing()
    {
        await using var world = await StartedAsync();

        await world.RefreshAsync();
        await world.RefreshAsync();

        Assert.Equal(["GET member", "GET member"], world.PassKit.Calls);
        Assert.Empty(world.Journal);
        Assert.Empty(world.PassKit.Changes.Told());
    }

    [Fact]
    public async Task P8_What_was_changed_by_hand_is_overwritten_at_that_moment()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.ChangeByHand(Member(world), "silver", PassKitWorld.Start.AddYears(9));

        await world.RefreshAsync();

        var member = world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!;
        Assert.Equal(("gold", Facts.PeriodEnd.AddDays(3)), (member.TierId, member.ExpiryDate));
    }

    [Fact]
    public async Task P8_A_PassKit_that_writes_what_it_is_told_its_own_way_is_not_told_again_and_again()
    {
        await using var world = await StartedAsync();
        world.PassKit.Transport.Instead = (method, answer) => method == HttpMethod.Get ? Shouting(answer) : answer;

        for (var hints = 0; hints < 5; hints++) await world.RefreshAsync();

        Assert.Single(world.PassKit.Calls, call => call == "PUT member");
    }

    [Fact]
    public async Task P8_A_valid_member_that_was_deleted_by_hand_is_noticed_at_that_moment_and_not_made_again()
    {
        await using var world = await StartedAsync();
        var member = Member(world);
        world.PassKit.Sandbox.Remove(member);

        await world.RefreshAsync(member);

        Assert.Empty(world.PassKit.Sandbox.Members);
        Assert.Equal((PassState.None, null), ((await world.InspectAsync()).Pass.State, (await world.InspectAsync()).Pass.MemberId));
        Assert.False(await world.RefreshAsync(member));
    }

    [Fact]
    public async Task A_hint_that_PassKit_cannot_confirm_now_waits_with_the_customer()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.MarkInstalled(Member(world));
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Times: 3));

        Assert.True(await world.RefreshAsync());
        Assert.Null((await world.InspectAsync()).Pass.Installed);
        await world.RefreshAsync(); // back-off: nobody asks
        Assert.Equal(3, world.PassKit.Calls.Count);

        await world.WakeWhenDueAsync();
        Assert.True((await world.InspectAsync()).Pass.Installed);
        Assert.Equal(PassState.Synced, (await world.InspectAsync()).Pass.State);
    }

    [Fact]
    public async Task A_pass_whose_content_PassKit_refuses_is_read_and_not_tried_again()
    {
        await using var world = await StartedAsync();
        world.PassKit.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Times: 1));
        await world.TakeAsync(Event("evt_2", Facts.Person("ada@example.org", 10)));
        Assert.Equal(PassState.Failed, (await world.InspectAsync()).Pass.State);
        world.PassKit.Sandbox.MarkInstalled(Member(world));
        world.PassKit.Sandbox.Calls.Clear();

        await world.RefreshAsync();

        Assert.Equal(["GET member"], world.PassKit.Calls);
        Assert.Equal((PassState.Failed, true), ((await world.InspectAsync()).Pass.State, (await world.InspectAsync()).Pass.Installed));
    }

    [Fact]
    public async Task Another_member_is_nobodys_business_here()
    {
        await using var world = await StartedAsync();

        Assert.False(await world.RefreshAsync("another"));

        Assert.Empty(world.PassKit.Calls);
    }

    [Theory]
    [InlineData("""{ "status": "PASS_INSTALLED" }""", true)]
    [InlineData("""{ "status": "PASS_ISSUED", "firstInstalledAt": "1970-01-01T00:00:00Z" }""", null)]
    [InlineData("""{ "status": "PASS_UNINSTALLED", "lastUninstalledAt": { "seconds": 1 } }""", false)]
    [InlineData("""{ "status": "PASS_INVALIDATED", "firstInstalledAt": "2026-11-24T12:00:00Z", "lastInstalledAt": "2026-11-24T12:00:00Z" }""", true)]
    [InlineData("""{ "status": "PASS_INVALIDATED", "firstInstalledAt": "2026-11-24T12:00:00Z", "lastInstalledAt": "2026-11-24T12:00:00Z", "lastUninstalledAt": "2026-11-24T12:00:01Z" }""", false)]
    [InlineData("""{ "status": "PASS_INSTALLED", "firstInstalledAt": "soon" }""", true)]
    public void Whatever_PassKit_says_of_devices_is_read_and_nothing_fails_for_it(string json, bool? installed)
    {
        var shown = System.Text.Json.JsonSerializer.Deserialize($$"""{ "passMetaData": {{json}} }""", PassKitJson.Default.MemberJson)!.PassMetaData;

        Assert.Equal(installed, Installation.Seen(new PassRecord(), shown, PassKitWorld.Start).Installed);
    }

    private static PassKitResponse Shouting(PassKitResponse answer)
    {
        if (JsonNode.Parse(answer.Body.Span) is not JsonObject { } member || member["person"] is not JsonObject person) return answer;
        person["displayName"] = ((string?)person["displayName"])?.ToUpperInvariant();
        return answer with { Body = Encoding.UTF8.GetBytes(member.ToJsonString()) };
    }

    private static string Member(ActorWorld world) => world.PassKit.Sandbox.Find(ActorWorld.CustomerId)!.Id;

    private static async Task<ActorWorld> StartedAsync()
    {
        var world = await StartAsync();
        await world.TakeAsync(Event("evt_1", Facts.Subscription()), Event("evt_0", Facts.Person(PassKitWorld.Email)));
        world.PassKit.Sandbox.Calls.Clear();
        world.PassKit.Changes.Told();
        world.ForgetJournal();
        return world;
    }
}
