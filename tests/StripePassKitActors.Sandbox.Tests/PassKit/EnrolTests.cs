namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class EnrolTests
{
    [Fact]
    public async Task Enrolling_answers_an_id_of_22_letters_and_digits_and_nothing_else()
    {
        await using var passKit = await Caller.StartAsync();

        var reply = await passKit.CallAsync("POST", "/members/member", Caller.Member());

        Assert.Equal(200, reply.Status);
        Assert.Matches("^\\{\"id\":\"[0-9A-Za-z]{22}\"\\}$", reply.Text);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_ids_and_another_seed_others()
    {
        await using var one = await Caller.StartAsync();
        await using var same = await Caller.StartAsync();
        await using var other = await Caller.StartAsync(Caller.Options with { Seed = 2 });

        var id = await one.EnrolAsync();

        Assert.Equal(id, await same.EnrolAsync());
        Assert.NotEqual(id, await other.EnrolAsync());
    }

    [Theory]
    [InlineData("programId", "ProgramId")]
    [InlineData("tierId", "TierId")]
    public async Task A_member_without_program_or_tier_is_refused(string field, string name)
    {
        await using var passKit = await Caller.StartAsync();

        await RefusesAsync(passKit, 400, Caller.Member().Replace($"\"{field}\"", "\"groupingIdentifier\"", StringComparison.Ordinal),
            $"Field validation for '{name}' failed on the 'required' tag");
    }

    [Theory]
    [InlineData("local_program", "program with id[elsewhere] does not exist")]
    [InlineData("silver", "tier with id[elsewhere] does not exist")]
    public async Task An_unknown_program_or_tier_is_not_found(string known, string why)
    {
        await using var passKit = await Caller.StartAsync();

        await RefusesAsync(passKit, 404, Caller.Member().Replace(known, "elsewhere", StringComparison.Ordinal), why);
    }

    [Theory]
    [InlineData("created")]
    [InlineData("updated")]
    public async Task When_a_member_was_made_is_for_the_server_to_say(string field)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync("cus_0");

        await RefusesAsync(passKit, 400, Caller.Member(more: $"\"{field}\": \"2026-01-01T00:00:00Z\""), "failed on the 'isdefault' tag");
        var put = await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "{{field}}": "2026-01-01T00:00:00Z" }""");
        Assert.Equal(400, put.Status);
    }

    [Theory]
    [InlineData("emailAddress", "nobody", "email")]
    [InlineData("emailAddress", "Ada <ada@example.com>", "email")]
    [InlineData("emailAddress", "ada@localhost", "email")]
    [InlineData("mobileNumber", "020 7946 0018", "e164")]
    [InlineData("mobileNumber", "+44 20 7946 0018", "e164")]
    public async Task A_bad_address_or_number_is_refused_on_every_way_in(string field, string value, string tag)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync("cus_0");
        var person = $$""" "person": { "{{field}}": "{{value}}" } """;

        await RefusesAsync(passKit, 400, Caller.Member(more: person), $"failed on the '{tag}' tag");
        Assert.Equal(400, (await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", {{person}} }""")).Status);
        Assert.Equal(400, (await passKit.CallAsync("PATCH", "/members/member/person", $$"""{ "id": "{{id}}", {{person}} }""")).Status);
    }

    [Fact]
    public async Task An_external_id_is_taken_once_in_a_program_whatever_the_tier()
    {
        await using var passKit = await Caller.StartAsync();
        await passKit.EnrolAsync();

        await RefusesAsync(passKit, 409, Caller.Member(), "member with externalId[cus_1] already exists");
        await RefusesAsync(passKit, 409, Caller.Member().Replace("silver", "gold", StringComparison.Ordinal), "already exists");
    }

    [Fact]
    public async Task Another_program_may_use_the_same_external_id()
    {
        await using var passKit = await Caller.StartAsync();
        await passKit.EnrolAsync();
        var program = (await passKit.CallAsync("POST", "/members/program", """{ "name": "Second" }""")).Id;
        await passKit.CallAsync("POST", "/members/tier", $$"""
            { "id": "silver", "tierIndex": 1, "name": "Silver", "programId": "{{program}}", "passTemplateId": "t", "timezone": "UTC" }
            """);

        var reply = await passKit.CallAsync("POST", "/members/member", Caller.Member().Replace("local_program", program, StringComparison.Ordinal));

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Members_without_an_external_id_do_not_meet()
    {
        await using var passKit = await Caller.StartAsync();

        Assert.NotEqual(await passKit.EnrolAsync(""), await passKit.EnrolAsync(""));
    }

    private static async Task RefusesAsync(Caller passKit, int status, string json, string why)
    {
        var reply = await passKit.CallAsync("POST", "/members/member", json);

        Assert.Equal(status, reply.Status);
        Assert.Contains(why, reply.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
