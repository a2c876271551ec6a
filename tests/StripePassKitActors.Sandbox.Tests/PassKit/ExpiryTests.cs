namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class ExpiryTests
{
    [Fact]
    public async Task A_pass_lapses_at_its_expiry_and_not_before()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await EnrolUntilAsync(passKit, days: 1);

        passKit.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        await ReadsAsync(passKit, id, "ENROLLED", "PASS_ISSUED");

        passKit.Time.Advance(TimeSpan.FromTicks(1));
        await ReadsAsync(passKit, id, "EXPIRED", "PASS_INVALIDATED");
    }

    [Fact]
    public async Task While_expired_changes_are_answered_with_200_and_change_nothing()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await EnrolUntilAsync(passKit, days: 1);
        passKit.Time.Advance(TimeSpan.FromDays(2));
        var before = (await passKit.GetAsync(id)).Text;

        foreach (var (verb, path, body) in new[]
        {
            ("PUT", "/members/member", $$"""{ "id": "{{id}}", "points": 1, "metaData": { "status": "active" }, "person": { "surname": "L" } }"""),
            ("PUT", "/members/member", $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(-1)}}" }"""),
            ("PUT", "/members/member/tier", $$"""{ "memberId": "{{id}}", "tierId": "gold" }"""),
            ("PATCH", "/members/member/person", $$"""{ "id": "{{id}}", "person": { "surname": "Lovelace" } }"""),
            ("PUT", "/members/member/points/set", $$"""{ "id": "{{id}}", "points": 7, "tierPoints": 7 }"""),
            ("PUT", "/members/member/updateExpiry", $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(0)}}" }"""),
        })
            Assert.Equal(200, (await passKit.CallAsync(verb, path, body)).Status);

        Assert.Equal(before, (await passKit.GetAsync(id)).Text);
    }

    [Theory]
    [InlineData("/members/member/updateExpiry")]
    [InlineData("/members/member")]
    public async Task A_date_in_the_future_revives_the_same_pass(string path)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await EnrolUntilAsync(passKit, days: 1);
        passKit.Time.Advance(TimeSpan.FromDays(2));

        await passKit.CallAsync("PUT", path, $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(30)}}" }""");

        await ReadsAsync(passKit, id, "ENROLLED", "PASS_ISSUED");
        Assert.Equal(passKit.Moment(30), (await passKit.GetAsync(id))["expiryDate"]);
    }

    [Fact]
    public async Task Content_in_the_call_that_revives_comes_too_early()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await EnrolUntilAsync(passKit, days: 1);
        passKit.Time.Advance(TimeSpan.FromDays(2));
        var both = $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(30)}}", "points": 7 }""";

        await passKit.CallAsync("PUT", "/members/member", both);
        Assert.Equal("0", (await passKit.GetAsync(id))["points"]);

        await passKit.CallAsync("PUT", "/members/member", both);
        Assert.Equal("7", (await passKit.GetAsync(id))["points"]);
    }

    [Fact]
    public async Task An_installed_pass_comes_back_installed()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await EnrolUntilAsync(passKit, days: 1);
        passKit.Sandbox.MarkInstalled(id);
        passKit.Time.Advance(TimeSpan.FromDays(2));
        await ReadsAsync(passKit, id, "EXPIRED", "PASS_INVALIDATED");

        await passKit.CallAsync("PUT", "/members/member/updateExpiry", $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(30)}}" }""");

        await ReadsAsync(passKit, id, "ENROLLED", "PASS_INSTALLED");
    }

    [Fact]
    public async Task With_revival_switched_off_an_expired_pass_stays_invalid()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.RevivesExpired = false;
        var id = await EnrolUntilAsync(passKit, days: 1);
        passKit.Time.Advance(TimeSpan.FromDays(2));

        var reply = await passKit.CallAsync("PUT", "/members/member/updateExpiry", $$"""{ "id": "{{id}}", "expiryDate": "{{passKit.Moment(30)}}" }""");

        Assert.Equal(200, reply.Status);
        await ReadsAsync(passKit, id, "EXPIRED", "PASS_INVALIDATED");
    }

    [Theory]
    [InlineData("EXPIRE_NONE")]
    [InlineData("EXPIRE_SET_TO_NULL")]
    public async Task On_a_tier_that_does_not_expire_a_pass_stays_valid_and_can_be_changed(string expiryType)
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.AddTier("forever", expiryType);
        var id = await EnrolUntilAsync(passKit, days: 1);
        await passKit.CallAsync("PUT", "/members/member/tier", $$"""{ "memberId": "{{id}}", "tierId": "forever" }""");

        passKit.Time.Advance(TimeSpan.FromDays(200));
        await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "points": 7 }""");

        await ReadsAsync(passKit, id, "ENROLLED", "PASS_ISSUED");
        Assert.Equal("7", (await passKit.GetAsync(id))["points"]);
    }

    [Fact]
    public async Task A_tier_that_begins_to_expire_takes_the_passes_along_whose_date_has_passed()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.AddTier("forever", "EXPIRE_SET_TO_NULL");
        var id = await EnrolUntilAsync(passKit, days: 1);
        await passKit.CallAsync("PUT", "/members/member/tier", $$"""{ "memberId": "{{id}}", "tierId": "forever" }""");
        passKit.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("EXPIRE_SET_TO_NULL", await ExpiryTypeAsync(passKit));

        Assert.True(passKit.Sandbox.ChangeTier("forever", "EXPIRE_ON_VARIABLE_DATE_TIME"));
        Assert.False(passKit.Sandbox.ChangeTier("never", "EXPIRE_ON_VARIABLE_DATE_TIME"));

        Assert.Equal("EXPIRE_ON_VARIABLE_DATE_TIME", await ExpiryTypeAsync(passKit));
        await ReadsAsync(passKit, id, "EXPIRED", "PASS_INVALIDATED");

        static async Task<string> ExpiryTypeAsync(Caller passKit) =>
            (string)(await passKit.CallAsync("GET", "/members/tier/local_program/forever")).Json["expirySettings"]!["expiryType"]!;
    }

    [Fact]
    public async Task A_record_expired_for_90_days_is_gone_and_its_external_id_free()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await EnrolUntilAsync(passKit, days: 1);

        passKit.Time.Advance(TimeSpan.FromDays(91) - TimeSpan.FromTicks(1));
        Assert.Equal(200, (await passKit.GetAsync(id)).Status);
        Assert.Equal(409, (await passKit.CallAsync("POST", "/members/member", Caller.Member())).Status);

        passKit.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(404, (await passKit.GetAsync(id)).Status);
        Assert.Empty(passKit.Sandbox.Members);
        Assert.NotEqual(id, await passKit.EnrolAsync());
    }

    [Fact]
    public async Task Enrolling_finds_by_itself_that_a_record_is_gone()
    {
        await using var passKit = await Caller.StartAsync();
        await EnrolUntilAsync(passKit, days: 1);

        passKit.Time.Advance(TimeSpan.FromDays(91));

        Assert.Equal(200, (await passKit.CallAsync("POST", "/members/member", Caller.Member())).Status);
    }

    private static Task<string> EnrolUntilAsync(Caller passKit, int days) => passKit.EnrolAsync(more: $"\"expiryDate\": \"{passKit.Moment(days)}\"");

    private static async Task ReadsAsync(Caller passKit, string id, string status, string passStatus)
    {
        var member = await passKit.GetAsync(id);
        Assert.Equal((status, passStatus), (member["status"], (string)member.Json["passMetaData"]!["status"]!));
    }
}
