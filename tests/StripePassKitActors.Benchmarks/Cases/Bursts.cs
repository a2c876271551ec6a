using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>
/// (c) Eight events back to back for each customer, every one of which changes the pass: burst after burst as in production, and a backlog
/// of many at once. The bare actor calls PassKit for each event as often as ours does for a single one.
/// </summary>
internal sealed class Bursts : IBenchmark
{
    private const int BurstSize = 8;

    /// <summary>Each of both ways.</summary>
    private const int WarmUps = 3;

    public string What => "Bursts of eight events a customer on Redis and on Kafka, beside a bare actor.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken) =>
    [
        .. await RunAsync("Redis", onKafka: false, controlPlane, scale, cancellationToken),
        .. await RunAsync("Kafka", onKafka: true, controlPlane, scale, cancellationToken),
    ];

    private static async Task<IEnumerable<Figure>> RunAsync(
        string broker, bool onKafka, ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        await using var duel = await Duel.OpenAsync(controlPlane, cancellationToken, onKafka);
        var members = new Members(scale.Events / BurstSize);
        await BacklogAsync(1); // enrols
        duel.BareCalls = (int)Math.Ceiling((await BacklogAsync(1)).OurCalls.Average());

        var (following, backlogs) = (new List<Round>(), new List<Round>());
        for (var number = 0; number < WarmUps + scale.Rounds; number++)
        {
            var bursts = members.Renew(BurstSize);
            following.Add(await duel.RoundAsync(members.Ids[0], contender => contender.FollowAsync(bursts, cancellationToken)));
            backlogs.Add(await BacklogAsync(BurstSize));
        }

        await duel.CheckAsync(members.Ids, new Totals(0, members.PeriodEnd), cancellationToken);
        return [.. Figures($"(c) {broker}, burst after burst", following[WarmUps..]), .. Figures($"(c) {broker}, backlog of bursts", backlogs[WarmUps..])];

        Task<Round> BacklogAsync(int eventsOfEach)
        {
            var messages = members.Renew(eventsOfEach).SelectMany(burst => burst).ToArray();
            return duel.RoundAsync(members.Ids[0], contender => contender.DrainAsync(messages, cancellationToken));
        }
    }

    private static IEnumerable<Figure> Figures(string name, List<Round> rounds) =>
    [
        new($"{name}, events/s", rounds.Median(round => round.Ours), rounds.Median(round => round.Bare), Aim.MoreThan(1)),
        new($"{name}, PassKit calls a burst, mean", rounds.Average(round => round.OurCalls.Average()), rounds.Average(round => round.BareCalls.Average()), null),
        new($"{name}, PassKit calls a burst, most", rounds.Max(round => round.OurCalls.Max()), null, Aim.AtMost(2)),
    ];
}
