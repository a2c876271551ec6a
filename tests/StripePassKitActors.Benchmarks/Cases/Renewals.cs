using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>(b) Subscriptions of existing members whose period end moves: every event changes a pass.</summary>
internal sealed class Renewals : IBenchmark
{
    /// <summary>The first enrols.</summary>
    private const int WarmUps = 5;

    public string What => "Events that change the pass of an existing member, beside a bare actor that calls PassKit, saves and tells subscribers as often.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        await using var duel = await Duel.OpenAsync(controlPlane, cancellationToken);
        var members = new Members(scale.Events);
        var simple = await MeasureAsync(WarmUps);
        duel.BareIsCareful = true;
        var careful = await MeasureAsync(1);

        await duel.CheckAsync(members.Ids, new Totals(0, members.PeriodEnd), cancellationToken);
        return
        [
            new("(b) the pass changes, events/s", careful.Median(round => round.Ours), careful.Median(round => round.Bare), Aim.AtLeast(0.9)),
            new("(b) beside one that saves once and tells nobody", simple.Median(round => round.Ours), simple.Median(round => round.Bare), null),
            new("(b) PassKit calls an event", careful.Average(round => round.OurCalls.Average()), careful.Average(round => round.BareCalls.Average()), null),
        ];

        async Task<IReadOnlyList<Round>> MeasureAsync(int warmUps)
        {
            var rounds = new List<Round>();
            for (var number = 0; number < warmUps + scale.Rounds; number++)
            {
                var messages = members.Renew(1).SelectMany(burst => burst).ToArray();
                rounds.Add(await duel.RoundAsync(members.Ids[0], async contender =>
                {
                    var speed = await contender.DrainAsync(messages, cancellationToken);
                    if (contender == duel.Ours) duel.BareCalls = contender.PassKit.Calls.All.Count / messages.Length;
                    return speed;
                }));
            }

            return rounds[warmUps..];
        }
    }
}
