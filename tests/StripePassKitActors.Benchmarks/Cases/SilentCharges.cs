using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>(a) Charges of known customers below every threshold: they are kept, and no pass changes.</summary>
internal sealed class SilentCharges : IBenchmark
{
    /// <summary>The first makes the customers; both sides go on getting faster for some ten thousand events, until the JIT compiler is done.</summary>
    private const int WarmUps = 5;

    public string What => "Events that change nothing on a pass, beside a bare actor.";

    public async Task<IReadOnlyList<Figure>> RunAsync(ControlPlane controlPlane, Scale scale, CancellationToken cancellationToken)
    {
        await using var duel = await Duel.OpenAsync(controlPlane, cancellationToken);
        string[] customers = [.. Enumerable.Range(1, scale.Events).Select(number => $"cus_{number}")];
        var rounds = new List<Round>();
        for (var number = 1; number <= WarmUps + scale.Rounds; number++)
        {
            var messages = Charge(customers, number);
            rounds.Add(await duel.RoundAsync(customers[0], contender => contender.DrainAsync(messages, cancellationToken)));
        }

        await duel.CheckAsync(customers, new Totals(WarmUps + scale.Rounds, 0), cancellationToken);
        if (duel.Ours.PassKit.Members.Count > 0) throw new InvalidOperationException("Somebody got a pass; nobody should.");
        var measured = rounds[WarmUps..];
        return
        [
            new("(a) nothing changes on the pass, events/s", measured.Median(round => round.Ours), measured.Median(round => round.Bare), Aim.AtLeast(0.9)),
        ];
    }

    /// <summary>The next charge of each.</summary>
    public static Message[] Charge(string[] customers, int number) =>
        [.. customers.Select(customer => Message.Of(customer, StripeEvent.Charge(customer, amount: 1, id: $"{number}", seconds: number)))];
}
