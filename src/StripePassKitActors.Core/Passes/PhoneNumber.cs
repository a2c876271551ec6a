namespace StripePassKitActors.Core.Passes;

/// <summary>
/// Phone numbers as PassKit takes them: <c>+</c> and 7 to 15 digits, nothing between. Stripe keeps them as they were typed, and a number that
/// PassKit refuses would fail the whole pass.
/// </summary>
public static class PhoneNumber
{
    private const string Separators = " -./()\u00a0\u2010\u2011\u2013";

    /// <summary>The number without its separators; null where the country is not named or it is no number: it is then left out of the pass.</summary>
    public static string? Normalise(string? text)
    {
        if (text?.Trim() is not ['+', .. var rest]) return null;
        var digits = string.Concat(rest.Where(c => !Separators.Contains(c, StringComparison.Ordinal)));
        return digits is { Length: >= 7 and <= 15 } and [not '0', ..] && digits.All(char.IsAsciiDigit) ? "+" + digits : null;
    }
}
