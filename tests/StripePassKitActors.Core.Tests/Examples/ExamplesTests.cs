using System.Collections.Immutable;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests.Examples;

/// <summary>Every row of docs/examples.md, as it stands there.</summary>
public sealed class ExamplesTests
{
    private const string Break = "<br>";

    private static readonly MembershipSettings Settings = new()
    {
        Tiers =
        [
            new Tier("gold", "Gold", 3, ImmutableSortedDictionary<string, long>.Empty.Add("usd", 50_000).Add("eur", 40_000)),
            new Tier("silver", "Silver", 2, ImmutableSortedDictionary<string, long>.Empty.Add("usd", 10_000)),
            new Tier("club", "Club", 1, ImmutableSortedDictionary<string, long>.Empty),
        ],
        Plans = ImmutableDictionary<string, string>.Empty.Add("gold", "gold").Add("silver", "silver").Add("club", "club"),
    };

    private static readonly string[][] Rows = [.. Page().Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(Cells).Where(cells => cells[0] is not ("Rule" or "---"))];

    public static TheoryData<int, string, string, string, string, string> All()
    {
        var rows = new TheoryData<int, string, string, string, string, string>();
        foreach (var (cells, number) in Rows.Select((cells, number) => (cells, number + 1))) rows.Add(number, cells[0], cells[1], cells[2], cells[3], cells[4]);
        return rows;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_the_table_of_examples_says_is_what_happens(int row, string rule, string settings, string story, string looked, string pass)
    {
        var (actual, reason) = Tell(settings, story, looked);

        Assert.True(pass == actual, $"Row {row} ({rule}): {story.Replace(Break, "; ", StringComparison.Ordinal)}. On {looked} the table says '{pass}', and it is '{actual}', because {reason}.");
    }

    [Fact]
    public void The_table_has_an_example_of_every_rule_that_decides_what_a_pass_is()
    {
        var shown = Rows.SelectMany(cells => cells[0].Split(' ')).ToHashSet(StringComparer.Ordinal);

        Assert.True(Rows.Length >= 40, $"{Rows.Length} rows were found.");
        Assert.Empty(new[] { "F1", "F2", "F3", "F4", "M1", "M2", "M3", "M4", "M5", "M6", "M7", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11" }.Except(shown));
    }

    /// <summary>Lives the story through: after each line PassKit is told what the pass should show.</summary>
    private static (string Pass, string Reason) Tell(string written, string story, string looked)
    {
        var (settings, guest) = With(written);
        var customer = Given.Nobody(guest ? "pi_1" : "cus_1", settings.TimeZone);
        var steps = new Steps();
        var now = DateTimeOffset.MinValue;
        foreach (var line in story.Split(Break, StringSplitOptions.TrimEntries))
        {
            var (at, facts) = steps.Read(line);
            if (at > now) now = at;
            customer = facts is [{ AsOf.Read: true }, ..] ? customer.WithReading(facts) : customer.Then([.. facts]);
            var entitlement = EntitlementRules.Of(customer.State, settings, now);
            if (entitlement.Honoured || customer.State.Pass.Told is not null)
            {
                customer = customer with { State = customer.State with { Pass = new PassRecord { MemberId = "member", Told = PassContent.Of(customer.State, entitlement, new PassSettings(), now) } } };
            }
        }

        now = Words.ReadMoment(looked);
        var end = EntitlementRules.Of(customer.State, settings, now);
        return (Shown(PassContent.Of(customer.State, end, new PassSettings(), now), end, now, customer.State.Pass.Told is not null), end.Reason);
    }

    private static string Shown(PassContent? content, Entitlement entitlement, DateTimeOffset now, bool made)
    {
        if (content is null || (!made && !entitlement.Honoured)) return "none";
        if (!entitlement.Honoured) return $"{content.Tier}, {content.Metadata["status"]}, over since {Words.Of(content.Expiry)}";

        Assert.True(content.Expiry > now, "A pass that is honoured has lapsed.");
        var until = entitlement.ValidUntil is { } end ? $"until {Words.Of(end)}" : "no end";
        var lapses = entitlement.ExpiresAt is { } expiry ? Words.Of(expiry) : "never";
        return entitlement.ExpiresAt == entitlement.ValidUntil ? $"{content.Tier}, {content.Metadata["status"]}, {until}" : $"{content.Tier}, {content.Metadata["status"]}, {until}, lapses {lapses}";
    }

    private static (MembershipSettings Settings, bool Guest) With(string written)
    {
        var (settings, guest) = (Settings, false);
        foreach (var setting in written.Split(Break, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (setting == "a guest")
            {
                guest = true;
                continue;
            }

            var (name, value) = setting.Split(": ") is [var before, var after] ? (before, after) : throw new FormatException($"'{setting}' is no setting.");
            settings = name switch
            {
                "GraceDays" => settings with { Grace = TimeSpan.FromDays(Number()) },
                "Trials" => settings with { HonourTrials = value == "Honour" },
                "OnPauseCollection" => settings with { HonourPausedCollection = value == "Honour" },
                "Source" => settings with { Source = Enum.Parse<TierSource>(value) },
                "SpendWindow" => settings with { SpendWindow = Enum.Parse<SpendWindow>(value) },
                "SpendMonths" => settings with { SpendMonths = Number() },
                "TimeZone" => settings with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(value) },
                "OnRefund" => settings with { KeepRefunded = value == "Keep" },
                "OnDispute" => settings with { OnDispute = Enum.Parse<DisputePolicy>(value) },
                "UnmappedPlanTier" => settings with { UnmappedPlanTier = value },
                _ => throw new FormatException($"'{setting}' is not understood."),
            };

            int Number() => int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        }

        return (settings, guest);
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)];

    private static string Page()
    {
        using var stream = typeof(ExamplesTests).Assembly.GetManifestResourceStream("examples.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
