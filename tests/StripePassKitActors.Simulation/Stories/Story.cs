using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using StripePassKitActors.Simulation.Runtime;

namespace StripePassKitActors.Simulation.Stories;

/// <summary>Makes a failing world as small as it still fails, and tells it.</summary>
internal static class Story
{
    /// <summary>What all tries together may simulate: a minute or two of work, whether one life fails alone or a whole world is needed.</summary>
    private const long MostDeliveries = 200_000;

    public static string Of(WorldPlan plan)
    {
        var smallest = Smallest(plan);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"World {plan.Seed} ({(plan.Rules.Key ? "with" : "without")} a key) failed. {smallest.Rules}");
        using (var world = new World(smallest, (at, line) => text.AppendLine(CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd HH:mm:ss.fff}  {line}")))
        {
            foreach (var failure in world.Run().Failures)
            foreach (var line in failure.Differences) text.AppendLine(CultureInfo.InvariantCulture, $"{failure.Customer}: {line}");
        }

        text.Append(CultureInfo.InvariantCulture, $"dotnet run -c Release --project tests/StripePassKitActors.Simulation -- --deliveries 1 --seed {plan.Seed} --key {(plan.Rules.Key ? "true" : "false")}");
        return text.ToString();
    }

    /// <summary>What failed, without how it came to that.</summary>
    public static string ShortOf(WorldPlan plan) => string.Join(
        Environment.NewLine,
        Worlds.Run(plan).Failures.SelectMany(failure => failure.Differences.Select(line => $"World {plan.Seed} ({(plan.Rules.Key ? "with" : "without")} a key): {failure.Customer}: {line}")));

    /// <summary>Without customers, then without steps, then without mischief: whatever can be left out while it fails in the same way.</summary>
    private static WorldPlan Smallest(WorldPlan plan)
    {
        var made = 0L;
        var failure = Worlds.Run(plan).Failures.First();
        var number = failure.Life;
        var alone = plan with { Lives = [.. plan.Lives.Where(life => life.Number == number)] };
        plan = Fails(alone) ? alone : Less(plan, plan.Lives, (smaller, lives) => smaller with { Lives = lives });
        var before = -1;
        while (before != Size(plan))
        {
            before = Size(plan);
            foreach (var life in plan.Lives)
            {
                plan = Less(plan, life.Steps, (smaller, steps) => smaller with
                {
                    Lives = [.. smaller.Lives.Select(other => other.Number == life.Number ? other with { Steps = steps } : other)],
                });
            }

            plan = Less(plan, plan.Changes, (smaller, changes) => smaller with { Changes = changes });
            var done = Worlds.Run(plan).Mischief.Select(name => name.Split(':')[0]).Distinct().ToImmutableArray();
            var kept = plan.LeftOut;
            plan = Less(plan, done, (smaller, some) => smaller with { LeftOut = kept.Union(done.Except(some)) });
        }

        return plan;

        static int Size(WorldPlan plan) => plan.Changes.Length + plan.Lives.Sum(life => life.Steps.Length);

        bool Fails(WorldPlan smaller)
        {
            if (made > MostDeliveries) return false;
            var result = Worlds.Run(smaller);
            made += result.Deliveries;
            return result.Failures.Any(other => Kind(other) == Kind(failure));
        }

        // Halves, then quarters, and so on down to one by one.
        WorldPlan Less<T>(WorldPlan from, ImmutableArray<T> parts, Func<WorldPlan, ImmutableArray<T>, WorldPlan> with)
        {
            var smallest = from;
            for (var size = Math.Max(1, parts.Length / 2); size >= 1; size /= 2)
            {
                for (var start = 0; start < parts.Length;)
                {
                    var fewer = parts.RemoveRange(start, Math.Min(size, parts.Length - start));
                    if (with(smallest, fewer) is var smaller && Fails(smaller)) (smallest, parts) = (smaller, fewer);
                    else start += size;
                }
            }

            return smallest;
        }
    }

    private static string Kind(Difference difference) => string.Concat(difference.Differences.Select(line => line[..12]));
}
