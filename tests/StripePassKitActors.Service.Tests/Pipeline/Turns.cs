using System.Net.Http.Json;
using Dapr.Actors;
using Dapr.Actors.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Sandbox.PassKit.Faults;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>One customer's turns, on a sidecar whose own lock can let two of them in.</summary>
public sealed class Turns(ControlPlane controlPlane)
{
    private static readonly CustomerId Ada = CustomerId.Parse("cus_ada");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task Turns_never_overlap_even_when_callers_come_past_the_sidecars_lock_and_others_give_up(Sidecars sidecars)
    {
        using var probe = new TurnProbe();
        var arrivals = new Arrivals("/actors/CustomerActor/cus_ada/method/remind/wake");
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, configureCustomers: builder =>
        {
            builder.Logging.AddProvider(probe);
            builder.Services.AddSingleton<IStartupFilter>(arrivals);
        });
        merchant.PassKit.Faults.Set(new Fault(FaultKind.Slow, Delay: TimeSpan.FromSeconds(2)));

        // The first turn waits for PassKit. Behind it one caller waits, one gives up, and three come by service invocation, which
        // reaches an actor's routes without asking for the sidecar's lock. (Through the app's own sidecar: another one would find the app
        // by multicast, and perhaps that of another run on this machine.)
        var first = merchant.Actors.ApplyAsync(Ada, [Charge(1, 60_000)]);
        await merchant.PassKit.Calls.WaitForAsync(_ => true, Cancelled);
        var second = merchant.Actors.ApplyAsync(Ada, [Charge(2, 100)]);
        var past = Enumerable.Range(0, 3).Select(_ => Http.Patient.PutAsJsonAsync(
            new Uri(merchant.Service.Customers.Sidecar.Http, "v1.0/invoke/customers/method/actors/CustomerActor/cus_ada/method/remind/wake"), new { data = "", dueTime = "", period = "" }, Cancelled)).ToArray();
        await arrivals.WaitForAsync(3, Cancelled);
        _ = await Record.ExceptionAsync(() => Impatient(merchant).ApplyAsync([Charge(3, 1)])); // it may be served first, where turns are quick or the machine is slow
        var others = Enumerable.Range(4, 5).Select(number => merchant.Actors.ApplyAsync(Ada, [Charge(number, 100)])).ToArray();
        await Task.WhenAll([first, second, .. others]);
        Assert.All(await Task.WhenAll(past), response => Assert.True(response.IsSuccessStatusCode));

        Assert.Equal(1, probe.Most);
        Assert.True(probe.Turns >= 10, $"{probe.Turns} turns");
        var spend = (await merchant.Actors.InspectAsync(Ada))!.Spend.Single().Amount;
        Assert.Contains(spend, new long[] { 60_600, 60_601 }); // who gave up may have been served or not
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_turn_whose_save_fails_loses_nothing_and_does_not_disturb_its_neighbours(Sidecars sidecars)
    {
        FailingState? state = null;
        using var probe = new TurnProbe();
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, configureCustomers: builder => builder.Logging.AddProvider(probe).Services
            .AddSingleton<IActorState>(services => state = new FailingState(new SidecarActorState(services.GetRequiredService<SidecarEndpoints>()))));
        await merchant.Actors.ApplyAsync(Ada, [Charge(1, 100)]);

        state!.FailNextCommits(1);
        var turns = Enumerable.Range(2, 8).Select(async number =>
        {
            var delivered = 0;
            await Eventually.Async(
                async () =>
                {
                    delivered++;
                    try
                    {
                        await merchant.Actors.ApplyAsync(Ada, [Charge(number, 100)]);
                        return true;
                    }
                    catch (ActorUnavailableException)
                    {
                        return false; // as the broker would, deliver it again
                    }
                },
                "the event is applied",
                cancellationToken: Cancelled);
            return delivered;
        });
        var deliveries = await Task.WhenAll(turns);

        Assert.Equal(1, probe.Most);
        Assert.True(deliveries.Sum() >= 9, $"{deliveries.Sum()} deliveries");
        Assert.Equal(900, (await merchant.Actors.InspectAsync(Ada))!.Spend.Single().Amount);
        Assert.Equal(1, state.Failed);
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_turn_ends_though_PassKit_never_answers_and_its_facts_are_kept(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        merchant.PassKit.Faults.Set(new Fault(FaultKind.Hang));

        await merchant.Actors.ApplyAsync(Ada, [Charge(1, 60_000)]);

        var kept = (await merchant.Actors.InspectAsync(Ada))!;
        Assert.Equal((60_000, Core.Passes.PassState.Pending), (kept.Spend.Single().Amount, kept.Pass.State));
        merchant.PassKit.Faults.Clear();
        await merchant.InspectAsync("cus_ada", synced => (string?)synced["pass"]!["state"] == "synced", "the wake reminder finishes what PassKit missed", Cancelled);
    }

    private static CustomerEvent Charge(int number, long amount) => new($"evt_{number}", "charge.succeeded", [new ChargeFact
    {
        Id = $"ch_{number}",
        AsOf = new AsOf(DateTimeOffset.UnixEpoch.AddDays(20_000), $"evt_{number}"),
        Created = DateTimeOffset.UnixEpoch.AddDays(20_000),
        Currency = "usd",
        Amount = amount,
        Captured = amount,
        AmountRefunded = 0,
        Succeeded = true,
    }]);

    private static ICustomerActor Impatient(Merchant merchant)
    {
        var patient = (ActorProxyFactory)merchant.Service.Customers.App.Services.GetRequiredService<IActorProxyFactory>();
        return patient.CreateActorProxy<ICustomerActor>(new ActorId(Ada.Value), CustomerActor.TypeName, new ActorProxyOptions
        {
            UseJsonSerialization = true,
            JsonSerializerOptions = patient.DefaultOptions.JsonSerializerOptions,
            HttpEndpoint = patient.DefaultOptions.HttpEndpoint,
            DaprApiToken = patient.DefaultOptions.DaprApiToken,
            RequestTimeout = TimeSpan.FromMilliseconds(400),
        });
    }
}
