using System.Globalization;

namespace StripePassKitActors.Core.Money;

/// <summary>Stripe's currencies: three lower-case letters, and exponents that differ from ISO 4217's (rule M5).</summary>
public static class Currency
{
    // Stripe charges these without a minor unit; ISK and UGX, zero-decimal elsewhere, are charged with two.
    private static readonly HashSet<string> ZeroDecimal =
        ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];

    private static readonly HashSet<string> ThreeDecimal = ["bhd", "jod", "kwd", "omr", "tnd"];

    /// <summary>Whether a text is a currency code as Stripe writes it. Codes that this list does not know count, each on its own.</summary>
    public static bool IsCode(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterLower);

    /// <summary>How many digits of an amount stand behind the decimal point.</summary>
    public static int Exponent(string currency) =>
        ZeroDecimal.Contains(currency) ? 0 : ThreeDecimal.Contains(currency) ? 3 : 2;

    /// <summary>An amount in whole units, rounded down: <c>1299</c> in <c>usd</c> is 12.</summary>
    public static long WholeUnits(long amount, string currency) => amount / Exponent(currency) switch
    {
        0 => 1,
        3 => 1000,
        _ => 100,
    };

    /// <summary>An amount as people read it: <c>1234</c> in <c>usd</c> is <c>12.34 USD</c>.</summary>
    public static string Format(long amount, string currency)
    {
        var exponent = Exponent(currency);
        var value = (decimal)amount;
        for (var i = 0; i < exponent; i++) value /= 10;
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString("F" + exponent, CultureInfo.InvariantCulture)} {currency.ToUpperInvariant()}");
    }
}
