namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class ReadTests
{
    [Fact]
    public async Task A_member_shows_fields_that_nobody_set()
    {
        await using var passKit = await Caller.StartAsync();

        var member = await passKit.GetAsync(await passKit.EnrolAsync());

        Assert.Equal("", member["groupingIdentifier"]);
        Assert.Equal("null", member["person"]);
        Assert.Equal("null", member["expiryDate"]);
        Assert.Equal("{}", member["metaData"]);
        Assert.Equal("[]", member["notes"]);
        Assert.Equal("0", member["points"]);
        Assert.Equal("false", member["optOut"]);
        Assert.Equal("ENROLLED", member["status"]);
        Assert.Equal("OPERATION_DO_NOT_USE", member["operation"]);
        Assert.Equal("PASS_ISSUED", member.Json["passMetaData"]!["status"]!.GetValue<string>());
        Assert.Equal("", member.Json["passMetaData"]!["altId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Moments_are_shown_in_UTC_whatever_zone_they_were_given_in()
    {
        await using var passKit = await Caller.StartAsync();

        var member = await passKit.GetAsync(await passKit.EnrolAsync(more: """ "expiryDate": "2026-12-24T01:30:00.25+01:30" """));

        Assert.Equal("2026-12-24T00:00:00.25Z", member["expiryDate"]);
        Assert.Equal("2026-11-24T10:00:00Z", member["created"]);
        Assert.Equal("2026-11-24T10:00:00Z", member["updated"]);
    }

    [Fact]
    public async Task A_member_is_found_by_its_external_id_escaped_or_not()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync("cus_1~2");

        foreach (var written in new[] { "cus_1~2", "cus%5F1%7E2" })
            Assert.Equal(id, (await passKit.CallAsync("GET", $"/members/member/externalId/local_program/{written}")).Id);
    }

    [Theory]
    [InlineData("GET", "/members/member/id/nobody", null)]
    [InlineData("GET", "/members/member/externalId/local_program/nobody", null)]
    [InlineData("PUT", "/members/member", """{ "id": "nobody" }""")]
    [InlineData("PUT", "/members/member", """{ "externalId": "nobody", "programId": "local_program" }""")]
    [InlineData("PUT", "/members/member/tier", """{ "memberId": "nobody", "tierId": "gold" }""")]
    [InlineData("PUT", "/members/member/updateExpiry", """{ "id": "nobody", "expiryDate": "2027-01-01T00:00:00Z" }""")]
    [InlineData("PATCH", "/members/member/person", """{ "id": "nobody", "person": { "surname": "Lovelace" } }""")]
    [InlineData("DELETE", "/members/member", """{ "id": "nobody" }""")]
    public async Task Nobody_knows_an_unknown_member(string verb, string path, string? body)
    {
        await using var passKit = await Caller.StartAsync();

        var reply = await passKit.CallAsync(verb, path, body);

        Assert.Equal(404, reply.Status);
        Assert.EndsWith("with id[nobody] does not exist", reply.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/members/member", "{}")]
    [InlineData("PUT", "/members/member", """{ "externalId": "cus_1" }""")]
    [InlineData("PUT", "/members/member/tier", """{ "memberId": "x" }""")]
    [InlineData("PUT", "/members/member/tier", """{ "tierId": "gold" }""")]
    [InlineData("PUT", "/members/member/tier", """{ "id": "x", "tierId": "gold" }""")]
    [InlineData("PUT", "/members/member/updateExpiry", """{ "id": "x" }""")]
    [InlineData("PUT", "/members/member/updateExpiry", """{ "memberId": "x", "expiryDate": "2027-01-01T00:00:00Z" }""")]
    [InlineData("PATCH", "/members/member/person", """{ "id": "x" }""")]
    [InlineData("PATCH", "/members/member/person", """{ "externalId": "x", "programId": "local_program", "person": { } }""")]
    [InlineData("DELETE", "/members/member", null)]
    [InlineData("DELETE", "/members/member", "{}")]
    public async Task A_call_that_does_not_say_whom_or_what_it_means_is_refused(string verb, string path, string? body)
    {
        await using var passKit = await Caller.StartAsync();

        Assert.Equal(400, (await passKit.CallAsync(verb, path, body)).Status);
    }
}
