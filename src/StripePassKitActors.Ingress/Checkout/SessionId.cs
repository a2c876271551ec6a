using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>The id of a checkout session. Whoever has it is shown the pass: it is never logged, and prints nothing.</summary>
internal readonly partial record struct SessionId
{
    private readonly string? value;

    private SessionId(string value) => this.value = value;

    /// <summary>The id as Stripe writes it.</summary>
    public string Value => value ?? throw new InvalidOperationException("A default SessionId names no checkout.");

    /// <summary>Whether it is of live mode.</summary>
    public bool Livemode => Value.StartsWith("cs_live_", StringComparison.Ordinal);

    /// <summary>Reads what stands in an address; false: Stripe makes no such id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SessionId id)
    {
        var found = text is not null && Shape().IsMatch(text);
        id = found ? new SessionId(text!) : default;
        return found;
    }

    /// <inheritdoc/>
    public override string ToString() => "cs_…";

    [GeneratedRegex(@"^cs_(test|live)_[A-Za-z0-9]{1,240}\z")]
    private static partial Regex Shape();
}
