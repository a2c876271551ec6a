using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Mail;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class MailTests
{
    [Fact]
    public async Task A_welcome_email_is_written_down_and_sent_as_often_as_it_is_asked_for()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "person": { "displayName": "Ada", "emailAddress": "ada@example.com" } """);

        var byId = await passKit.CallAsync("POST", "/distribution/email", $$"""{ "id": "{{id}}", "protocol": "MEMBERSHIP" }""");
        var byExternalId = await passKit.CallAsync(
            "POST", "/distribution/email", """{ "externalId": "cus_1", "classId": "local_program", "protocol": 100, "alternativeEmail": "other@example.com" }""");

        Assert.Equal((200, "{}", 200), (byId.Status, byId.Text, byExternalId.Status));
        Assert.Equal(
            [new SentMail(passKit.Now, id, "cus_1", "ada@example.com", "Ada"), new SentMail(passKit.Now, id, "cus_1", "other@example.com", "Ada")],
            passKit.Sandbox.Mail);
        Assert.Equal((id, "cus_1"), (passKit.Sandbox.Calls.All[^1].MemberId, passKit.Sandbox.Calls.All[^1].ExternalId));
    }

    [Fact]
    public async Task From_outside_the_mail_is_read_as_JSON_and_as_a_page()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "person": { "emailAddress": "ada@example.com" } """);
        await passKit.CallAsync("POST", "/distribution/email", $$"""{ "id": "{{id}}", "protocol": "MEMBERSHIP" }""");

        var json = JsonNode.Parse((await passKit.CallAsAsync(null, "GET", "/sandbox/mail")).Text)!.AsArray();
        var page = await passKit.CallAsAsync(null, "GET", "/mail");
        await passKit.CallAsAsync(null, "DELETE", "/sandbox/mail");

        Assert.Equal((id, "ada@example.com"), ((string)Assert.Single(json)!["memberId"]!, (string)json[0]!["to"]!));
        Assert.Contains("ada@example.com", page.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"/{id}\"", page.Text, StringComparison.Ordinal);
        Assert.Empty(passKit.Sandbox.Mail);
    }

    [Theory]
    [InlineData("""{ "externalId": "cus_1", "classId": "local_program" }""", 400)]
    [InlineData("""{ "externalId": "cus_1", "protocol": "MEMBERSHIP" }""", 400)]
    [InlineData("""{ "protocol": "MEMBERSHIP" }""", 400)]
    [InlineData("""{ "externalId": "cus_1", "classId": "local_program", "protocol": "MEMBERSHIP" }""", 400)]
    [InlineData("""{ "externalId": "cus_1", "classId": "local_program", "protocol": "MEMBERSHIP", "alternativeEmail": "nobody" }""", 400)]
    [InlineData("""{ "externalId": "cus_2", "classId": "local_program", "protocol": "MEMBERSHIP" }""", 404)]
    public async Task Without_a_member_a_protocol_and_an_address_nothing_is_sent(string body, int status)
    {
        await using var passKit = await Caller.StartAsync();
        await passKit.EnrolAsync(); // who has no address

        Assert.Equal(status, (await passKit.CallAsync("POST", "/distribution/email", body)).Status);
        Assert.Empty(passKit.Sandbox.Mail);
    }

    [Fact]
    public async Task A_project_whose_email_is_suspended_sends_none()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: """ "person": { "emailAddress": "ada@example.com" } """);
        passKit.Sandbox.ChangeProgram(new JsonObject { ["status"] = new JsonArray("PROJECT_PUBLISHED", "PROJECT_EMAIL_SUSPENDED") });

        Assert.Equal(400, (await passKit.CallAsync("POST", "/distribution/email", $$"""{ "id": "{{id}}", "protocol": "MEMBERSHIP" }""")).Status);
        Assert.Empty(passKit.Sandbox.Mail);
    }
}
