using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using StripePassKitActors.Simulation.Runtime;

namespace StripePassKitActors.Simulation.Stories;

/// <summary>Worlds, one after the other on each core, until so many deliveries were made or one of them failed.</summary>
internal static class Worlds
{
    public static async Task<Summary> RunAsync(int deliveries, ulong seed, bool? key, CancellationToken cancellationToken)
    {
        var (summary, gate, next) = (new Summary(), new Lock(), seed);
        using var ties = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name == "customers.ties") listener.EnableMeasurementEvents(instrument); } };
        ties.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref summary.Ties, count));
        ties.Start();
        await Task.WhenAll(Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => Task.Run(Work, cancellationToken)));
        return summary;

        void Work()
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                WorldPlan plan;
                lock (gate)
                {
                    if (summary.Deliveries >= deliveries || summary.Failing is not null) return;
                    plan = WorldPlan.Of(next, key ?? next % 2 == 0);
                    next++;
                }

                var result = Run(plan);
                lock (gate) summary.Add(plan, result);
            }
        }
    }

    public static WorldResult Run(WorldPlan plan)
    {
        using var world = new World(plan);
        return world.Run();
    }
}

/// <summary>All worlds together.</summary>
internal sealed class Summary
{
    private readonly SortedDictionary<Trouble, int> troubles = [];
    private readonly SortedDictionary<string, int> explained = new(StringComparer.Ordinal);
    private (int Worlds, int Customers, int Events, int Turns, int Overlaps, int Undone, int Deaths, int Reminders, int Calls, int Reads, int Parked, int Replayed, int Stayed, int ByHand, int Relabelled, int LeftBehind, int Forgotten, int LargestTurn) total;

    /// <summary>Decisions of rule F4, as the product counts them.</summary>
    public long Ties;

    public int Deliveries { get; private set; }

    /// <summary>The first world with a difference that nothing explains.</summary>
    public WorldPlan? Failing { get; private set; }

    public void Add(WorldPlan plan, WorldResult result)
    {
        Deliveries += result.Deliveries;
        total = (total.Worlds + 1, total.Customers + plan.Lives.Length, total.Events + result.Events, total.Turns + result.Turns, total.Overlaps + result.Overlaps, total.Undone + result.Undone,
            total.Deaths + result.Deaths, total.Reminders + result.Reminders, total.Calls + result.PassKitCalls, total.Reads + result.StripeReads,
            total.Parked + result.Parked, total.Replayed + result.Replayed, total.Stayed + result.Stayed, total.ByHand + result.ByHand, total.Relabelled + result.Relabelled, total.LeftBehind + result.LeftBehind, total.Forgotten + result.Forgotten, Math.Max(total.LargestTurn, result.LargestTurn));
        foreach (var (trouble, count) in result.Troubles) troubles[trouble] = troubles.GetValueOrDefault(trouble) + count;
        foreach (var difference in result.Differences.Where(difference => difference.Explanation is not null))
            explained[difference.Explanation!] = explained.GetValueOrDefault(difference.Explanation!) + 1;
        if (result.Failures.Any() && (Failing is null || plan.Seed < Failing.Seed)) Failing = plan;
    }

    public string Text(TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Deliveries:N0} deliveries of {total.Events:N0} events of {total.Customers:N0} customers in {total.Worlds:N0} worlds, {took.TotalSeconds:F1} s");
        text.AppendLine(CultureInfo.InvariantCulture, $"{total.Turns:N0} turns, {total.Reminders:N0} by reminders, {total.Overlaps:N0} that did not wait for the one before, {total.Undone:N0} saves over what was never read; {total.Calls:N0} calls that PassKit took, {total.Reads:N0} questions to Stripe");
        text.AppendLine(CultureInfo.InvariantCulture, $"{total.Deaths:N0} deaths of the process; trouble: {string.Join(", ", troubles.Select(pair => $"{pair.Key} {pair.Value:N0}"))}");
        text.AppendLine(CultureInfo.InvariantCulture, $"the largest save wrote {total.LargestTurn:N0} bytes; {Ties:N0} times rule F4 chose between two events of one second; {total.Parked:N0} deliveries parked, {total.Replayed:N0} letters replayed, {total.Stayed:N0} of them in vain; {total.ByHand:N0} members changed by hand; {total.Relabelled:N0} changes of prices and products, {total.LeftBehind:N0} customers whom they could not reach; {total.Forgotten:N0} customers forgotten at an operator's word");
        text.Append(CultureInfo.InvariantCulture, $"differences that are explained: {(explained.Count == 0 ? "none" : string.Join(", ", explained.Select(pair => $"{pair.Value:N0} by {pair.Key}")))}");
        return text.ToString();
    }
}
