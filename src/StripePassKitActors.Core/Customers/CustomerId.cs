using System.Diagnostics.CodeAnalysis;

namespace StripePassKitActors.Core.Customers;

/// <summary>
/// Who owns a pass: a Stripe customer (<c>cus_…</c>) or customer account (<c>acct_…</c>). It is also the Dapr actor id and the
/// PassKit externalId, so it may hold only what all three accept.
/// </summary>
public readonly record struct CustomerId
{
    private const int MaxLength = 255; // Stripe's own limit for ids

    private readonly string? value;

    private CustomerId(string value) => this.value = value;

    /// <summary>The id as Stripe writes it: letters, digits, <c>_</c> and <c>-</c>, at most 255 of them.</summary>
    public string Value => value ?? throw new InvalidOperationException("A default CustomerId names nobody.");

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text has characters that Dapr refuses in an actor id, or none.</exception>
    public static CustomerId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A customer id is 1 to 255 letters, digits, '_' or '-'.");

    /// <summary>Reads an id; false where <see cref="Parse"/> would throw.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CustomerId id)
    {
        if (text is not { Length: > 0 and <= MaxLength } || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            id = default;
            return false;
        }

        id = new CustomerId(text);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => value ?? "";
}
