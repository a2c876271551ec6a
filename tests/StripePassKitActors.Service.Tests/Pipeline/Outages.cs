using System.Globalization;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>What others do not do, and what becomes of the passes then.</summary>
public sealed class Outages(ControlPlane controlPlane)
{
    private const int Customers = 200;

    /// <summary>Five tries two seconds apart (<c>components/resiliency.yaml</c>), of the event and then of its dead letter, and a little more.</summary>
    private static readonly TimeSpan InboundPolicy = TimeSpan.FromSeconds(22);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task While_PassKit_is_down_for_a_minute_other_customers_events_flow_on_and_all_passes_are_right_afterwards(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        merchant.PassKit.Faults.Set(new Fault(FaultKind.Hang));
        var clock = TimeProvider.System;
        var silent = clock.GetTimestamp();

        string[] changed = [.. Enumerable.Range(0, Customers).Select(number => string.Create(CultureInfo.InvariantCulture, $"cus_{number}"))];
        await Task.WhenAll(changed.Select(customer => merchant.StripeSaysAsync(StripeEvent.Subscription(customer, "active"), Cancelled)));
        var charges = 0;
        for (; clock.GetElapsedTime(silent) < TimeSpan.FromMinutes(1); charges++)
        {
            await merchant.StripeSaysAsync(StripeEvent.Charge("cus_other", 10, $"{charges}"), Cancelled);
            await Task.Delay(Pace, clock, Cancelled);
        }

        await merchant.InspectAsync(
            "cus_other", other => other["spend"]!.AsArray().Sum(row => (long)row!["amount"]!) == 10 * charges, "another customer's charges are counted while PassKit is silent", Cancelled);
        foreach (var customer in changed)
            await merchant.InspectAsync(customer, waiting => (string?)waiting["pass"]!["state"] == "pending", "a changed customer waits for PassKit", Cancelled);
        Assert.Empty(merchant.PassKit.Members);

        merchant.PassKit.Faults.Clear();
        await Eventually.Async(
            () => Task.FromResult(merchant.PassKit.Members.Count), count => count == Customers, "every changed customer has a member",
            TimeSpan.FromMinutes(6), Cancelled);
        Assert.Equal(changed.Order(), merchant.PassKit.Members.Select(member => member.ExternalId).Order());
        Assert.All(merchant.PassKit.Members, member => Assert.Equal(("silver", false), (member.TierId, member.IsExpired)));
    }

    [Theory]
    [OnEachSidecar]
    public async Task An_app_that_is_killed_and_stays_away_longer_than_the_inbound_policy_loses_no_event(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, healthCheck: SidecarOptions.Quick);
        await merchant.Service.Customers.App.StopAsync();
        await using var app = await merchant.Service.Customers.StartAppAsProgramAsync("StripePassKitActors.Customers.dll", Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, "before"), Cancelled);
        await SpentAsync(merchant, 100);

        // It dies with events on their way, and more arrive until the sidecar would have given every one of them up.
        var sent = 1;
        var clock = TimeProvider.System;
        foreach (var number in Enumerable.Range(1, 20)) await SayAsync(number);
        await app.DisposeAsync();
        var died = clock.GetTimestamp();
        while (clock.GetElapsedTime(died) < InboundPolicy)
        {
            await SayAsync(sent);
            await Task.Delay(Pace, clock, Cancelled);
        }

        await merchant.Service.Customers.StartAppAsync(Cancelled);

        await SpentAsync(merchant, 100 * sent);

        async Task SayAsync(int number)
        {
            await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, $"{number}"), Cancelled);
            sent++;
        }
    }

    [Theory]
    [OnEachSidecar]
    public async Task Events_that_outlast_the_inbound_policy_without_a_state_store_are_applied_when_it_is_back_and_none_is_left_parked(Sidecars sidecars)
    {
        await using var platform = controlPlane.Breakable(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, editComponents: (file, yaml) =>
            TestServiceOptions.Sooner(file, yaml).Replace("duration: 2s", "duration: 200ms", StringComparison.Ordinal));
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, "before"), Cancelled);
        await SpentAsync(merchant, 100);

        await platform.StopStateStoreAsync();
        foreach (var number in Enumerable.Range(1, 9))
            await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 100, $"{number}"), Cancelled);
        await Eventually.Async(
            () => platform.LengthAsync("stripe-events-dead", Cancelled), length => length > 0, "the inbound policy gives up", cancellationToken: Cancelled);
        await platform.StartStateStoreAsync(Cancelled);

        await SpentAsync(merchant, 1000);
        var letters = await merchant.OperatorAsync(HttpMethod.Get, "api/dead-letters", Cancelled);
        Assert.Empty(letters!["items"]!.AsArray());
    }

    private static Task SpentAsync(Merchant merchant, long amount) => merchant.InspectAsync(
        "cus_1", seen => seen["spend"]!.AsArray().Sum(row => (long)row!["amount"]!) == amount, $"{amount} are spent", Cancelled);
}
