namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class GatewayTests
{
    [Theory]
    [InlineData("""{ "nickname": "Ada" }""")]
    [InlineData("""{ "person": { "nickname": "Ada" } }""")]
    [InlineData("""{ "ExternalId": "cus_1" }""")]
    [InlineData("""{ "externalId": 1 }""")]
    [InlineData("""{ "optOut": "true" }""")]
    [InlineData("""{ "metaData": { "spend": 10 } }""")]
    [InlineData("""{ "metaData": { "spend": null } }""")]
    [InlineData("""{ "metaData": [] }""")]
    [InlineData("""{ "person": "Ada" }""")]
    [InlineData("""{ "tierPoints": -1 }""")]
    [InlineData("""{ "tierPoints": 1.5 }""")]
    [InlineData("""{ "points": "many" }""")]
    [InlineData("""{ "status": "HAPPY" }""")]
    [InlineData("""{ "status": 99 }""")]
    [InlineData("""{ "expiryDate": "2026-12-24" }""")]
    [InlineData("""{ "expiryDate": 1798070400 }""")]
    [InlineData("""{ "externalId": "a", "externalId": "b" }""")]
    [InlineData("""{ "externalId": "\ud800" }""")]
    [InlineData("""{ "externalId": "cus_1" """)]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_body_that_is_not_the_message_is_a_syntax_error(string body)
    {
        await using var passKit = await Caller.StartAsync();

        var reply = await passKit.CallAsync("POST", "/members/member", body);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith("proto: syntax error", reply.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_is_absent_numbers_may_be_texts_and_choices_numbers()
    {
        await using var passKit = await Caller.StartAsync();

        var id = await passKit.EnrolAsync(more: """ "person": null, "points": "12.5", "tierPoints": "7", "status": 1, "passOverrides": null """);

        var member = await passKit.GetAsync(id);
        Assert.Equal(("12.5", "7", "ACTIVE", "null"), (member["points"], member["tierPoints"], member["status"], member["person"]));
    }

    [Theory]
    [InlineData("GET", "/members/member")]
    [InlineData("PATCH", "/members/member")]
    [InlineData("POST", "/members/member/tier")]
    [InlineData("DELETE", "/members/member/id/abc")]
    [InlineData("POST", "/user/profile")]
    public async Task A_known_path_with_another_verb_is_not_implemented(string verb, string path)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(501, (await passKit.CallAsync(verb, path)).Status);
    }

    [Theory]
    [InlineData("/members/member/abc")]
    [InlineData("/members/Member/id/abc")]
    [InlineData("/members/member/externalid/local_program/cus_1")]
    [InlineData("/user/profile/")]
    [InlineData("/v1/members/member")]
    public async Task An_unknown_path_is_a_page_that_says_so(string path)
    {
        await using var passKit = await Caller.StartAsync();

        var reply = await passKit.CallAsync("GET", path);

        Assert.Equal(404, reply.Status);
        Assert.StartsWith("<html>", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_can_be_made_and_read()
    {
        await using var passKit = await Caller.StartAsync();

        var made = await passKit.CallAsync("POST", "/members/program", """{ "name": "Club", "status": ["PROJECT_DRAFT", 1] }""");
        var read = await passKit.CallAsync("GET", $"/members/program/{made.Id}");

        Assert.Equal("Club", read["name"]);
        Assert.Equal("""["PROJECT_DRAFT","PROJECT_ACTIVE_FOR_OBJECT_CREATION"]""", read.Json["status"]!.ToJsonString());
        Assert.Equal(404, (await passKit.CallAsync("GET", "/members/program/elsewhere")).Status);
        Assert.Equal(400, (await passKit.CallAsync("POST", "/members/program", "{}")).Status);
    }

    [Fact]
    public async Task The_program_of_the_set_up_is_published_and_active()
    {
        await using var passKit = await Caller.StartAsync();

        var program = await passKit.CallAsync("GET", "/members/program/local_program");

        Assert.Equal("""["PROJECT_PUBLISHED","PROJECT_ACTIVE_FOR_OBJECT_CREATION"]""", program.Json["status"]!.ToJsonString());
    }

    [Fact]
    public async Task The_tiers_of_the_set_up_expire_on_a_date_per_pass()
    {
        await using var passKit = await Caller.StartAsync();

        foreach (var tier in Caller.Options.TierIds)
        {
            var read = await passKit.CallAsync("GET", $"/members/tier/local_program/{tier}");
            Assert.Equal("EXPIRE_ON_VARIABLE_DATE_TIME", read.Json["expirySettings"]!["expiryType"]!.GetValue<string>());
        }

        Assert.Equal(404, (await passKit.CallAsync("GET", "/members/tier/local_program/bronze")).Status);
        Assert.Equal(404, (await passKit.CallAsync("GET", "/members/tier/elsewhere/gold")).Status);
    }

    [Fact]
    public async Task A_tier_needs_a_position_of_its_own_above_zero()
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(200, (await Make("bronze", 3)).Status);
        Assert.Equal(409, (await Make("bronze", 4)).Status);
        Assert.Equal(409, (await Make("iron", 3)).Status);
        Assert.Equal(400, (await Make("iron", 0)).Status);

        Task<Reply> Make(string id, int index) => passKit.CallAsync("POST", "/members/tier", $$"""
            { "id": "{{id}}", "tierIndex": {{index}}, "name": "A tier", "programId": "local_program", "passTemplateId": "t", "timezone": "UTC" }
            """);
    }
}
