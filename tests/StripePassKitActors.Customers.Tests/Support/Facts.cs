using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Facts of cus_1, said at the start of the test's clock or later.</summary>
internal static class Facts
{
    public static readonly DateTimeOffset PeriodEnd = PassKitWorld.Start.AddDays(30);

    public static AsOf At(string eventId, int seconds = 0) => new(PassKitWorld.Start.AddSeconds(seconds), eventId);

    public static SubscriptionFact Subscription(string status = "active", string price = "price_gold", int seconds = 0, DateTimeOffset? until = null) => new()
    {
        Id = "sub_1",
        AsOf = At("evt_sub", seconds),
        Status = status,
        Items = [new SubscriptionItem { PriceId = price, CurrentPeriodStart = PassKitWorld.Start, CurrentPeriodEnd = until ?? PeriodEnd }],
    };

    public static ChargeFact Charge(long amount, string id = "ch_1", string currency = "usd", int seconds = 0) => new()
    {
        Id = id,
        AsOf = At("evt_" + id, seconds),
        Created = PassKitWorld.Start,
        Currency = currency,
        Amount = amount,
        Captured = amount,
        AmountRefunded = 0,
        Succeeded = true,
    };

    public static CustomerFact Person(string email, int seconds = 0) =>
        new() { Id = "cus_1", AsOf = At("evt_person", seconds), Name = "Ada Lovelace", Email = email };

    public static InvoiceFact Failure(DateTimeOffset at) =>
        new() { Id = "in_1", AsOf = new AsOf(at, "evt_failure"), SubscriptionId = "sub_1", Created = at, Open = true, FailedAt = at };
}
