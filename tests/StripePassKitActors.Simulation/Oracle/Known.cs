using System.Security.Cryptography;
using System.Text;
using StripePassKitActors.Simulation.Stripe;

namespace StripePassKitActors.Simulation.Oracle;

/// <summary>What is to be judged: the objects of one customer, as Stripe has them or as its events tell them.</summary>
internal sealed record Known(
    Shopper? Shopper,
    IReadOnlyCollection<Subscription> Subscriptions,
    IReadOnlyCollection<Invoice> Invoices,
    IReadOnlyCollection<Charge> Charges,
    IReadOnlyCollection<Refund> Refunds,
    IReadOnlyCollection<Dispute> Disputes,
    IReadOnlyCollection<Session> Sessions)
{
    public IReadOnlyCollection<Bill> Bills { get; init; } = [];

    /// <summary>Longer than anything takes to be known, in seconds.</summary>
    private const long LongestDelay = 6 * 86_400;

    /// <summary>Whether this is a guest's payment, and guests are ignored: what is known of it does not matter.</summary>
    public bool IsIgnored { get; init; }

    /// <summary>The truth.</summary>
    public static Known Of(Life life, Rules rules) => new(
        life.Shopper, life.Subscriptions.Values, life.Invoices.Values, life.Charges.Values, life.Refunds.Values, life.Disputes.Values, SessionsOf(life, rules)) { Bills = life.Bills.Values };

    /// <summary>
    /// The truth, once for each price list that may have been in force when what is past due was last seen paid (rule B5): what the merchant changed just before may
    /// have been seen only afterwards. The truth itself is the first.
    /// </summary>
    public IEnumerable<Known> Alternatives(Life life, Rules rules)
    {
        IEnumerable<Known> all = [this];
        foreach (var row in rules.Reads ? Subscriptions.Where(row => row.Status == "past_due").ToArray() : [])
        {
            var forms = life.Shop.FormsSince(row.PaidItems, row.PaidUntil - LongestDelay).Prepend(row.PaidItems).DistinctBy(items => string.Join(' ', items.Select(item => Judge.TierOf(item.Price, rules)))).ToArray();
            if (forms.Length > 1) all = all.SelectMany(known => forms.Select(items => known with { Subscriptions = [.. known.Subscriptions.Select(other => other.Id == row.Id ? other with { PaidItems = items } : other)] }));
        }

        return all;
    }

    /// <summary>
    /// The truth, but for prices: those of each subscription are as its events told of them. Where nothing can be read, nobody tells what a price says of itself until
    /// the next event (rule B2).
    /// </summary>
    public static Known AsTold(Life life, IReadOnlyCollection<StripeEvent> events, Rules rules)
    {
        var told = events.Select(said => said.Object).OfType<Subscription>().ToLookup(row => row.Id);
        return Of(life, rules) with { Subscriptions = [.. life.Subscriptions.Values.Select(row => row with { Items = told[row.Id].Last().Items, PaidItems = told[row.Id].LastOrDefault(one => one.Paying)?.Items ?? [] })] };
    }

    /// <summary>The truth of those of a life who are no customers, by the name that their pass goes by (rule B11).</summary>
    public static IEnumerable<(string Guest, Known Known)> OfGuests(Life life, Rules rules)
    {
        var payments = life.Charges.Values.Where(charge => charge.Customer is null)
            .Select(charge => (Charge: charge, Session: life.Sessions.Values.FirstOrDefault(row => row.Intent == charge.Intent))).ToArray();
        foreach (var (charge, session) in payments.Where(payment => payment.Session?.Email is null || rules.Guests != Guests.ByEmail)) yield return (charge.Intent, OfGuest(life, charge, session, rules));
        if (rules.Guests != Guests.ByEmail) yield break;

        // Whoever gave that address has one pass for all that was bought with it.
        foreach (var shared in payments.Where(payment => payment.Session?.Email is not null).GroupBy(payment => payment.Session!.Email!))
        {
            var guest = NameOf(shared.Key);
            var newest = shared.MaxBy(payment => payment.Session!.Created).Session!;
            yield return (guest, new(
                new Shopper(guest) { Created = newest.Created, Name = newest.Name, Email = newest.Email },
                [],
                [],
                [.. shared.Select(payment => payment.Charge with { Customer = guest })],
                life.Refunds.Values,
                life.Disputes.Values,
                [.. shared.Select(payment => payment.Session!)]));
        }
    }

    /// <summary>The name that the guests of an address go by.</summary>
    public static string NameOf(string email) => "guest-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)))[..40];

    /// <summary>One payment. It may hold a pass of its own once its session is paid.</summary>
    private static Known OfGuest(Life life, Charge charge, Session? session, Rules rules)
    {
        if (rules.Guests == Guests.Ignore) return new(null, [], [], [], [], [], []) { IsIgnored = true };

        return new(
            session is null ? null : new Shopper(charge.Intent) { Created = session.Created, Name = session.Name, Email = session.Email },
            [],
            [],
            [charge with { Customer = charge.Intent }],
            life.Refunds.Values,
            life.Disputes.Values,
            session is null ? [] : [session]);
    }

    /// <summary>A guest's session goes with its charge.</summary>
    private static IReadOnlyCollection<Session> SessionsOf(Life life, Rules rules) =>
        [.. life.Sessions.Values.Where(row => row.Customer is not null || (rules.Guests != Guests.Ignore && life.Charges.Values.Any(charge => charge.Intent == row.Intent && charge.Customer is not null)))];

    /// <summary>
    /// What the events tell where nothing can be read (rule F4): of the events of one second the terminal one, else the more entitling, else that
    /// with the greater id. Money is left as it is: no tie may ever change it.
    /// </summary>
    public static Known ByHearsay(Life life, IReadOnlyCollection<StripeEvent> events, Rules rules) => new(
        Told<Shopper>(events, shopper => shopper.Deleted, _ => 0).SingleOrDefault(),
        [.. Told<Subscription>(events, row => row.Over, Entitling).Select(row => LastPaid(events, row.Id) is { } paid ? row with { PaidItems = paid.Items, Tried = paid.Status == "trialing" } : row with { PaidItems = [] })],
        [.. Told<Invoice>(events, _ => false, row => row.Status switch { "draft" => 0, "open" => 1, _ => 2 })
            .Select(row => row with { FirstFailedAt = life.Invoices[row.Id].FirstFailedAt })],
        life.Charges.Values,
        life.Refunds.Values,
        life.Disputes.Values,
        SessionsOf(life, rules)) { Bills = life.Bills.Values };

    private static Subscription? LastPaid(IEnumerable<StripeEvent> events, string id) =>
        Told<Subscription>(events.Where(said => said.Object is Subscription { Paying: true } row && row.Id == id), _ => false, Entitling).SingleOrDefault();

    private static IEnumerable<T> Told<T>(IEnumerable<StripeEvent> events, Func<T, bool> terminal, Func<T, int> progress)
        where T : StripeObject => events
        .Where(said => said.Object is T)
        .GroupBy(said => said.Object.Id)
        .Select(told => (T)told
            .OrderBy(said => terminal((T)said.Object))
            .ThenBy(said => said.Created)
            .ThenBy(said => progress((T)said.Object))
            .ThenBy(said => said.Id, StringComparer.Ordinal)
            .Last().Object);

    private static int Entitling(Subscription row) => Array.IndexOf(["incomplete", "unpaid", "paused", "past_due", "trialing", "active"], row.Status);
}
