using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Passes;

/// <summary>The points on a pass, as the balance that they should be and never as a change of it (rule P6).</summary>
/// <param name="Field">Which balance.</param>
/// <param name="Amount">What it is.</param>
public sealed record PassPoints(PointsField Field, double Amount)
{
    /// <summary>
    /// Net spend in whole units of its currency, rounded down. Currencies never mix (rule M5): of several, the one with the most whole
    /// units counts alone.
    /// </summary>
    /// <param name="field">Which balance; none: there are no points.</param>
    /// <param name="spend">Net spend, one row a currency.</param>
    public static PassPoints? Of(PointsField field, IEnumerable<Spend> spend)
    {
        if (field == PointsField.None) return null;
        var units = Math.Clamp(spend.Select(row => Currency.WholeUnits(row.Amount, row.Currency)).DefaultIfEmpty().Max(), 0, uint.MaxValue);
        return new PassPoints(field, field == PointsField.Points ? AsFloat(units) : (double)units);
    }

    // PassKit keeps points in 32 bits, which hold every whole number up to 16,777,216 and not each beyond.
    private static float AsFloat(long units)
    {
        float nearest = units;
        return (double)nearest > units ? MathF.BitDecrement(nearest) : nearest;
    }
}
