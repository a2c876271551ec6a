using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class ProgramTests
{
    [Fact]
    public async Task From_outside_a_program_becomes_a_draft_or_runs_out_of_quota()
    {
        await using var passKit = await Caller.StartAsync();

        var changed = await passKit.CallAsAsync(null, "PUT", "/sandbox/program", """
            { "status": ["PROJECT_DRAFT", "PROJECT_OVER_QUOTA"], "quota": { "details": { "100": { "quota": 250, "status": "1" } } } }
            """);
        var read = await passKit.CallAsync("GET", "/members/program/local_program");

        Assert.Equal(200, changed.Status);
        Assert.Equal("""["PROJECT_DRAFT","PROJECT_OVER_QUOTA"]""", read.Json["status"]!.ToJsonString());
        Assert.Equal(250, (int)read.Json["quota"]!["details"]!["100"]!["quota"]!);
        Assert.Equal("local_program", read["name"]);
        Assert.Equal(400, (await passKit.CallAsAsync(null, "PUT", "/sandbox/program", """{ "status": "PROJECT_DRAFT" }""")).Status);
    }

    [Fact]
    public async Task A_program_is_changed_by_PassKits_own_call_too()
    {
        await using var passKit = await Caller.StartAsync();

        var changed = await passKit.CallAsync("PUT", "/members/program", """{ "id": "local_program", "name": "Club", "status": ["PROJECT_DRAFT", "PROJECT_ACTIVE_FOR_OBJECT_CREATION"] }""");

        Assert.Equal(("Club", """["PROJECT_DRAFT","PROJECT_ACTIVE_FOR_OBJECT_CREATION"]"""), (changed["name"], changed.Json["status"]!.ToJsonString()));
        Assert.Equal(400, (await passKit.CallAsync("PUT", "/members/program", """{ "id": "local_program" }""")).Status);
        Assert.Equal(404, (await passKit.CallAsync("PUT", "/members/program", """{ "id": "elsewhere", "name": "Club" }""")).Status);
    }

    [Fact]
    public async Task A_tier_that_cannot_expire_is_given_an_expiry()
    {
        await using var passKit = await Caller.StartAsync();
        await passKit.CallAsAsync(null, "PUT", "/sandbox/tiers/silver", """{ "expiryType": "EXPIRE_NONE" }""");
        var id = await passKit.EnrolAsync(more: $"\"expiryDate\": \"{passKit.Moment(-1)}\"");
        Assert.Equal("ENROLLED", (await passKit.GetAsync(id))["status"]);

        var tier = (await passKit.CallAsync("GET", "/members/tier/local_program/silver")).Json;
        Assert.Equal("EXPIRE_NONE", (string)tier["expirySettings"]!["expiryType"]!);
        var (created, updated) = (tier.Remove("created"), tier.Remove("updated"));
        tier["expirySettings"] = new JsonObject { ["expiryType"] = "EXPIRE_ON_VARIABLE_DATE_TIME" };
        var changed = await passKit.CallAsync("PUT", "/members/tier", tier.ToJsonString());

        Assert.True(created && updated);
        Assert.Equal(("silver", "EXPIRE_ON_VARIABLE_DATE_TIME"), (changed["id"], (string)changed.Json["expirySettings"]!["expiryType"]!));
        Assert.Equal("EXPIRED", (await passKit.GetAsync(id))["status"]);
    }

    [Theory]
    [InlineData("gold", 2, "name", 200)]
    [InlineData("gold", 1, "name", 409)]
    [InlineData("iron", 3, "name", 404)]
    [InlineData("gold", 2, "secondaryTierName", 400)]
    public async Task A_tier_is_changed_only_as_a_whole_and_in_a_place_of_its_own(string id, int index, string name, int status)
    {
        await using var passKit = await Caller.StartAsync();

        var reply = await passKit.CallAsync("PUT", "/members/tier", $$"""
            { "id": "{{id}}", "tierIndex": {{index}}, "{{name}}": "Gold", "programId": "local_program", "passTemplateId": "t", "timezone": "UTC" }
            """);

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task In_the_wrong_region_the_credentials_are_good_and_nothing_is_there()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.Faults.Set(new Fault(FaultKind.WrongRegion));

        Assert.Equal(404, (await passKit.CallAsync("GET", "/members/program/local_program")).Status);
        Assert.Equal(404, (await passKit.CallAsync("POST", "/members/member", Caller.Member())).Status);
        Assert.Equal(404, (await passKit.CallAsync("GET", "/user/profile")).Status);
        Assert.Equal(401, (await passKit.CallAsAsync("nonsense", "GET", "/members/program/local_program")).Status);
        Assert.Empty(passKit.Sandbox.Members);
    }
}
