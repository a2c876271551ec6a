using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>(g) The events of (a) and (b) taken by the same app on the development sidecar and on real daprd, in turn.</summary>
internal sealed class EitherSidecar : IBenchmark
{
    /// <summary>Of either kind, as in (a) and (b).</summary>
    private const int WarmUps = 5;

    public string What => "The events of (a) and (b) on the development sidecar, beside daprd.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        await using var development = await Contender.OpenAsync(new Ours(), new DevelopmentPlatform(), kafka: null, cancellationToken);
        await using var daprd = await Contender.OpenAsync(new Ours(), controlPlane, onKafka: false, cancellationToken);
        var members = new Members(scale.Events);
        Figure[] figures =
        [
            await MeasureAsync("nothing changes on the pass", number => SilentCharges.Charge(members.Ids, number)),
            await MeasureAsync("the pass changes", _ => [.. members.Renew(1).SelectMany(burst => burst)]),
        ];

        var expected = new Totals(WarmUps + scale.Rounds, members.PeriodEnd);
        await development.CheckAsync(members.Ids, expected, cancellationToken);
        await daprd.CheckAsync(members.Ids, expected, cancellationToken);
        return figures;

        async Task<Figure> MeasureAsync(string what, Func<int, Message[]> next)
        {
            var rounds = new List<(double Development, double Daprd)>();
            for (var number = 1; number <= WarmUps + scale.Rounds; number++)
            {
                var messages = next(number);
                rounds.Add((await development.DrainAsync(messages, cancellationToken), await daprd.DrainAsync(messages, cancellationToken)));
            }

            var measured = rounds[WarmUps..];
            return new Figure(
                $"(g) development sidecar beside daprd, {what}, events/s",
                measured.Median(round => round.Development), measured.Median(round => round.Daprd), Aim.AtLeast(1));
        }
    }
}
