namespace StripePassKitActors.Benchmarks.Report;

/// <summary>What is made of many measurements.</summary>
internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(0.5);

    public static double Median<T>(this IEnumerable<T> items, Func<T, double> value) => items.Select(value).Median();

    /// <summary>The value that the given share of the values does not exceed.</summary>
    public static double Percentile(this IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
