using System.Globalization;

namespace StripePassKitActors.Core.Tests.Examples;

/// <summary>Moments and amounts as docs/examples.md writes them: noon and 2026 go without saying.</summary>
internal static class Words
{
    /// <summary>What a moment looks like, as the beginning of a pattern.</summary>
    public const string Moment = @"\d{1,2} [A-Z][a-z]{2}(?: \d{4})?(?: \d\d:\d\d(?::\d\d)?)?";

    private const int Year = 2026;

    private static readonly string[] Forms =
        [.. from year in new[] { "", " yyyy" } from time in new[] { "", " HH:mm", " HH:mm:ss" } select "d MMM" + year + time];

    public static DateTimeOffset ReadMoment(string text)
    {
        var parts = text.Split(' ');
        var hasYear = parts.Length > 2 && parts[2].Length == 4;
        var hasTime = parts[^1].Contains(':', StringComparison.Ordinal);
        var whole = hasYear ? text : $"{parts[0]} {parts[1]} {Year}{(hasTime ? " " + parts[^1] : "")}";
        return DateTimeOffset.ParseExact(hasTime ? whole : whole + " 12:00", Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    public static string Of(DateTimeOffset moment)
    {
        var year = moment.Year == Year ? "" : " yyyy";
        var time = moment.TimeOfDay == TimeSpan.FromHours(12) ? "" : moment.Second == 0 ? " HH:mm" : " HH:mm:ss";
        return moment.ToString("d MMM" + year + time, CultureInfo.InvariantCulture);
    }

    /// <summary>An amount of two decimals, in minor units.</summary>
    public static long ReadAmount(string text) => (long)(decimal.Parse(text, CultureInfo.InvariantCulture) * 100);
}
