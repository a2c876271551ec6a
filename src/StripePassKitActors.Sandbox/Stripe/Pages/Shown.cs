using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Pages;

/// <summary>Stripe's values as people read and write them.</summary>
internal static class Shown
{
    /// <summary>Currencies without a smaller unit: their amounts are whole.</summary>
    private static readonly HashSet<string> Whole =
    [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
    ];

    /// <summary><c>20.00 USD</c>.</summary>
    public static string Money(long amount, string? currency) =>
        $"{Amount(amount, currency)} {currency?.ToUpperInvariant()}";

    /// <summary><c>20.00</c>.</summary>
    public static string Amount(long amount, string? currency) =>
        Whole.Contains(currency ?? "") ? amount.ToString(CultureInfo.InvariantCulture) : (amount / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>What somebody typed as an amount; null if nothing.</summary>
    public static long? Typed(string? text, string? currency)
    {
        if (text is null) return null;
        var factor = Whole.Contains(currency ?? "") ? 1 : 100;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount < long.MaxValue / 1000 && decimal.IsInteger(amount * factor)
                ? (long)(amount * factor)
                : throw StripeFault.Invalid($"“{text}” is no amount. Write it like {Amount(1250, currency)}.", "amount");
    }

    /// <summary><c>20.00 USD a month</c>, of a price.</summary>
    public static string Rate(JsonObject price) => $"{Money(price.Number("unit_amount"), price.Text("currency"))}{Interval(price)}";

    /// <summary><c> a month</c>, of a price; nothing if it is paid once.</summary>
    public static string Interval(JsonObject price) => price["recurring"] is not { } recurring ? ""
        : recurring.Number("interval_count") is var count and > 1 ? $" every {count} {recurring.Text("interval")}s"
        : $" a {recurring.Text("interval")}";

    /// <summary>A moment, in UTC.</summary>
    public static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The moment that a field holds; a dash if it holds none.</summary>
    public static string Time(JsonNode of, string field) => of.NumberOrNull(field) is null ? "—" : Time(of.Moment(field));

    /// <summary>Only its day.</summary>
    public static string Day(JsonNode of, string field) =>
        of.NumberOrNull(field) is null ? "—" : of.Moment(field).UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>Visa ending in 4242</c>, of a payment method or a charge.</summary>
    public static string Card(JsonNode? of) =>
        (of?["card"] ?? of?["payment_method_details"]?["card"]) is { } card ? $"{Capital(card.Text("brand")!)} ending in {card.Text("last4")}" : "no card";

    /// <summary>Stripe's word, as a word.</summary>
    public static string Word(string? stripes) => stripes?.Replace('_', ' ') ?? "—";

    /// <summary>Who somebody is.</summary>
    public static string Name(JsonObject customer) => customer.Text("name") ?? customer.Text("email") ?? customer.Text("id")!;

    /// <summary>What a test card is good for.</summary>
    public static string Purpose(TestCard card) => card switch
    {
        { AtOnce: true, Declines: "insufficient_funds" } => "is declined: insufficient funds",
        { AtOnce: true } => "is declined",
        { Declines: not null } => "pays here, fails when charged later",
        { Authenticates: true } => "wants its holder to confirm",
        _ => "pays",
    };

    /// <summary>How a card's number stands on it.</summary>
    public static string Number(TestCard card) => string.Join(' ', card.Number.Chunk(4).Select(part => new string(part)));

    /// <summary>Which colour a status has.</summary>
    public static string Mood(string? status) => status switch
    {
        "active" or "paid" or "succeeded" or "won" or "trialing" or "delivered" => "good",
        "past_due" or "unpaid" or "open" or "needs_response" or "incomplete" or "waiting" or "warning_needs_response" => "warn",
        "failed" or "lost" or "uncollectible" or "disputed" => "bad",
        _ => "quiet",
    };

    private static string Capital(string word) => word.Length > 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word;
}
