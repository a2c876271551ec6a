using System.CommandLine;
using StripePassKitActors.Benchmarks.Cases;
using StripePassKitActors.Benchmarks.Report;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Benchmarks;

/// <summary>
/// Measures the service beside the least that could do its work, on real sidecars, and the development sidecar beside them. Exit code 0 when everything was measured, whatever the
/// figures; 1 when something broke, a lost event included.
/// </summary>
public static class Program
{
    private static readonly IReadOnlyDictionary<string, IBenchmark> Benchmarks = new Dictionary<string, IBenchmark>
    {
        ["a"] = new SilentCharges(),
        ["b"] = new Renewals(),
        ["c"] = new Bursts(),
        ["d"] = new Acknowledgements(),
        ["e"] = new TenYears(),
        ["f"] = new WebhookToCard(),
        ["g"] = new EitherSidecar(),
        ["h"] = new WholeLocalRun(),
    };

    private static readonly Argument<string[]> Chosen = new("CASE")
    {
        Description = "Which to run: a b c d e f g h. Default: all.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<int> Events = new("--events") { Description = "Events of one round.", DefaultValueFactory = _ => 2_000 };

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds of which the median counts.", DefaultValueFactory = _ => 5 };

    /// <summary>Runs the chosen benchmarks one after the other and prints one table.</summary>
    public static Task<int> Main(string[] args)
    {
        Chosen.AcceptOnlyFromAmong([.. Benchmarks.Keys]);
        var command = new RootCommand("Measures the service beside a bare Dapr actor on real sidecars, and the development sidecar beside those.") { Chosen, Events, Rounds };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Chosen) is { Length: > 0 } some ? some : [.. Benchmarks.Keys],
            new Scale(parsed.GetValue(Events), parsed.GetValue(Rounds)),
            parsed.InvocationConfiguration.Output,
            cancellationToken));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(string[] chosen, Scale scale, TextWriter output, CancellationToken cancellationToken)
    {
        await using var controlPlane = new ControlPlane();
        var (figures, broken) = (new List<Figure>(), false);
        foreach (var name in chosen)
        {
            await output.WriteLineAsync($"({name}) {Benchmarks[name].What}");
            try
            {
                figures.AddRange(await Benchmarks[name].RunAsync(controlPlane, scale, cancellationToken));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The other benchmarks can still be measured; the exit code tells.
                await output.WriteLineAsync($"({name}) broke: {failure}");
                broken = true;
            }
        }

        if (figures.Count > 0) await output.WriteAsync(Table.Of(figures));
        return broken ? 1 : 0;
    }
}
