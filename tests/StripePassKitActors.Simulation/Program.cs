using System.CommandLine;
using StripePassKitActors.Simulation.Stories;

namespace StripePassKitActors.Simulation;

/// <summary>Simulates worlds until so many deliveries were made. Exit code 0: every pass is what it must be; 1: a seed failed, and its story is told.</summary>
public static class Program
{
    private static readonly Option<int> Deliveries = new("--deliveries") { Description = "How many deliveries to make, at least.", DefaultValueFactory = _ => 1_000_000 };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "The seed of the first world; those after it follow.", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool?> Key = new("--key") { Description = "Whether objects can be read from Stripe. Default: in every other world." };

    private static readonly Option<bool> Tell = new("--story") { Description = "Whether to look for the shortest story of what failed, which takes a minute or two.", DefaultValueFactory = _ => true };

    /// <summary>Runs it.</summary>
    public static Task<int> Main(string[] args)
    {
        var command = new RootCommand("Simulates whole lives of customers, and everything that can go wrong on the way to their passes.") { Deliveries, Seed, Key, Tell };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Deliveries), parsed.GetValue(Seed), parsed.GetValue(Key), parsed.GetValue(Tell), parsed.InvocationConfiguration.Output, cancellationToken));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(int deliveries, ulong seed, bool? key, bool story, TextWriter output, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var summary = await Worlds.RunAsync(deliveries, seed, key, cancellationToken);
        await output.WriteLineAsync(summary.Text(time.GetElapsedTime(started)));
        if (summary.Failing is not { } failing) return 0;

        await output.WriteLineAsync(story ? Story.Of(failing) : Story.ShortOf(failing));
        return 1;
    }
}
