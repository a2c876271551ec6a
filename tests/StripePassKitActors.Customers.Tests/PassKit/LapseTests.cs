using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class LapseTests
{
    [Theory]
    [InlineData("EXPIRE_NONE")]
    [InlineData("EXPIRE_SET_TO_NULL")]
    public async Task P5_A_revoke_in_a_tier_that_cannot_expire_fails_and_says_what_to_do(string expiryType)
    {
        await using var world = await WorldAsync(expiryType);
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze"));

        (pass, var calls) = await world.CallsOfAsync(Over(), pass);

        Assert.Equal(["PUT member", "PUT updateExpiry", "GET member", "GET bronze"], calls);
        Assert.Equal((PassState.Failed, null), (pass.State, pass.NextAttempt));
        Assert.Equal(
            "The pass is over and stays valid: its tier bronze cannot expire. Set the tier's expiry type in PassKit to EXPIRE_ON_VARIABLE_DATE_TIME, then sync this customer again.",
            pass.LastError);
        Assert.False(world.Sandbox.Find("cus_1")!.IsExpired);
    }

    [Fact]
    public async Task P5_A_revoke_that_a_tier_cannot_carry_out_is_not_tried_again_by_itself()
    {
        await using var world = await WorldAsync();
        var pass = await world.SyncAsync(Over(), await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze")));
        world.Clock.Advance(TimeSpan.FromDays(1));

        var (again, calls) = await world.CallsOfAsync(Over(), pass);

        Assert.Empty(calls);
        Assert.Equal(pass, again);
    }

    [Fact]
    public async Task P5_Once_the_tier_is_corrected_an_operators_sync_ends_the_failure_and_the_next_one_has_nothing_to_do()
    {
        await using var world = await WorldAsync();
        var pass = await world.SyncAsync(Over(), await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze")));
        pass = await world.SyncAsync(Over(), pass, force: true);
        Assert.Equal(PassState.Failed, pass.State);

        world.Sandbox.ChangeTier("bronze", "EXPIRE_ON_VARIABLE_DATE_TIME");
        pass = await world.SyncAsync(Over(), pass, force: true);

        Assert.Equal((PassState.Synced, null, 0), (pass.State, pass.LastError, pass.Attempts));
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Empty((await world.CallsOfAsync(Over(), pass)).Calls);
    }

    [Fact]
    public async Task P5_A_pass_that_should_have_lapsed_by_itself_is_read_back_too()
    {
        await using var world = await WorldAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze"));
        world.Clock.Advance(TimeSpan.FromDays(30));

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(tier: "bronze"), PassKitWorld.Start.AddDays(30)), pass);

        Assert.Equal(PassState.Failed, pass.State);
        Assert.Contains("bronze", pass.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P5_A_pass_that_lapsed_by_itself_is_read_back_once()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Clock.Advance(TimeSpan.FromDays(30));
        var over = PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start.AddDays(30));

        (pass, var calls) = await world.CallsOfAsync(over, pass);
        Assert.Equal(["GET member"], calls);
        Assert.Equal(PassState.Synced, pass.State);

        Assert.Empty((await world.CallsOfAsync(over, pass)).Calls);
    }

    [Fact]
    public async Task P5_A_tier_that_was_made_to_never_expire_after_the_revoke_is_seen_by_an_operators_sync()
    {
        await using var world = await WorldAsync("EXPIRE_ON_VARIABLE_DATE_TIME");
        var pass = await world.SyncAsync(Over(), await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze")));
        Assert.Equal(PassState.Synced, pass.State);

        world.Sandbox.ChangeTier("bronze", "EXPIRE_SET_TO_NULL");
        pass = await world.SyncAsync(Over(), pass, force: true);

        Assert.Equal(PassState.Failed, pass.State);
    }

    [Fact]
    public async Task P5_A_customer_who_comes_back_before_anybody_corrected_the_tier_has_a_pass_as_it_should_be()
    {
        await using var world = await WorldAsync();
        var pass = await world.SyncAsync(Over(), await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze")));

        pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "gold"), pass);

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal((PassState.Synced, null), (pass.State, pass.LastError));
        Assert.Equal(("gold", "active", PassKitWorld.Start.AddDays(30)), (member.TierId, member.MetaData["status"], member.ExpiryDate));
    }

    [Theory]
    [InlineData(1)] // PassKit's clock is behind ours, or it takes a moment
    [InlineData(90)]
    public async Task P5_A_pass_that_PassKit_shows_as_valid_a_moment_longer_in_a_tier_that_can_expire_has_not_failed(int seconds)
    {
        await using var world = await PassKitWorld.StartAsync(skew: TimeSpan.FromSeconds(-seconds));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        (pass, var calls) = await world.CallsOfAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), pass);

        Assert.Equal(["PUT member", "PUT updateExpiry", "GET member", "GET gold"], calls);
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task P5_A_member_that_a_link_replaces_and_that_cannot_lapse_fails_visibly()
    {
        await using var world = await WorldAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted(tier: "bronze"));
        var theirs = await world.Client.EnrolAsync(
            "card_7",
            PassKitWorld.Wanted().Content! with { Metadata = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty },
            TestContext.Current.CancellationToken);

        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass);
        Assert.Equal(PassState.Failed, pass.State);
        Assert.Contains("bronze", pass.LastError, StringComparison.Ordinal);

        world.Sandbox.ChangeTier("bronze", "EXPIRE_ON_VARIABLE_DATE_TIME");
        pass = await world.SyncAsync(PassKitWorld.Wanted(link: theirs), pass, force: true);
        Assert.Equal((PassState.Synced, theirs), (pass.State, pass.MemberId));
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
    }

    private static async Task<PassKitWorld> WorldAsync(string expiryType = "EXPIRE_SET_TO_NULL")
    {
        var world = await PassKitWorld.StartAsync();
        world.Sandbox.AddTier("bronze", expiryType);
        return world;
    }

    private static Customers.PassKit.WantedPass Over() => PassKitWorld.Over(PassKitWorld.Wanted(tier: "bronze"), PassKitWorld.Start);
}
