using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class RevokeTests
{
    private static readonly DateTimeOffset Ended = PassKitWorld.Start;

    [Fact]
    public async Task P4_A_revoke_writes_the_content_first_and_lets_the_pass_lapse_last_and_reads_it_back()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        (pass, var calls) = await world.CallsOfAsync(PassKitWorld.Over(PassKitWorld.Wanted(tier: "silver"), Ended), pass);

        var member = world.Sandbox.Find("cus_1")!;
        Assert.Equal(["PUT tier", "PUT member", "PUT updateExpiry", "GET member"], calls);
        Assert.Equal((true, "silver", "ended"), (member.IsExpired, member.TierId, member.MetaData["status"]));
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task P4_A_revoke_cut_in_the_middle_goes_on_from_there()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Path: "updateExpiry"));
        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), pass);
        Assert.Equal((PassState.Pending, false), (pass.State, world.Sandbox.Find("cus_1")!.IsExpired));
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        (pass, var calls) = await world.CallsOfAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), pass);

        Assert.Equal(["GET member", "PUT updateExpiry", "GET member"], calls); // what was not answered may have happened
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal((PassState.Synced, 0, null, null), (pass.State, pass.Attempts, pass.NextAttempt, pass.LastError));
    }

    [Fact]
    public async Task P4_A_revived_pass_is_the_same_pass_with_all_of_its_content()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var memberId = pass.MemberId;
        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(tier: "silver"), Ended), pass);
        world.Clock.Advance(TimeSpan.FromDays(5));
        var back = PassKitWorld.Wanted(person: new Person("Ada King", PassKitWorld.Email, "+4915112345678"));

        (pass, var calls) = await world.CallsOfAsync(back, pass);

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal(["PUT updateExpiry", "PUT tier", "PUT member", "GET member"], calls);
        Assert.Equal((memberId, PassState.Synced, false), (pass.MemberId, pass.State, pass.Unconfirmed));
        Assert.Equal((memberId, false, "gold", "Ada King", "active"), (member.Id, member.IsExpired, member.TierId, member.DisplayName, member.MetaData["status"]));
        Assert.Equal("+4915112345678", member.MobileNumber);
    }

    [Fact]
    public async Task P4_A_pass_that_lapsed_by_itself_is_revived_the_same_way()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Clock.Advance(TimeSpan.FromDays(31));
        var renewed = PassKitWorld.Wanted();
        renewed = renewed with { Content = renewed.Content! with { Expiry = PassKitWorld.Start.AddDays(61) } };

        (pass, var calls) = await world.CallsOfAsync(renewed, pass);

        Assert.Equal(["PUT updateExpiry", "PUT member", "GET member"], calls);
        Assert.False(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task P4_A_pass_that_cannot_be_revived_gets_a_new_member()
    {
        await using var world = await PassKitWorld.StartAsync();
        world.Sandbox.RevivesExpired = false;
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), await world.SyncAsync(PassKitWorld.Wanted()));

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);

        var member = world.Sandbox.Find("cus_1~2")!;
        Assert.Equal((PassState.Synced, member.Id), (pass.State, pass.MemberId));
        Assert.Equal((false, "active"), (member.IsExpired, member.MetaData["status"]));
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
    }

    [Theory]
    [InlineData("\"status\":\"ENROLLED\"", "\"status\":\"EXPIRED\"")]
    [InlineData("\"status\":\"PASS_ISSUED\"", "\"status\":\"PASS_INVALIDATED\"")]
    public async Task P4_A_revived_pass_that_either_of_PassKits_words_calls_invalid_gets_a_new_member(string valid, string invalid)
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), await world.SyncAsync(PassKitWorld.Wanted()));
        world.Transport.Instead = (method, answer) =>
        {
            var text = System.Text.Encoding.UTF8.GetString(answer.Body.Span).Replace(" ", "", StringComparison.Ordinal);
            if (method == HttpMethod.Get) Assert.Contains(valid, text, StringComparison.Ordinal);
            return method == HttpMethod.Get ? answer with { Body = System.Text.Encoding.UTF8.GetBytes(text.Replace(valid, invalid, StringComparison.Ordinal)) } : answer;
        };

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);

        Assert.Equal((PassState.Synced, world.Sandbox.Find("cus_1~2")!.Id), (pass.State, pass.MemberId));
    }

    [Theory]
    [InlineData(PassKitOptions.MetadataPolicy.Merge)]
    [InlineData(PassKitOptions.MetadataPolicy.Own)]
    public async Task P4_A_renewal_of_a_pass_that_has_lapsed_by_PassKits_clock_alone_shows_all_of_its_content(PassKitOptions.MetadataPolicy policy)
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: policy), skew: TimeSpan.FromSeconds(5));
        var first = PassKitWorld.Wanted();
        var pass = await world.SyncAsync(first with { Content = first.Content! with { Expiry = PassKitWorld.Start.AddSeconds(3) } });
        var renewed = PassKitWorld.Wanted(tier: "silver", person: new Person("Ada King", PassKitWorld.Email, null));
        renewed = renewed with { Content = renewed.Content! with { Metadata = renewed.Content.Metadata.SetItem("status", "renewed") } };

        pass = await world.SyncAsync(renewed, pass);

        var member = world.Sandbox.Find("cus_1")!;
        Assert.Equal((PassState.Synced, false), (pass.State, member.IsExpired));
        Assert.Equal(("silver", "Ada King", "renewed"), (member.TierId, member.DisplayName, member.MetaData["status"]));
    }

    [Fact]
    public async Task P4_A_revoke_in_whose_way_another_write_to_the_member_was_is_tried_again()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Path: "updateExpiry", Status: 409));
        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), pass);
        Assert.Equal(PassState.Pending, pass.State);
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), pass);

        Assert.Equal((PassState.Synced, true), (pass.State, world.Sandbox.Find("cus_1")!.IsExpired));
    }

    [Fact]
    public async Task P4_A_revival_whose_answer_was_lost_and_that_revived_nothing_gets_a_new_member_all_the_same()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), await world.SyncAsync(PassKitWorld.Wanted()));
        world.Sandbox.Faults.Set(new Fault(FaultKind.CutAfter, Path: "updateExpiry"));
        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);
        Assert.Equal(PassState.Pending, pass.State);
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        world.Transport.Instead = (method, answer) => method != HttpMethod.Get
            ? answer
            : answer with { Body = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(answer.Body.Span).Replace("ENROLLED", "EXPIRED", StringComparison.Ordinal)) };

        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);

        Assert.Equal((PassState.Synced, world.Sandbox.Find("cus_1~2")?.Id), (pass.State, pass.MemberId));
    }

    [Fact]
    public async Task P4_A_pass_that_is_read_before_it_is_written_and_was_not_revived_is_replaced_at_once()
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: PassKitOptions.MetadataPolicy.Merge));
        world.Sandbox.RevivesExpired = false;
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), await world.SyncAsync(PassKitWorld.Wanted()));

        (pass, var calls) = await world.CallsOfAsync(PassKitWorld.Wanted(), pass);

        Assert.Equal(["PUT updateExpiry", "GET member", "POST member"], calls);
        Assert.Equal((PassState.Synced, world.Sandbox.Find("cus_1~2")!.Id), (pass.State, pass.MemberId));
    }

    [Fact]
    public async Task P4_A_revival_cut_in_the_middle_and_overtaken_by_the_next_end_costs_nobody_the_member()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), await world.SyncAsync(PassKitWorld.Wanted()));
        var memberId = pass.MemberId;
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Verb: "GET"));
        pass = await world.SyncAsync(PassKitWorld.Wanted(), pass);
        Assert.Equal((PassState.Pending, true), (pass.State, pass.Unconfirmed));
        world.Sandbox.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromHours(1));
        var over = PassKitWorld.Over(PassKitWorld.Wanted(), Ended.AddHours(1));
        pass = await world.SyncAsync(over, pass);

        pass = await world.SyncAsync(over, pass, force: true);

        Assert.Equal((PassState.Synced, memberId, 0), (pass.State, pass.MemberId, pass.Generation));
    }

    [Fact]
    public async Task P4_A_record_that_expired_ninety_days_ago_is_enrolled_anew()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(), Ended), await world.SyncAsync(PassKitWorld.Wanted()));
        world.Clock.Advance(TimeSpan.FromDays(90));
        var back = PassKitWorld.Wanted();
        back = back with { Content = back.Content! with { Expiry = PassKitWorld.Start.AddDays(120) } };

        pass = await world.SyncAsync(back, pass);

        var member = Assert.Single(world.Sandbox.Members);
        Assert.Equal((PassState.Synced, member.Id), (pass.State, pass.MemberId));
        Assert.Equal(("cus_1", false, "gold"), (member.ExternalId, member.IsExpired, member.TierId));
    }

    [Fact]
    public async Task P4_An_address_that_PassKit_refuses_keeps_no_pass_valid_that_is_over()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(person: new Person("Ada", "no address", null)), Ended), pass);

        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal(PassState.Synced, pass.State);
    }

    [Fact]
    public async Task P4_Metadata_that_PassKit_refuses_keeps_no_pass_valid_that_is_over_and_the_refusal_is_told()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Verb: "PUT", Times: 1));
        var over = PassKitWorld.Over(PassKitWorld.Wanted(), Ended);

        pass = await world.SyncAsync(over, pass);

        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal((PassState.Failed, null), (pass.State, pass.NextAttempt));
        Assert.Contains("PassKit answered 400", pass.LastError, StringComparison.Ordinal);

        var (again, calls) = await world.CallsOfAsync(over, pass);
        Assert.Empty(calls);
        Assert.Equal(pass, again);
    }

    [Fact]
    public async Task P4_A_tier_that_is_gone_keeps_no_pass_valid_that_is_over_and_rings_the_alarm()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());

        pass = await world.SyncAsync(PassKitWorld.Over(PassKitWorld.Wanted(tier: "platinum"), Ended), pass);

        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal((PassState.Pending, Ended), (pass.State, pass.Told!.Expiry));
        Assert.Contains("PassKit answered 404", pass.LastError, StringComparison.Ordinal);
        Assert.Single(world.Logs.GetSnapshot(), log => log.Level == Microsoft.Extensions.Logging.LogLevel.Critical);
    }

    [Fact]
    public async Task P4_A_pass_that_PassKit_would_neither_change_nor_let_lapse_is_tried_until_it_lapses()
    {
        await using var world = await PassKitWorld.StartAsync();
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var over = PassKitWorld.Over(PassKitWorld.Wanted(), Ended);
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Path: "updateExpiry"), new Fault(FaultKind.Fail, Status: 400, Verb: "PUT"));

        pass = await world.SyncAsync(over, pass);
        Assert.Equal((PassState.Pending, false), (pass.State, world.Sandbox.Find("cus_1")!.IsExpired));

        // An operator saw it refused altogether in between.
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Verb: "PUT"));
        pass = await world.SyncAsync(over, pass, force: true);
        Assert.Equal(PassState.Failed, pass.State);
        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 503, Path: "updateExpiry"), new Fault(FaultKind.Fail, Status: 400, Verb: "PUT"));
        pass = await world.SyncAsync(over, pass, force: true);

        world.Sandbox.Faults.Set(new Fault(FaultKind.Fail, Status: 400, Path: "/members/member", Verb: "PUT", Times: 1));
        world.Clock.Advance(TimeSpan.FromHours(1));
        pass = await world.SyncAsync(over, pass);
        Assert.True(world.Sandbox.Find("cus_1")!.IsExpired);
        Assert.Equal(PassState.Failed, pass.State);
    }

    [Theory]
    [InlineData(PassKitOptions.MetadataPolicy.Merge, true, "GET member", "PUT member")]
    [InlineData(PassKitOptions.MetadataPolicy.Own, false, "PUT member")]
    public async Task P3_Merge_keeps_what_the_merchant_wrote_and_Own_does_not(PassKitOptions.MetadataPolicy policy, bool kept, params string[] expected)
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: policy));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var written = new Dictionary<string, string> { ["status"] = "active", ["stripeCustomerId"] = "cus_1", ["shoeSize"] = "43" };
        await world.Client.UpdateAsync(pass.MemberId!, null, written, null, null, TestContext.Current.CancellationToken);

        var (_, calls) = await world.CallsOfAsync(Grace(PassKitWorld.Wanted()), pass);

        var metadata = world.Sandbox.Find("cus_1")!.MetaData;
        Assert.Equal(expected, calls);
        Assert.Equal(("grace", kept), (metadata["status"], metadata.ContainsKey("shoeSize")));
    }

    [Theory]
    [InlineData(PassKitOptions.MetadataPolicy.Merge)]
    [InlineData(PassKitOptions.MetadataPolicy.Own)]
    public async Task P3_What_is_cleared_is_told_as_an_empty_value(PassKitOptions.MetadataPolicy policy)
    {
        await using var world = await PassKitWorld.StartAsync(PassKitWorld.Settings(metadata: policy));
        var pass = await world.SyncAsync(PassKitWorld.Wanted());
        var cleared = PassKitWorld.Wanted();
        cleared = cleared with { Content = cleared.Content! with { Metadata = cleared.Content.Metadata.SetItem("status", "") } };

        pass = await world.SyncAsync(cleared, pass);
        var (_, calls) = await world.CallsOfAsync(cleared, pass);

        Assert.Equal("", world.Sandbox.Find("cus_1")!.MetaData.GetValueOrDefault("status", ""));
        Assert.Empty(calls);
    }

    private static WantedPass Grace(WantedPass wanted) =>
        wanted with { Content = wanted.Content! with { Metadata = wanted.Content.Metadata.SetItem("status", "grace") } };
}
