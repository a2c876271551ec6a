namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class DeleteTests
{
    private const string ByExternalId = "/members/member/externalId/local_program/cus_1";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_member_is_gone_and_its_external_id_stays_taken(bool byId)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        var reply = await passKit.CallAsync(
            "DELETE", "/members/member", byId ? $$"""{ "id": "{{id}}" }""" : """{ "externalId": "cus_1", "programId": "local_program" }""");

        Assert.Equal((200, "{}"), (reply.Status, reply.Text));
        Assert.Equal(404, (await passKit.GetAsync(id)).Status);
        Assert.Equal(404, (await passKit.CallAsync("GET", ByExternalId)).Status);
        Assert.Equal(409, (await passKit.CallAsync("POST", "/members/member", Caller.Member())).Status);
    }

    [Fact]
    public async Task With_the_switch_a_deleted_members_external_id_is_free()
    {
        await using var passKit = await Caller.StartAsync();
        passKit.Sandbox.FreesExternalIds = true;
        var id = await passKit.EnrolAsync();

        await passKit.CallAsync("DELETE", "/members/member", $$"""{ "id": "{{id}}" }""");

        Assert.NotEqual(id, await passKit.EnrolAsync());
    }

    [Fact]
    public async Task A_member_removed_by_hand_is_gone_in_the_same_way()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        Assert.True(passKit.Sandbox.Remove(id));

        Assert.Equal(404, (await passKit.CallAsync("GET", ByExternalId)).Status);
        Assert.False(passKit.Sandbox.Remove(id));
    }
}
