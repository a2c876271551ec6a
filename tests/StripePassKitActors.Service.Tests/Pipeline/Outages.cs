using System.Globalization;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>What others do not do, and what becomes of the passes then.</summary>
public sealed class Outages(ControlPlane controlPlane)
{
    private const int Customers = 200;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_PassKit_is_down_other_customers_events_flow_on_and_all_passes_are_right_afterwards()
    {
        await using var platform = new DaprdPlatform(controlPlane);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        merchant.PassKit.Faults.Set(new Fault(FaultKind.Hang));

        string[] changed = [.. Enumerable.Range(0, Customers).Select(number => string.Create(CultureInfo.InvariantCulture, $"cus_{number}"))];
        await Task.WhenAll(changed.Select(customer => merchant.StripeSaysAsync(StripeEvent.Subscription(customer, "active"), Cancelled)));
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_other", 100), Cancelled);
        await merchant.InspectAsync("cus_other", other => other["spend"]!.AsArray().Count == 1, "another customer's charge is counted while PassKit is silent", Cancelled);
        await merchant.InspectAsync(changed[^1], last => (string?)last["pass"]!["state"] == "pending", "the last changed customer waits for PassKit", Cancelled);
        Assert.Empty(merchant.PassKit.Members);

        merchant.PassKit.Faults.Clear();
        await Eventually.Async(
            () => Task.FromResult(merchant.PassKit.Members.Count), count => count == Customers, "every changed customer has a member",
            TimeSpan.FromMinutes(3), Cancelled);
        Assert.Equal(changed.Order(), merchant.PassKit.Members.Select(member => member.ExternalId).Order());
    }

    [Fact]
    public async Task Events_that_arrive_while_the_app_is_down_are_applied_when_it_is_back()
    {
        await using var platform = new DaprdPlatform(controlPlane);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, "before"), Cancelled);
        await SpentAsync(merchant, 100);

        await merchant.Service.Customers.App.StopAsync();
        foreach (var number in Enumerable.Range(1, 9))
            await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, $"{number}"), Cancelled);
        await merchant.Service.Customers.StartAppAsync(Cancelled);

        await SpentAsync(merchant, 1000);
    }

    [Fact]
    public async Task Events_that_outlast_the_inbound_policy_without_a_state_store_are_applied_when_it_is_back_and_none_is_left_parked()
    {
        await using var platform = new DaprdPlatform(controlPlane);
        await using var store = new RedisServer(durable: true);
        await store.StartAsync(Cancelled);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, editComponents: (file, yaml) =>
            TestServiceOptions.Sooner(file, file == "statestore.yaml" ? yaml.Replace($":{platform.Redis.Port}", $":{store.Port}", StringComparison.Ordinal) : yaml)
                .Replace("duration: 2s", "duration: 200ms", StringComparison.Ordinal));
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, "before"), Cancelled);
        await SpentAsync(merchant, 100);

        await store.StopAsync();
        foreach (var number in Enumerable.Range(1, 9))
            await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, $"{number}"), Cancelled);
        await Eventually.Async(
            () => platform.Redis.LengthAsync("stripe-events-dead", Cancelled), length => length > 0, "the inbound policy gives up", cancellationToken: Cancelled);
        await store.StartAsync(Cancelled);

        await SpentAsync(merchant, 1000);
        var letters = await merchant.OperatorAsync(HttpMethod.Get, "api/dead-letters", Cancelled);
        Assert.Empty(letters!["items"]!.AsArray());
    }

    private static Task SpentAsync(Merchant merchant, long amount) => merchant.InspectAsync(
        "cus_1", seen => seen["spend"]!.AsArray().Sum(row => (long)row!["amount"]!) == amount, $"{amount} are spent", Cancelled);
}
