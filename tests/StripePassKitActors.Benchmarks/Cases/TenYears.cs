using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Hosting;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>
/// (e) Ten years of charges of one customer: what the turns around the 10,000th cost beside those around the 200th of another, turn by
/// turn in alternation, so that a machine that grows warm or busy does the same to both. Past the broker, straight to the actors.
/// </summary>
internal sealed class TenYears : IBenchmark
{
    private const int Late = 10_000;
    private const int Early = 200;

    /// <summary>Turns measured on either side of the one that is named: whole pages of charge ids, as one turn in fifty writes a page.</summary>
    private const int Around = 2 * CustomerState.ChargePageSize;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(46);
    private static readonly TimeSpan BetweenCharges = TimeSpan.FromDays(3_652) / (Late + Around);

    public string What => "The 10,000th charge of a customer beside the 200th.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        CountingState? state = null;
        using var entrant = new Ours(builder => builder.Services.AddSingleton<IActorState>(services =>
            state = new CountingState(new SidecarActorState(services.GetRequiredService<SidecarEndpoints>()))));
        await using var contender = await Contender.OpenAsync(entrant, controlPlane, onKafka: false, cancellationToken);
        var actors = contender.Services.GetRequiredService<CustomerActors>();

        for (var number = 1; number <= Late - Around; number++) await TurnAsync("cus_old", number);
        for (var number = 1; number <= Early - Around; number++) await TurnAsync("cus_new", number);

        var (late, early) = (new List<Cost>(), new List<Cost>());
        for (var number = 1 - Around; number <= Around; number++)
        {
            late.Add(await TurnAsync("cus_old", Late + number));
            early.Add(await TurnAsync("cus_new", Early + number));
        }

        await contender.CheckAsync(["cus_old"], new Totals(Late + Around, 0), cancellationToken);
        await contender.CheckAsync(["cus_new"], new Totals(Early + Around, 0), cancellationToken);
        return
        [
            new("(e) 10,000th charge beside the 200th, ms", late.Median(cost => cost.Milliseconds), early.Median(cost => cost.Milliseconds), Aim.AtMost(1.1)),
            new("(e) 10,000th charge beside the 200th, bytes read", late.Average(cost => cost.Read), early.Average(cost => cost.Read), Aim.AtMost(1.1)),
            new("(e) 10,000th charge beside the 200th, bytes written", late.Average(cost => cost.Written), early.Average(cost => cost.Written), Aim.AtMost(1.1)),
        ];

        async Task<Cost> TurnAsync(string customer, int number)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = TimeProvider.System.GetTimestamp();
            await actors.ApplyAsync(CustomerId.Parse(customer), [Charge(customer, number)]);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            var (read, written) = state!.Take();
            return new Cost(elapsed.TotalMilliseconds, read, written);
        }
    }

    /// <summary>In a currency without thresholds: no pass is in the way.</summary>
    private static CustomerEvent Charge(string customer, int number)
    {
        var (id, at) = ($"evt_{customer}_{number:00000}", Start + number * BetweenCharges);
        return new CustomerEvent(id, "charge.succeeded", [new ChargeFact
        {
            Id = $"ch_{customer}_{number:00000}",
            AsOf = new AsOf(at, id),
            Created = at,
            Currency = "eur",
            Amount = 1,
            Captured = 1,
            AmountRefunded = 0,
            Succeeded = true,
        }]);
    }

    private sealed record Cost(double Milliseconds, long Read, long Written);
}
