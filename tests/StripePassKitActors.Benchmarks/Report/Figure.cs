using System.Globalization;

namespace StripePassKitActors.Benchmarks.Report;

/// <summary>One line of the table.</summary>
/// <param name="Name">What was measured, its unit included.</param>
/// <param name="Ours">The service's figure.</param>
/// <param name="Other">The figure that it stands beside; null: it stands alone.</param>
/// <param name="Aim">What it should be; null: it is printed for information.</param>
internal sealed record Figure(string Name, double Ours, double? Other, Aim? Aim)
{
    /// <summary>Ours in multiples of the other.</summary>
    public double? Ratio => Ours / Other;

    /// <summary>Whether the aim is met.</summary>
    public string Verdict => Aim is null ? "" : Aim.Holds(Ratio ?? Ours) ? "holds" : "MISSES";
}

/// <summary>What a figure's ratio should be, or the figure itself where it stands alone.</summary>
/// <param name="Text">As it is printed.</param>
/// <param name="Holds">Whether a value meets it.</param>
internal sealed record Aim(string Text, Predicate<double> Holds)
{
    public static Aim AtLeast(double value) => new(Number($">= {value}"), measured => measured >= value);

    public static Aim AtMost(double value) => new(Number($"<= {value}"), measured => measured <= value);

    public static Aim LessThan(double value) => new(Number($"< {value}"), measured => measured < value);

    public static Aim MoreThan(double value) => new(Number($"> {value}"), measured => measured > value);

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
