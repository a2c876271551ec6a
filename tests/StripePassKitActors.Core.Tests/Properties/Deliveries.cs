using System.Collections.Immutable;
using System.Text.Json;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests.Properties;

/// <summary>A customer as a store keeps it: each turn reads what it says that it needs, and nothing else.</summary>
internal sealed class Deliveries
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly PassSettings Passes = new() { Spend = "spend", Points = PointsField.TierPoints };

    private static readonly MembershipSettings Default = Given.Settings with { TimeZone = Berlin };

    private static readonly MembershipSettings[] Shops =
    [
        Default,
        Default with { Source = TierSource.Subscription, UnmappedPlanTier = "silver", OnDispute = DisputePolicy.SuspendWhenOpened, HonourPausedCollection = false },
        Default with { SpendWindow = SpendWindow.RollingMonths, SpendMonths = 3, KeepRefunded = true, OnDispute = DisputePolicy.Keep, HonourTrials = false },
        Default with { Source = TierSource.SpendWhileSubscribed, SpendWindow = SpendWindow.CalendarYear },
    ];

    private ImmutableDictionary<string, ChargeLedger> ledgers = ImmutableDictionary<string, ChargeLedger>.Empty;

    private ImmutableHashSet<string> undone = [];

    public CustomerState State { get; private set; } = CustomerState.Of(CustomerId.Parse("cus_1"));

    public void Take(params IReadOnlyCollection<CustomerEvent> turn) =>
        Turn([.. turn.SelectMany(told => told.Facts)], customer => turn.Aggregate(customer, (before, told) => before.Apply(told, Given.Now).Customer));

    public void Read(IReadOnlyList<Fact> facts) => Turn(facts, customer => customer.WithReading(facts));

    /// <summary>The record, but for what depends on the way in which it came to be so.</summary>
    public string Record() => JsonSerializer.Serialize(State with { RecentEvents = [], UnpagedCharges = [.. State.UnpagedCharges.Order(StringComparer.Ordinal)] })
        + string.Concat(ledgers.Values.OrderBy(ledger => ledger.Id, StringComparer.Ordinal).Select(ledger => Environment.NewLine + JsonSerializer.Serialize(ledger)))
        + string.Join(' ', undone.Order(StringComparer.Ordinal));

    /// <summary>What several shops would show on the pass, now and later.</summary>
    /// <param name="end">Now.</param>
    /// <param name="whyOver">Whether it matters since when and for which of several reasons a pass is over: that may be the moment as of which it is known.</param>
    public string Shown(DateTimeOffset end, bool whyOver = true) => string.Join(
        Environment.NewLine,
        from shop in Shops
        from days in new[] { 0, 2, 12, 40, 400 }
        let entitlement = EntitlementRules.Of(State, shop, end.AddDays(days))
        let content = PassContent.Of(State, entitlement, Passes, end.AddDays(days))
        select JsonSerializer.Serialize(whyOver || entitlement.Honoured ? content : content is null ? null : content with { Expiry = default, Metadata = content.Metadata.Remove("validUntil").Remove("message") }) + entitlement.ChangesAt);

    private void Turn(IReadOnlyCollection<Fact> facts, Func<Customer, Customer> body)
    {
        var customer = body(new Customer(State, ledgers.Where(ledger => Customer.StoredChargesOf(State, facts).Contains(ledger.Key)).ToImmutableDictionary())
        {
            Zone = Berlin,
            UndonePayments = undone.Intersect(Customer.PaymentsOf(facts)),
        });
        State = customer.State;
        ledgers = ledgers.SetItems(customer.ChangedLedgers.Select(id => KeyValuePair.Create(id, customer.Ledgers[id])));
        foreach (var (payment, gone) in customer.ChangedPayments) undone = gone ? undone.Add(payment) : undone.Remove(payment);
    }
}
