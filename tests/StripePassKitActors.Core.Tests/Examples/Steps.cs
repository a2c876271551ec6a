using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests.Examples;

/// <summary>From a line of plain words to the facts that it stands for.</summary>
internal sealed class Steps
{
    private const string Amount = @"(?<amount>[\d.]+)";

    private readonly (Regex Pattern, Func<Match, AsOf, IEnumerable<Fact>> Facts)[] patterns;

    private readonly Dictionary<string, (DateTimeOffset Created, string Currency, long Amount)> charges = [];

    private readonly Dictionary<string, DateTimeOffset> created = [];

    private int number;

    public Steps() => patterns =
    [
        Words(@"(?<which>second )?(?<price>\w+) subscription (?<status>[a-z_]+)(?: until (?<until>DAY))?(?: from (?<from>DAY))?(?<cancels>, cancels at its end)?(?:, cancels (?<on>DAY))?(?<paused>, collection paused)?(?:, quantity (?<quantity>\d+))?", Subscription),
        Words(@"(?<which>second )?invoice (?<what>failed|paid|void)", Invoice),
        Words($@"charge(?<which> [A-Z])? {Amount} (?<currency>[a-z]{{3}})(?<how> failed| authorised)?(?:, captured (?<captured>[\d.]+))?", Charge),
        Words($@"refund {Amount}(?: of(?<which> [A-Z]))?(?: (?<status>[a-z_]+))?", Refund),
        Words($@"dispute(?: of(?<which> [A-Z]))? (?<status>[a-z_]+)", Dispute),
        Words($@"buys (?<price>\w+)(?: for (?<days>\d+) days)? at {Amount} (?<currency>[a-z]{{3}})", Purchase),
        Words(@"session (?<what>paid|unpaid)", Session),
        Words(@"customer(?<what> deleted| has)?(?: (?<key>\w+)=(?<value>\S+))*", Customer),
    ];

    /// <summary>When a line happened in Stripe, and its facts.</summary>
    public (DateTimeOffset At, IReadOnlyList<Fact> Facts) Read(string line)
    {
        var parts = Regex.Match(line, $"^(?<at>{Examples.Words.Moment}) (?<read>Stripe answers: )?(?<words>.+)$");
        Assert.True(parts.Success, $"'{line}' begins with no moment.");
        var at = Examples.Words.ReadMoment(parts.Groups["at"].Value);
        var asOf = parts.Groups["read"].Success ? AsOf.OfRead(at) : new AsOf(at, $"evt_{number++:00}");
        foreach (var (pattern, facts) in patterns)
        {
            if (pattern.Match(parts.Groups["words"].Value) is { Success: true } match) return (at, [.. facts(match, asOf)]);
        }

        throw new FormatException($"'{line}' is not understood.");
    }

    private static (Regex, Func<Match, AsOf, IEnumerable<Fact>>) Words(string pattern, Func<Match, AsOf, IEnumerable<Fact>> facts) =>
        (new Regex($"^{pattern.Replace("DAY", Examples.Words.Moment, StringComparison.Ordinal)}$"), facts);

    private IEnumerable<Fact> Subscription(Match match, AsOf asOf)
    {
        yield return new SubscriptionFact
        {
            Id = Id("sub", match),
            AsOf = asOf,
            Status = match.Groups["status"].Value,
            CancelAtPeriodEnd = match.Groups["cancels"].Success,
            CancelAt = Moment(match.Groups["on"]),
            EndedAt = match.Groups["status"].Value == "canceled" ? asOf.At : null,
            CollectionPaused = match.Groups["paused"].Success,
            Items =
            [
                new SubscriptionItem
                {
                    PriceId = match.Groups["price"].Value,
                    Quantity = match.Groups["quantity"].Success ? Number(match.Groups["quantity"]) : 1,
                    CurrentPeriodStart = Moment(match.Groups["from"]) ?? asOf.At,
                    CurrentPeriodEnd = Moment(match.Groups["until"]),
                },
            ],
        };
    }

    private IEnumerable<Fact> Invoice(Match match, AsOf asOf)
    {
        var id = Id("in", match);
        created.TryAdd(id, asOf.At);
        yield return new InvoiceFact
        {
            Id = id,
            AsOf = asOf,
            SubscriptionId = "sub_1",
            Created = created[id],
            Open = match.Groups["what"].Value == "failed",
            FailedAt = match.Groups["what"].Value == "failed" ? asOf.At : null,
        };
    }

    private IEnumerable<Fact> Charge(Match match, AsOf asOf)
    {
        var id = Id("ch", match);
        var amount = Examples.Words.ReadAmount(match.Groups["amount"].Value);
        var captured = match.Groups["captured"].Success ? Examples.Words.ReadAmount(match.Groups["captured"].Value) : match.Groups["how"].Success ? 0 : amount;
        charges.TryAdd(id, (asOf.At, match.Groups["currency"].Value, amount));
        yield return new ChargeFact
        {
            Id = id,
            AsOf = asOf,
            Created = charges[id].Created,
            Currency = charges[id].Currency,
            Amount = amount,
            Captured = captured,
            AmountRefunded = match.Groups["captured"].Success ? amount - captured : 0, // Stripe's word for what it releases
            Succeeded = match.Groups["how"].Value != " failed",
        };
    }

    private IEnumerable<Fact> Refund(Match match, AsOf asOf)
    {
        yield return new RefundFact
        {
            Id = $"re_{Id("ch", match)}_{match.Groups["amount"].Value}",
            AsOf = asOf,
            ChargeId = Id("ch", match),
            Amount = Examples.Words.ReadAmount(match.Groups["amount"].Value),
            Status = match.Groups["status"].Success ? match.Groups["status"].Value : "succeeded",
        };
    }

    private IEnumerable<Fact> Dispute(Match match, AsOf asOf)
    {
        var id = Id("du", match);
        created.TryAdd(id, asOf.At);
        yield return new DisputeFact
        {
            Id = id,
            AsOf = asOf,
            ChargeId = Id("ch", match),
            Amount = charges[Id("ch", match)].Amount,
            Status = match.Groups["status"].Value,
            Created = created[id],
            LostAt = DisputeFact.IsLost(match.Groups["status"].Value) ? asOf.At : null,
        };
    }

    private IEnumerable<Fact> Purchase(Match match, AsOf asOf) =>
    [
        .. Charge(match, asOf),
        new PurchaseFact
        {
            Id = "cs_1",
            AsOf = asOf,
            Payment = Id("ch", match),
            PaidAt = asOf.At,
            Items = [new PurchasedItem { PriceId = match.Groups["price"].Value, Days = match.Groups["days"].Success ? Number(match.Groups["days"]) : null }],
        },
    ];

    private IEnumerable<Fact> Session(Match match, AsOf asOf)
    {
        yield return new CheckoutSessionFact { Id = "cs_1", AsOf = asOf, Paid = match.Groups["what"].Value == "paid", Name = "Ada" };
    }

    private IEnumerable<Fact> Customer(Match match, AsOf asOf)
    {
        yield return new CustomerFact
        {
            Id = "cus_1",
            AsOf = asOf,
            Deleted = match.Groups["what"].Value == " deleted",
            Metadata = match.Groups["key"].Captures.Zip(match.Groups["value"].Captures).ToImmutableSortedDictionary(pair => pair.First.Value, pair => pair.Second.Value),
        };
    }

    private static string Id(string kind, Match match) => match.Groups["which"].Value.Trim() is { Length: > 0 } which ? $"{kind}_{which}" : kind + "_1";

    private static DateTimeOffset? Moment(Group group) => group.Success ? Examples.Words.ReadMoment(group.Value) : null;

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
}
