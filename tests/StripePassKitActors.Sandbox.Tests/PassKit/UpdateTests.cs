namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class UpdateTests
{
    [Fact]
    public async Task A_put_changes_what_it_gives_and_leaves_what_is_missing_or_zero()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """
            "groupingIdentifier": "family", "optOut": true, "points": 5, "tierPoints": 3,
            "person": { "displayName": "Ada", "emailAddress": "ada@example.com", "otherNames": ["Augusta"] }
            """);

        var reply = await passKit.CallAsync("PUT", "/members/member", $$"""
            { "id": "{{id}}", "groupingIdentifier": "", "optOut": false, "points": 0, "tierPoints": 9,
              "person": { "displayName": "", "emailAddress": null, "otherNames": [], "surname": "Lovelace" } }
            """);

        Assert.Equal(id, reply.Id);
        var member = await passKit.GetAsync(id);
        Assert.Equal(("family", "true", "5", "9"), (member["groupingIdentifier"], member["optOut"], member["points"], member["tierPoints"]));
        var person = member.Json["person"]!;
        Assert.Equal(
            ("Ada", "ada@example.com", "Lovelace", """["Augusta"]"""),
            ((string)person["displayName"]!, (string)person["emailAddress"]!, (string)person["surname"]!, person["otherNames"]!.ToJsonString()));
    }

    [Fact]
    public async Task Points_are_set_and_never_added_and_a_zero_wants_its_flag()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "points": 5, "secondaryPoints": 6, "tierPoints": 7 """);

        var twice = $$"""{ "id": "{{id}}", "points": 12.5, "tierPoints": 0 }""";
        await passKit.CallAsync("PUT", "/members/member/points/set", twice);
        var reply = await passKit.CallAsync("PUT", "/members/member/points/set", twice);
        Assert.Equal(("12.5", "6", "7"), (reply["points"], reply["secondaryPoints"], reply["tierPoints"]));

        reply = await passKit.CallAsync("PUT", "/members/member/points/set", $$"""{ "id": "{{id}}", "points": 0, "resetPoints": true, "resetTierPoints": true }""");
        Assert.Equal(("0", "6", "0"), (reply["points"], reply["secondaryPoints"], reply["tierPoints"]));
        Assert.Equal("0", (await passKit.GetAsync(id))["tierPoints"]);
    }

    [Fact]
    public async Task Metadata_is_replaced_as_a_whole_with_its_empty_values()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "metaData": { "status": "active", "barcode": "123" } """);

        await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "metaData": { "status": "grace", "message": "" } }""");

        Assert.Equal("""{"status":"grace","message":""}""", (await passKit.GetAsync(id)).Json["metaData"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("null")]
    public async Task Metadata_that_is_empty_or_null_leaves_the_map_alone(string metadata)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "metaData": { "status": "active" } """);

        await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "metaData": {{metadata}} }""");

        Assert.Equal("active", passKit.Sandbox.Find("cus_1")!.MetaData["status"]);
    }

    [Fact]
    public async Task An_external_id_never_changes()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        Assert.Equal(200, (await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "externalId": "cus_2" }""")).Status);

        Assert.Equal("cus_1", (await passKit.GetAsync(id))["externalId"]);
    }

    [Fact]
    public async Task A_member_can_be_named_by_its_external_id_under_three_names()
    {
        await using var passKit = await Caller.StartAsync();
        await passKit.EnrolAsync();

        foreach (var (verb, path, body) in new[]
        {
            ("PUT", "/members/member", """{ "externalId": "cus_1", "programId": "local_program", "points": 4 }"""),
            ("PUT", "/members/member/tier", """{ "externalMemberId": "cus_1", "programId": "local_program", "tierId": "gold" }"""),
            ("PUT", "/members/member/updateExpiry", """{ "externalId": "cus_1", "programId": "local_program", "expiryDate": "2027-01-01T00:00:00Z" }"""),
            ("PATCH", "/members/member/person", """{ "externalId": "cus_1", "classId": "local_program", "person": { "surname": "Lovelace" } }"""),
        })
            Assert.Equal(200, (await passKit.CallAsync(verb, path, body)).Status);

        var member = passKit.Sandbox.Find("cus_1")!;
        Assert.Equal((4, "gold", "Lovelace"), (member.Points, member.TierId, member.Surname));
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), member.ExpiryDate);
    }

    [Fact]
    public async Task A_change_of_tier_answers_the_event_that_it_is()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        var reply = await passKit.CallAsync("PUT", "/members/member/tier", $$"""{ "memberId": "{{id}}", "tierId": "gold" }""");

        Assert.Equal("EVENT_MEMBER_TIER_CHANGED", reply["eventType"]);
        Assert.Equal((id, "gold"), ((string)reply.Json["member"]!["id"]!, (string)reply.Json["member"]!["tierId"]!));
        Assert.Equal("gold", (await passKit.GetAsync(id))["tierId"]);
    }

    [Fact]
    public async Task A_tier_that_is_not_there_is_not_found_and_changes_nothing()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        var tier = await passKit.CallAsync("PUT", "/members/member/tier", $$"""{ "memberId": "{{id}}", "tierId": "bronze" }""");
        var put = await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "tierId": "bronze", "points": 1 }""");

        Assert.Equal((404, 404), (tier.Status, put.Status));
        Assert.Equal(("silver", 0), (passKit.Sandbox.Find("cus_1")!.TierId, passKit.Sandbox.Find("cus_1")!.Points));
    }

    [Fact]
    public async Task A_person_is_patched_field_by_field()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "person": { "displayName": "Ada", "mobileNumber": "+442079460018" } """);

        await passKit.CallAsync("PATCH", "/members/member/person", $$"""{ "id": "{{id}}", "person": { "displayName": "Ada L.", "mobileNumber": "" } }""");

        var member = passKit.Sandbox.Find("cus_1")!;
        Assert.Equal(("Ada L.", "+442079460018"), (member.DisplayName, member.MobileNumber));
    }

    [Fact]
    public async Task Every_change_moves_updated_and_leaves_created()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();
        passKit.Time.Advance(TimeSpan.FromMinutes(5));

        await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "points": 1 }""");

        var member = passKit.Sandbox.Find("cus_1")!;
        Assert.Equal((passKit.Now.AddMinutes(-5), passKit.Now), (member.Created, member.Updated));
    }

    [Fact]
    public async Task What_is_not_known_of_PassKit_is_refused_rather_than_guessed()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        Assert.Equal(400, (await passKit.CallAsync("PUT", "/members/member", $$"""{ "id": "{{id}}", "operation": "OPERATION_PUT" }""")).Status);
    }

    [Fact]
    public async Task Many_callers_at_once_lose_nothing()
    {
        await using var passKit = await Caller.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => passKit.CallAsync("POST", "/members/member", Caller.Member($"cus_{i % 20}"))));

        Assert.Equal((20, 20), (replies.Count(reply => reply.Status == 200), replies.Count(reply => reply.Status == 409)));
        Assert.Equal(20, passKit.Sandbox.Members.DistinctBy(member => member.Id).Count());
    }
}
