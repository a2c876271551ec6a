using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class SetUpTests
{
    public static TheoryData<string, string, string, string> WrongSetUps { get; } = new()
    {
        { "other", PassKitWorld.Secret, "program", "gold" },
        { "key", "another_secret_of_32_bytes_or_more", "program", "gold" },
        { "key", PassKitWorld.Secret, "elsewhere", "gold" },
        { "key", PassKitWorld.Secret, "program", "platinum" },
    };

    [Theory]
    [MemberData(nameof(WrongSetUps))]
    public async Task P7_A_wrong_set_up_keeps_everybody_pending_on_a_slow_retry_with_one_alarm(string key, string secret, string program, string tier)
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(secret, key, program));

        for (var i = 0; i < 20; i++)
        {
            var pass = await world.SyncAsync(PassKitWorld.Wanted($"cus_{i}", tier));
            Assert.Equal((PassState.Pending, 1), (pass.State, pass.Attempts));
            Assert.InRange(pass.NextAttempt!.Value - world.Clock.GetUtcNow(), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20));
        }

        Assert.Single(world.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical);
        Assert.True(world.Calls.Count(call => call == "POST member") <= 20, "A set-up that is wrong is not tried twice in a row.");
    }

    [Fact]
    public async Task P7_A_tier_that_is_missing_rings_once_however_many_others_succeed_and_until_it_is_there()
    {
        await using var world = await PassKitWorld.StartAsync();
        var metrics = world.Services.GetRequiredService<CustomersMetrics>();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(PassState.Pending, (await world.SyncAsync(PassKitWorld.Wanted($"cus_platinum{i}", "platinum"))).State);
            Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted($"cus_silver{i}", "silver"))).State);
            Assert.True(metrics.SetUpRefused);
        }

        Assert.Single(world.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical && log.Message.Contains("404 for the tier platinum", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Logs.GetSnapshot(), log => log.Message.Contains("again", StringComparison.Ordinal));

        world.Sandbox.AddTier("platinum");
        await world.SyncAsync(PassKitWorld.Wanted("cus_platinum", "platinum"));
        Assert.False(metrics.SetUpRefused);
        Assert.Single(world.Logs.GetSnapshot(), log => log.Message == "PassKit accepts the set-up again.");
    }

    [Fact]
    public async Task P7_A_program_that_is_missing_rings_once_whatever_the_tier()
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(program: "elsewhere"));

        await world.SyncAsync(PassKitWorld.Wanted("cus_1"));
        await world.SyncAsync(PassKitWorld.Wanted("cus_2", "silver"));

        Assert.Single(world.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical && log.Message.Contains("404 for the program", StringComparison.Ordinal));
    }

    [Fact]
    public async Task P7_Credentials_that_hold_again_leave_the_alarm_of_a_tier_that_is_still_missing()
    {
        await using var world = await PassKitWorld.StartAsync();
        var metrics = world.Services.GetRequiredService<CustomersMetrics>();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403, Times: 1));
        await world.SyncAsync(PassKitWorld.Wanted("cus_1"));
        await world.SyncAsync(PassKitWorld.Wanted("cus_2", "platinum"));
        Assert.Equal(2, world.Logs.GetSnapshot().Count(log => log.Level == LogLevel.Critical));

        await world.SyncAsync(PassKitWorld.Wanted("cus_3"));
        Assert.True(metrics.SetUpRefused);

        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403, Times: 1));
        await world.SyncAsync(PassKitWorld.Wanted("cus_4"));
        await world.SyncAsync(PassKitWorld.Wanted("cus_5", "platinum"));
        Assert.Equal(3, world.Logs.GetSnapshot().Count(log => log.Level == LogLevel.Critical)); // the credentials again, the tier not
    }

    [Fact]
    public async Task P7_The_alarm_ends_with_the_first_sync_that_succeeds_and_can_ring_again()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromMinutes(20));

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 403));
        await world.SyncAsync(PassKitWorld.Wanted(tier: "silver"), pass);

        Assert.Equal(2, world.Logs.GetSnapshot().Count(log => log.Level == LogLevel.Critical));
        Assert.Contains(world.Logs.GetSnapshot(), log => log.Message.Contains("PassKit answered 403.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, PassState.Pending, true)]
    [InlineData(403, PassState.Pending, true)]
    [InlineData(501, PassState.Pending, true)]
    [InlineData(400, PassState.Failed, false)]
    [InlineData(422, PassState.Failed, false)]
    [InlineData(502, PassState.Pending, false)]
    public async Task P7_What_a_status_means_and_whether_it_raises_the_alarm_until_a_sync_succeeds(int status, PassState state, bool alarm)
    {
        await using var world = await PassKitWorld.StartAsync();
        var metrics = world.Services.GetRequiredService<CustomersMetrics>();
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: status));

        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        Assert.Equal((state, alarm), (pass.State, metrics.SetUpRefused));

        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromMinutes(20));
        await world.SyncAsync(PassKitWorld.Wanted(), pass, force: true);
        Assert.False(metrics.SetUpRefused);
    }

    [Fact]
    public async Task P7_A_wrong_program_or_region_lets_nobody_believe_that_members_are_gone()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        // The neighbouring region: the credentials hold, and every object is unknown there.
        await using var elsewhere = await PassKitWorld.StartAsync(PassKitWorld.Settings(program: "another"));
        var revoked = await elsewhere.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), pass);

        Assert.Equal((PassState.Pending, pass.MemberId), (revoked.State, revoked.MemberId));
        Assert.Single(elsewhere.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical);

        world.Clock.Advance(TimeSpan.FromMinutes(20));
        revoked = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), PassKitWorld.Start), revoked);
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task P7_A_member_that_may_not_be_read_is_not_taken_for_gone(int status)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: status, Verb: "GET"));

        var read = await world.SyncAsync(PassKitWorld.Wanted(), pass, force: true);

        Assert.Equal((PassState.Pending, pass.MemberId, null), (read.State, read.MemberId, read.DeletedAt));
        Assert.Single(world.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task P7_A_tier_that_a_member_should_move_to_and_that_is_unknown_is_a_wrong_set_up()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        var moved = await world.SyncAsync(PassKitWorld.Wanted(tier: "platinum"), pass);

        Assert.Equal((PassState.Pending, pass.MemberId), (moved.State, moved.MemberId));
        Assert.Single(world.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task P7_What_PassKit_refuses_of_a_member_fails_with_its_reason_and_is_tried_again_only_when_it_changes_or_by_force()
    {
        await using var world = await PassKitWorld.StartAsync();
        var bad = PassKitWorld.Wanted(person: new Person("Ada", "no address", null));

        var pass = await world.SyncAsync(bad);
        Assert.Equal((PassState.Failed, null), (pass.State, pass.NextAttempt));
        Assert.Contains("EmailAddress", pass.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Logs.GetSnapshot(), log => log.Level == LogLevel.Critical);

        world.Clock.Advance(TimeSpan.FromDays(1));
        (pass, var calls) = await world.CallsOfAsync(bad, pass);
        Assert.Equal(PassState.Failed, pass.State);
        Assert.Empty(calls);

        (pass, calls) = await world.CallsOfAsync(bad, pass, force: true);
        Assert.Equal(PassState.Failed, pass.State);
        Assert.NotEmpty(calls);

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);
        Assert.Equal((PassState.Synced, null, null, 0), (pass.State, pass.LastError, pass.Refused, pass.Attempts));
    }

    [Theory]
    [InlineData("gold", "no address", null, PassState.Failed, "EmailAddress")]
    [InlineData("gold", PassKitWorld.Email, "nobody", PassState.Failed, "does not exist")]
    [InlineData("platinum", PassKitWorld.Email, null, PassState.Pending, "404")]
    public async Task B6_P7_What_PassKit_refuses_of_a_pass_that_is_paid_for_does_not_end_it(string tier, string email, string? link, PassState state, string why)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var renewed = Renewed(PassKitWorld.Wanted(tier: tier, person: new Person("Ada", email, null), link: link));

        pass = await world.SyncAsync(renewed, pass);

        Assert.Equal((state, renewed.Content!.Expiry), (pass.State, pass.Told!.Expiry));
        Assert.Contains(why, pass.LastError, StringComparison.Ordinal);
        Assert.Equal(renewed.Content.Expiry, world.Sandbox.Find("cus_1")!.ExpiryDate);

        // It lasts as it should by now: nothing more is told of it, with each turn or with each attempt.
        if (state == PassState.Pending) world.Clock.Advance(TimeSpan.FromMinutes(20));
        (pass, var calls) = await world.CallsOfAsync(renewed, pass);
        Assert.DoesNotContain("PUT updateExpiry", calls);
        if (state == PassState.Failed) Assert.Empty(calls);
        Assert.Equal(state, pass.State);
    }

    [Fact]
    public async Task B6_P7_What_PassKit_refuses_of_a_pass_that_is_to_end_sooner_keeps_it_no_longer()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pinned = PassKitWorld.Wanted();
        var pass = await world.SyncAsync(pinned with { Content = pinned.Content! with { Expiry = PassContent.NoEnd } });
        var ends = PassKitWorld.Wanted(person: new Person("Ada", "no address", null));

        pass = await world.SyncAsync(ends, pass);
        Assert.Equal((PassState.Failed, ends.Content!.Expiry), (pass.State, world.Sandbox.Find("cus_1")!.ExpiryDate));

        // Where a pass shows no status nothing of it differs once it is over.
        world.Clock.Advance(TimeSpan.FromDays(30));
        pass = await world.SyncAsync(ends with { Honoured = false }, pass);
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
    }

    [Fact]
    public async Task B6_P7_A_pass_that_is_paid_for_and_whose_expiry_PassKit_does_not_answer_is_tried_until_it_lasts()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var renewed = Renewed(PassKitWorld.Wanted(person: new Person("Ada", "no address", null)));
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Path: "updateExpiry"));

        pass = await world.SyncAsync(renewed, pass);
        Assert.Equal(PassState.Pending, pass.State);

        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        pass = await world.SyncAsync(renewed, pass);
        Assert.Equal((PassState.Failed, renewed.Content!.Expiry), (pass.State, world.Sandbox.Find("cus_1")!.ExpiryDate));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(503)]
    public async Task P7_What_PassKit_refuses_altogether_or_does_not_answer_is_not_tried_part_by_part(int status)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: status));

        (pass, var calls) = await world.CallsOfAsync(Renewed(PassKitWorld.Wanted()), pass);

        Assert.DoesNotContain("PUT updateExpiry", calls);
        Assert.Equal(PassState.Pending, pass.State);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("sixteen_bytes_16")]
    [InlineData("thirty_one_bytes_of_a_secret_31")]
    [InlineData("mit Umlaut: ä")]
    public async Task A_short_secret_signs_as_well(string secret)
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(secret), secret: secret);

        Assert.Equal(PassState.Synced, (await world.SyncAsync(PassKitWorld.Wanted())).State);
    }

    [Fact]
    public void A_token_wins_nothing_by_a_blank_secret_beside_it()
    {
        var credentials = new Customers.PassKit.PassKitCredentials(
            Microsoft.Extensions.Options.Options.Create(new PassKitOptions { Token = "token", ApiKey = " ", ApiSecret = " ", ProgramId = "program" }),
            TimeProvider.System);

        Assert.Equal("Bearer token", credentials.Authorization(credentials.Skew));
    }

    private static Customers.PassKit.WantedPass Renewed(Customers.PassKit.WantedPass wanted) => wanted with { Content = wanted.Content! with { Expiry = PassKitWorld.Start.AddDays(60) } };
}
