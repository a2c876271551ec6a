using StripePassKitActors.Customers.Doctor;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Findings as a test writes them: the level, then how text and remedy begin.</summary>
internal static class Lines
{
    public static void Assert(IReadOnlyList<string> begin, IEnumerable<Finding> findings)
    {
        string[] lines = [.. findings.Select(Of)];
        Xunit.Assert.True(lines.Length == begin.Count, $"{begin.Count} lines were to come, there came:\n{string.Join('\n', lines)}");
        foreach (var (expected, line) in begin.Zip(lines)) Xunit.Assert.StartsWith(expected, line, StringComparison.Ordinal);
    }

    private static string Of(Finding finding) => $"{finding.Level} {finding.Text} {finding.Remedy}".TrimEnd() is var line ? char.ToLowerInvariant(line[0]) + line[1..] : "";
}
