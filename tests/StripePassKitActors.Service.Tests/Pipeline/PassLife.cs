using System.Text;
using System.Text.Json.Nodes;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>What becomes of a pass after it was made: hints of PassKit's come in, and changes go out.</summary>
public sealed class PassLife(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task A_hint_of_PassKits_is_read_and_every_change_is_published_once(Sidecars sidecars)
    {
        await using var platform = controlPlane.Breakable(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Customer("cus_1"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "active"), Cancelled);
        await merchant.InspectAsync("cus_1", seen => (string?)seen["pass"]!["state"] == "synced" && seen["recentEvents"]!.AsArray().Count == 2, "the pass is issued", Cancelled);
        var member = merchant.PassKit.Find("cus_1")!.Id;
        var before = await Eventually.Async(
            () => platform.LengthAsync(DaprResources.CustomerChanges, Cancelled), length => length > 0, "its issue is published", cancellationToken: Cancelled);

        merchant.PassKit.MarkInstalled(member);
        await HintAsync(merchant, new JsonObject { ["memberId"] = member, ["externalId"] = null, ["event"] = "PASS_EVENT_INSTALLED" });
        await HintAsync(merchant, new JsonObject { ["memberId"] = "nobody", ["externalId"] = "cus_1", ["event"] = "PASS_EVENT_INSTALLED" });
        await HintAsync(merchant, []);

        await merchant.InspectAsync("cus_1", seen => (bool?)seen["pass"]!["installed"] == true, "it is known to be installed", Cancelled);
        await Eventually.Async(
            () => platform.LengthAsync(DaprResources.CustomerChanges, Cancelled), length => length > before, "its installation is published", cancellationToken: Cancelled);
        if (platform is not DaprdPlatform { Redis: { } redis }) return; // what it is on its way through a broker, the broker tells

        var told = await redis.MessagesAsync(DaprResources.CustomerChanges, Cancelled);
        Assert.Single(told.Select(one => (string?)one!["id"]).Distinct(), id => id!.EndsWith("-installed", StringComparison.Ordinal)); // whoever it is told twice knows by the id
        var (first, last) = (told[0]!, told[^1]!);
        Assert.Equal("customer.pass.issued", (string?)first["type"]);
        var version = (long)last["data"]!["version"]!;
        Assert.True(version > (long)first["data"]!["version"]!);
        Assert.Equal(
            ("customer.pass.installed", "cus_1", $"cus_1-{version}-installed", "application/json"),
            ((string?)last["type"], (string?)last["subject"], (string?)last["id"], ((string?)last["datacontenttype"])!.Split(';')[0]));
        Assert.Equal((member, "silver", true), ((string?)last["data"]!["pass"]!["memberId"], (string?)last["data"]!["tier"], (bool?)last["data"]!["installed"]));
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_operator_has_a_pass_mailed_and_is_told_why_it_cannot_be(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Customer("cus_1"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "active"), Cancelled);
        await merchant.InspectAsync("cus_1", seen => (string?)seen["pass"]!["state"] == "synced", "the pass is issued", Cancelled);

        var mailed = await merchant.OperatorAsync(HttpMethod.Post, "api/customers/cus_1/email", Cancelled);

        Assert.Equal("cus_1", (string?)mailed!["customerId"]);
        Assert.Equal(merchant.PassKit.Find("cus_1")!.Id, Assert.Single(merchant.PassKit.Mail).MemberId);

        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "canceled"), Cancelled);
        await merchant.InspectAsync("cus_1", seen => (string?)seen["status"] == "ended", "the pass is over", Cancelled);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => merchant.OperatorAsync(HttpMethod.Post, "api/customers/cus_1/email", Cancelled));
        Assert.StartsWith("409", refused.Message, StringComparison.Ordinal);
        Assert.Contains("There is no valid pass to mail.", refused.Message, StringComparison.Ordinal);
    }

    private static async Task HintAsync(Merchant merchant, JsonObject hint)
    {
        using var content = new StringContent(hint.ToJsonString(), Encoding.UTF8, "application/json");
        var sidecar = merchant.Service.Ingress.Sidecar.Http.GetLeftPart(UriPartial.Authority);
        using var response = await Http.Client.PostAsync(new Uri($"{sidecar}/v1.0/publish/{DaprResources.PubSub}/{DaprResources.PassKitEvents}"), content, Cancelled);
        response.EnsureSuccessStatusCode();
    }
}
