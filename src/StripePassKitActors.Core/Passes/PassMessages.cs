using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace StripePassKitActors.Core.Passes;

/// <summary>
/// The sentences that a pass may show its holder, one at a time (rule P13). Null: that one is off. Placeholders: <c>{tier}</c>, <c>{date}</c>
/// (UTC, <c>yyyy-MM-dd</c>), <c>{days}</c> (whole days until then, begun ones counted).
/// </summary>
public sealed partial record PassMessages
{
    /// <summary>Which placeholders each may have, by its name.</summary>
    public static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> Placeholders = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty
        .Add(nameof(PastDue), ["tier", "date", "days"])
        .Add(nameof(Renewal), ["tier", "date", "days"])
        .Add(nameof(TierReached), ["tier"])
        .Add(nameof(Paused), ["tier", "date"])
        .Add(nameof(Unpaid), ["tier", "date"])
        .Add(nameof(Ended), ["tier", "date"]);

    /// <summary>During grace; the date is its end.</summary>
    public string? PastDue { get; init; } = "The last payment failed. Please pay by {date} to keep this pass.";

    /// <summary>Before the paid period ends and another is to be paid; the date is that end.</summary>
    public string? Renewal { get; init; }

    /// <summary>After the pass rose to its tier.</summary>
    public string? TierReached { get; init; }

    /// <summary>While the membership is suspended and nothing is owed; the date is since when.</summary>
    public string? Paused { get; init; } = "This membership is paused.";

    /// <summary>While it is suspended because something is owed, or contested; the date is since when.</summary>
    public string? Unpaid { get; init; } = "This membership is paused until it is paid.";

    /// <summary>On a pass that is over; the date is when it ended.</summary>
    public string? Ended { get; init; } = "This membership has ended.";

    /// <summary>How long before the end of the paid period <see cref="Renewal"/> is shown.</summary>
    public TimeSpan RenewalNotice { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long <see cref="TierReached"/> is shown.</summary>
    public TimeSpan TierReachedFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What stands in braces in a text, in its order.</summary>
    public static IEnumerable<string> PlaceholdersOf(string text) => Placeholder().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\{([^{}]*)\}")]
    internal static partial Regex Placeholder();
}
