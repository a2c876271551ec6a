using System.Net;
using System.Text.Json.Nodes;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>A signed Stripe event ends as the right member in PassKit.</summary>
public sealed class Story(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    [InlineData(Sidecars.Containers)]
    [InlineData(Sidecars.ProgramsWithPostgreSql)]
    public async Task Who_pays_gets_a_pass_that_follows_renewal_upgrade_end_and_return(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);

        await merchant.StripeSaysAsync(StripeEvent.Customer("cus_1"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "active"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 1000), Cancelled);
        var issued = await merchant.InspectAsync("cus_1", seen => State(seen) == "synced" && Spend(seen) == 1000, "the pass is issued and the charge counted", Cancelled);
        var member = merchant.PassKit.Find("cus_1");
        Assert.NotNull(member);
        Assert.Equal(("silver", "Ada", "cus_1", false), (member.TierId, member.DisplayName, member.MetaData["stripeCustomerId"], member.IsExpired));
        Assert.Equal(("active", "silver", member.Id), ((string?)issued!["status"], (string?)issued["tier"], (string?)issued["pass"]!["memberId"]));

        Assert.EndsWith("Z", (string?)issued["validUntil"], StringComparison.Ordinal);

        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "active", seconds: 1, price: "price_gold", days: 60), Cancelled);
        await Eventually.Async(
            () => Task.FromResult(merchant.PassKit.Find("cus_1")!.TierId == "gold"), "the upgrade reaches the pass", cancellationToken: Cancelled);

        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "canceled", seconds: 2), Cancelled);
        await merchant.InspectAsync("cus_1", over => (string?)over["status"] == "ended" && State(over) == "synced", "the pass is revoked", Cancelled);
        Assert.True(merchant.PassKit.Find("cus_1")!.IsExpired);
        Assert.Equal("ended", merchant.PassKit.Find("cus_1")!.MetaData["status"]);

        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 60_000, id: "2", seconds: 3), Cancelled);
        await merchant.InspectAsync("cus_1", back => (string?)back["status"] == "active" && State(back) == "synced", "the customer is back", Cancelled);
        var revived = merchant.PassKit.Find("cus_1")!;
        Assert.Equal((member.Id, false, "gold", "active"), (revived.Id, revived.IsExpired, revived.TierId, revived.MetaData["status"]));
    }

    [Fact]
    public async Task A_sidecar_that_asks_for_its_token_is_told_it()
    {
        await using var platform = new DaprdPlatform(controlPlane);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, customersSettings: ("DAPR_API_TOKEN", "token-of-the-sidecar"));
        using var strange = await Http.Client.GetAsync(new Uri(merchant.Service.Customers.Sidecar.Http, "v1.0/metadata"), Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, strange.StatusCode);

        await merchant.StripeSaysAsync(StripeEvent.Customer("cus_1"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Subscription("cus_1", "active"), Cancelled);

        await merchant.InspectAsync("cus_1", seen => State(seen) == "synced", "the pass is issued", Cancelled);
        Assert.NotNull(merchant.PassKit.Find("cus_1"));
    }

    [Theory]
    [OnEachSidecar]
    public async Task What_cannot_be_understood_is_parked_once_shown_and_discarded(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        var broken = StripeEvent.Of("evt_broken", "charge.succeeded", new JsonObject { ["id"] = "ch_1", ["object"] = "charge", ["customer"] = "cus_1", ["amount"] = -1 });

        await merchant.StripeSaysAsync(broken, Cancelled);
        await merchant.StripeSaysAsync(broken, Cancelled);
        await merchant.PostAsync("no JSON at all", Cancelled);

        var letters = await Eventually.Async(
            () => merchant.OperatorAsync(HttpMethod.Get, "api/dead-letters?kind=event", Cancelled),
            list => list?["items"]?.AsArray().Count == 2,
            "both are parked",
            cancellationToken: Cancelled);
        Assert.Contains(letters!["items"]!.AsArray(), letter => (string?)letter!["id"] == "evt_broken" && ((string)letter["reason"]!).Contains("negative amount", StringComparison.Ordinal));
        var shown = await merchant.OperatorAsync(HttpMethod.Get, "api/dead-letters/evt_broken", Cancelled);
        Assert.Equal("evt_broken", (string?)shown!["event"]!["id"]);

        var replayed = await merchant.OperatorAsync(HttpMethod.Post, "api/dead-letters/evt_broken/replay", Cancelled);
        Assert.Equal("rejected", (string?)replayed!["outcome"]);
        await merchant.OperatorAsync(HttpMethod.Delete, "api/dead-letters/evt_broken?reason=test", Cancelled);
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Get, "api/dead-letters/evt_broken", Cancelled));
    }

    [Theory]
    [OnEachSidecar]
    public async Task What_no_reader_can_hold_stops_no_other_event(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);

        foreach (var odd in (string[])["1e400", "-1e400", new string('[', 60) + new string(']', 60)])
            await merchant.PostAsync($$"""{"id":"evt_odd","object":"event","type":"charge.succeeded","created":1795521600,"livemode":false,"data":{"object":{"id":"ch_1","object":"charge","customer":"cus_1","amount":{{odd}} } } }""", Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100), Cancelled);

        await merchant.InspectAsync("cus_1", seen => Spend(seen) == 100, "the next event is applied", Cancelled);
    }

    private static long Spend(JsonNode inspection) => inspection["spend"]!.AsArray().Sum(row => (long)row!["amount"]!);

    private static string? State(JsonNode inspection) => (string?)inspection["pass"]?["state"];
}
