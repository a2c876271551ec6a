using System.Globalization;

namespace StripePassKitActors.Benchmarks.Report;

/// <summary>All figures, one a line.</summary>
internal static class Table
{
    public static string Of(IReadOnlyCollection<Figure> figures)
    {
        string[][] rows =
        [
            ["", "ours", "other", "ratio", "aim", ""],
            .. figures.Select(figure => new[]
            {
                figure.Name, Short(figure.Ours), Short(figure.Other), figure.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
                figure.Aim?.Text ?? "", figure.Verdict,
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Concat(rows.Select(row => string.Join("  ", row.Select((cell, column) =>
            column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd() + Environment.NewLine));
    }

    private static string Short(double? value) =>
        value?.ToString(value < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture) ?? "";
}
