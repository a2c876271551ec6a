using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class InstallTests
{
    [Theory]
    [InlineData("apple", "APPLE")]
    [InlineData("google", "GOOGLE")]
    public async Task A_pass_is_put_on_a_phone_and_taken_off_by_a_click(string wallet, string name)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();
        Assert.Contains($"/{id}/install?wallet={wallet}", (await passKit.CallAsAsync(null, "GET", $"/{id}")).Text, StringComparison.Ordinal);

        var installed = await passKit.CallAsAsync(null, "POST", $"/{id}/install?wallet={wallet}");
        var first = await passKit.GetAsync(id);
        passKit.Time.Advance(TimeSpan.FromMinutes(1));
        await passKit.CallAsAsync(null, "POST", $"/{id}/uninstall");
        passKit.Time.Advance(TimeSpan.FromMinutes(1));
        await passKit.CallAsAsync(null, "POST", $"/{id}/install?wallet={wallet}");

        Assert.Contains("Remove it from the phone", installed.Text, StringComparison.Ordinal);
        Assert.Equal(("PASS_INSTALLED", passKit.Now.AddMinutes(-2)), (Pass(first, "status"), DateTimeOffset.Parse(Pass(first, "firstInstalledAt"), null)));
        var member = Assert.Single(passKit.Sandbox.Members);
        Assert.Equal((true, "PASS_INSTALLED", passKit.Now.AddMinutes(-2)), (member.IsInstalled, member.PassStatus, member.FirstInstalledAt));
        Assert.Equal([$"INSTALLED_{name}", $"UNINSTALLED_{name}"], member.LifecycleEvents.Skip(1));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", true)]
    [InlineData("curl/8.5.0", true)]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", false)]
    public async Task A_phone_that_asks_for_the_bundle_has_the_pass_and_anybody_else_sees_its_page(string agent, bool phone)
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();
        using var http = new HttpClient { BaseAddress = passKit.Address };
        http.DefaultRequestHeaders.UserAgent.ParseAdd(agent);

        using var answer = await http.GetAsync($"/{id}.pkpass", Caller.Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue(phone ? "application/vnd.apple.pkpass" : "text/html").MediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(phone ? "PASS_INSTALLED" : "PASS_ISSUED", Assert.Single(passKit.Sandbox.Members).PassStatus);
        if (!phone) return;
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Caller.Stop));
        using var reader = new StreamReader(zip.GetEntry("pass.json")!.Open());
        Assert.Equal(id, (string)JsonNode.Parse(await reader.ReadToEndAsync(Caller.Stop))!["serialNumber"]!);
    }

    [Fact]
    public async Task Googles_link_saves_the_pass_and_leads_to_it()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync();

        var answer = await passKit.CallAsAsync(null, "GET", $"/{id}.gpay");

        Assert.Contains("Remove it from the phone", answer.Text, StringComparison.Ordinal);
        Assert.Contains("INSTALLED_GOOGLE", Assert.Single(passKit.Sandbox.Members).LifecycleEvents);
        Assert.Equal(404, (await passKit.CallAsAsync(null, "GET", "/0000000000000000000000.gpay")).Status);
        Assert.Equal(404, (await passKit.CallAsAsync(null, "GET", "/0000000000000000000000.pkpass")).Status);
    }

    [Fact]
    public async Task A_pass_that_expires_on_the_phone_is_still_there_when_it_is_revived()
    {
        await using var passKit = await Caller.StartAsync();
        var id = await passKit.EnrolAsync(more: $"\"expiryDate\": \"{passKit.Moment(1)}\"");
        passKit.Sandbox.MarkInstalled(id);

        passKit.Time.Advance(TimeSpan.FromDays(2));
        var expired = Assert.Single(passKit.Sandbox.Members);
        Assert.True(passKit.Sandbox.ChangeByHand(id, expiryDate: passKit.Now.AddDays(1)));

        Assert.Equal(("PASS_INVALIDATED", true), (expired.PassStatus, expired.IsInstalled));
        Assert.Equal("PASS_INSTALLED", Assert.Single(passKit.Sandbox.Members).PassStatus);
    }

    [Fact]
    public async Task A_member_is_changed_and_deleted_by_hand()
    {
        await using var passKit = await Caller.StartAsync();
        using var http = new HttpClient { BaseAddress = passKit.Address };
        var id = await passKit.EnrolAsync();

        using var change = new FormUrlEncodedContent([new("tier", "gold"), new("expiry", "2027-01-31T12:00")]);
        using var changed = await http.PostAsync($"/{id}/change", change, Caller.Stop);
        var member = Assert.Single(passKit.Sandbox.Members);
        using var nonsense = new FormUrlEncodedContent([new("tier", "iron"), new("expiry", "")]);
        using var refused = await http.PostAsync($"/{id}/change", nonsense, Caller.Stop);
        await passKit.CallAsAsync(null, "POST", $"/{id}/delete");

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(("gold", new DateTimeOffset(2027, 1, 31, 12, 0, 0, TimeSpan.Zero)), (member.TierId, member.ExpiryDate));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Empty(passKit.Sandbox.Members);
    }

    private static string Pass(Reply reply, string field) => (string)reply.Json["passMetaData"]![field]!;
}
