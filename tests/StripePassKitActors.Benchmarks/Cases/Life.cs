using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Service.Tests.Pipeline;

namespace StripePassKitActors.Benchmarks.Cases;

/// <summary>
/// Twenty events of one customer, and what must come of them: a bronze subscription, six renewals, an upgrade to silver, a charge refunded, a
/// new name. Every second customer cancels at last; what they spent is below every threshold, enough for silver, or enough for gold.
/// </summary>
internal sealed class Life
{
    public const int Events = 20;

    private const int Renewals = 6;
    private const string Renamed = "Ada, Countess of Lovelace";

    private readonly long amount;
    private readonly bool cancels;

    public Life(int number)
    {
        Customer = $"cus_{number}";
        amount = (number % 3) switch { 0 => 1_000, 1 => 2_000, _ => 10_000 };
        cancels = number % 2 == 0;

        var told = new List<StripeEvent>
        {
            StripeEvent.Customer(Customer),
            StripeEvent.Subscription(Customer, "incomplete", seconds: 1, price: "price_bronze"),
            StripeEvent.Charge(Customer, amount, id: "0", seconds: 2),
            StripeEvent.Subscription(Customer, "active", seconds: 3, price: "price_bronze"),
        };
        for (var renewal = 1; renewal <= Renewals; renewal++)
        {
            told.Add(StripeEvent.Charge(Customer, amount, id: $"{renewal}", seconds: told.Count));
            told.Add(StripeEvent.Subscription(Customer, "active", seconds: told.Count, price: "price_bronze", days: 30 * (renewal + 1)));
        }

        told.Add(StripeEvent.Subscription(Customer, "active", seconds: told.Count, days: 30 * (Renewals + 1)));
        told.Add(Refund(told.Count));
        told.Add(StripeEvent.Customer(Customer, Renamed, seconds: told.Count));
        told.Add(StripeEvent.Subscription(Customer, cancels ? "canceled" : "active", seconds: told.Count, days: 30 * (Renewals + 1)));
        Told = told;
    }

    public string Customer { get; }

    /// <summary>In Stripe's order.</summary>
    public IReadOnlyList<StripeEvent> Told { get; }

    private long Spend => Renewals * amount;

    private bool HasLapsed => cancels && Spend < 10_000;

    private long PeriodEnd => (long)JsonNode.Parse(Told[^1].Json)!["data"]!["object"]!["items"]!["data"]![0]!["current_period_end"]!;

    private string Tier => Spend < 50_000 ? "silver" : "gold";

    /// <summary>Whether an inspection tells this life to its end: every event, the money, the tier, and a pass that PassKit was told of.</summary>
    public bool Has(JsonNode inspection) =>
        inspection["recentEvents"]!.AsArray().Count == Events
        && inspection["spend"]!.AsArray().Sum(row => (long)row!["amount"]!) == Spend
        && (string?)inspection["tier"] == Tier
        && (string?)inspection["status"] == (HasLapsed ? "ended" : "active")
        && (string?)inspection["pass"]?["state"] == "synced";

    /// <summary>Whether this is the card that it ends with.</summary>
    public bool Has(JsonNode inspection, JsonNode? card) =>
        card is not null
        && (string?)card["id"] == (string?)inspection["pass"]!["memberId"]
        && (string?)card["tierId"] == Tier
        && (string?)card["person"]?["displayName"] == Renamed
        && ((string?)card["passMetaData"]?["status"] == "PASS_INVALIDATED") == HasLapsed
        && (HasLapsed || Lapses(card) >= DateTimeOffset.FromUnixTimeSeconds(PeriodEnd));

    private static DateTimeOffset Lapses(JsonNode card) =>
        (string?)card["expiryDate"] is { Length: > 0 } date ? DateTimeOffset.Parse(date, CultureInfo.InvariantCulture) : DateTimeOffset.MaxValue;

    /// <summary>The first charge comes back whole.</summary>
    private StripeEvent Refund(int seconds)
    {
        var charge = JsonNode.Parse(StripeEvent.Charge(Customer, amount, id: "0").Json)!["data"]!["object"]!.DeepClone().AsObject();
        charge["amount_refunded"] = amount;
        return StripeEvent.Of($"evt_{Customer}_refund", "charge.refunded", charge, seconds);
    }
}
