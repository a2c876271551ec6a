using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

/// <summary>Facts and settings that the tests speak of; each test states only what it is about.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset PeriodEnd = Now.AddDays(30);

    public static readonly MembershipSettings Settings = new()
    {
        Tiers =
        [
            new Tier("gold", "Gold", 2, ImmutableSortedDictionary<string, long>.Empty.Add("usd", 50_000).Add("eur", 40_000)),
            new Tier("silver", "Silver", 1, ImmutableSortedDictionary<string, long>.Empty),
        ],
        Plans = ImmutableDictionary<string, string>.Empty.Add("price_gold", "gold").Add("price_silver", "silver"),
    };

    public static AsOf At(int seconds, string eventId = "evt_1") => new(Now.AddSeconds(seconds), eventId);

    public static ChargeFact Charge(long captured, long refunded = 0, long? amount = null, string id = "ch_1", string currency = "usd", AsOf? asOf = null) => new()
    {
        Id = id,
        AsOf = asOf ?? At(0),
        Created = Now,
        Currency = currency,
        Amount = amount ?? captured,
        Captured = captured,
        AmountRefunded = refunded,
        Succeeded = true,
    };

    public static RefundFact Refund(long amount, string status = "succeeded", string id = "re_1", AsOf? asOf = null) =>
        new() { Id = id, AsOf = asOf ?? At(1, "evt_refund"), ChargeId = "ch_1", Amount = amount, Status = status };

    public static SubscriptionFact Subscription(string status, string price = "price_gold", string id = "sub_1", AsOf? asOf = null) => new()
    {
        Id = id,
        AsOf = asOf ?? At(0),
        Status = status,
        Items = [new SubscriptionItem { PriceId = price, CurrentPeriodStart = Now, CurrentPeriodEnd = PeriodEnd }],
    };

    public static CustomerFact CustomerWith(params (string Key, string Value)[] metadata) => new()
    {
        Id = "cus_1",
        AsOf = At(0),
        Metadata = metadata.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value),
    };

    public static DisputeFact Dispute(string status, long amount = 1000, string id = "du_1", int opened = 10, int? asOf = null) => new()
    {
        Id = id,
        AsOf = At(asOf ?? opened, $"evt_{id}_{asOf ?? opened}"),
        ChargeId = "ch_1",
        Amount = amount,
        Status = status,
        Created = Now.AddSeconds(opened),
        LostAt = DisputeFact.IsLost(status) ? Now.AddSeconds(asOf ?? opened) : null,
    };

    public static PurchaseFact Purchase(int? days = null, string price = "price_gold", string? payment = "pi_1", string id = "cs_1", AsOf? asOf = null, DateTimeOffset? paidAt = null) => new()
    {
        Id = id,
        AsOf = asOf ?? At(0),
        Payment = payment,
        PaidAt = paidAt ?? Now,
        Items = [new PurchasedItem { PriceId = price, Days = days }],
    };

    public static Customer Customer(params Fact[] facts) => Nobody("cus_1").Then(facts);

    public static Customer Nobody(string id, TimeZoneInfo? zone = null) =>
        new(CustomerState.Of(CustomerId.Parse(id)), ImmutableDictionary<string, ChargeLedger>.Empty) { Zone = zone ?? TimeZoneInfo.Utc, Earns = item => PlanTiers.Of(item, Settings)?.Rank };

    /// <summary>The customer after each of these facts in an event of its own.</summary>
    public static Customer Then(this Customer customer, params Fact[] facts)
    {
        var number = customer.State.RecentEvents.Length;
        return facts.Aggregate(customer, (before, fact) => before.Apply(new CustomerEvent($"evt_given_{number++}", "test", [fact]), Now).Customer);
    }

    public static Entitlement Entitled(DateTimeOffset now, params Fact[] facts) => EntitlementRules.Of(Customer(facts).State, Settings, now);

    public static Entitlement Entitled(MembershipSettings settings, params Fact[] facts) => Entitled(settings, Now, facts);

    public static Entitlement Entitled(MembershipSettings settings, DateTimeOffset now, params Fact[] facts) =>
        EntitlementRules.Of(Nobody("cus_1", settings.TimeZone).Then(facts).State, settings, now);
}
