using StripePassKitActors.Sandbox.Stripe.Api;

namespace StripePassKitActors.Sandbox.Stripe.Buyers;

/// <summary>Where the holder of a card is while it is charged.</summary>
internal enum Holder
{
    /// <summary>Typing its number into a checkout.</summary>
    InCheckout,

    /// <summary>There, to confirm.</summary>
    Present,

    /// <summary>Not there: a renewal, a retry.</summary>
    Away,
}

/// <summary>What becomes of a payment.</summary>
internal enum Verdict
{
    Paid,
    Declined,
    NeedsAuthentication,
}

/// <summary>One of Stripe's test cards and how it behaves.</summary>
/// <param name="Number">Sixteen digits.</param>
/// <param name="Alias">Its ready-made payment method <c>pm_card_…</c>, without the prefix.</param>
/// <param name="Brand">Whose it is.</param>
internal sealed record TestCard(string Number, string Alias, string Brand = "visa")
{
    /// <summary>Those that are known here.</summary>
    public static IReadOnlyList<TestCard> All { get; } =
    [
        new("4242424242424242", "visa"),
        new("5555555555554444", "mastercard", "mastercard"),
        new("4000000000000002", "visa_chargeDeclined") { Declines = "generic_decline", AtOnce = true },
        new("4000000000009995", "visa_chargeDeclinedInsufficientFunds") { Declines = "insufficient_funds", AtOnce = true },
        new("4000000000000341", "chargeCustomerFail") { Declines = "generic_decline" },
        new("4000002500003155", "authenticationRequiredOnSetup") { Authenticates = true },
    ];

    /// <summary>The bank's reason to refuse; null: it pays.</summary>
    public string? Declines { get; init; }

    /// <summary>Whether it refuses from the start, or lets itself be entered in a checkout and refuses everything charged later.</summary>
    public bool AtOnce { get; init; }

    /// <summary>Whether its holder has to confirm each payment, and the first use for later ones.</summary>
    public bool Authenticates { get; init; }

    public string Last4 => Number[^4..];

    /// <summary>The card of a number, with or without spaces.</summary>
    public static TestCard Named(string number) =>
        All.FirstOrDefault(card => card.Number == number.Replace(" ", "", StringComparison.Ordinal))
        ?? throw StripeFault.Declined("incorrect_number", null, "Your card number is incorrect: the sandbox takes Stripe's test cards.");

    public static TestCard? OfAlias(string alias) => All.FirstOrDefault(card => card.Alias == alias);

    public static TestCard OfLast4(string? last4) => All.First(card => card.Last4 == last4);

    /// <summary>Judges one payment; confirmed is what its holder agreed to, now or, for later payments, once before.</summary>
    public Verdict Judge(Holder holder, bool confirmed) =>
        Declines is not null && (AtOnce || holder != Holder.InCheckout) ? Verdict.Declined
        : Authenticates && !confirmed ? Verdict.NeedsAuthentication
        : Verdict.Paid;
}
