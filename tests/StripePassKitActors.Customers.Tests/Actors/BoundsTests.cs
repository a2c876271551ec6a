using System.Text.Json.Nodes;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Actors;

/// <summary>What a turn of a customer with ten thousand charges reads and writes (ADR 12).</summary>
public sealed class BoundsTests
{
    private const int Charges = 10_000;
    private const int Most = 64 * 1024;

    private static readonly DateTimeOffset First = PassKitWorld.Start.AddDays(-Charges / 4);

    private readonly FakeStripe stripe = new();

    [Fact]
    public async Task No_turn_of_a_customer_with_ten_thousand_charges_reads_or_writes_more_than_64_KB()
    {
        await using var world = await ActorWorld.StartAsync(stripe);
        stripe.Clock = world.PassKit.Clock;
        await LiveAsync(world);
        stripe.Put([Customer(), Subscription(), .. Newest().Concat(Ended())]);

        await StaysSmallAsync("a charge", world, () => world.TakeAsync(Taken(Charges)));
        await StaysSmallAsync("a refund of the first charge", world, () => world.TakeAsync(ActorWorld.Event(
            "evt_refund", new RefundFact { Id = "re_first", AsOf = Facts.At("evt_refund", 100), ChargeId = Id(0), Amount = 1, Status = "succeeded" })));
        await StaysSmallAsync("an operator's sync, which reads Stripe", world, world.SyncAsync);
        await ReadOnAsync(world);
        await StaysSmallAsync("another one", world, world.SyncAsync);
        Assert.Equal("gold", (await world.RecordAsync())!.Pass.Told!.Tier);
        stripe.Put([Subscription("canceled"), .. Newest(again: 25)]);
        await StaysSmallAsync("a loss, which reads Stripe and would change the pass", world, () => world.TakeAsync(ActorWorld.Event("evt_loss", Facts.Subscription("canceled", seconds: 200))));
        await ReadOnAsync(world);
        await StaysSmallAsync("an inspection", world, world.InspectAsync);

        var inspection = await world.InspectAsync();
        Assert.Equal((2 * (Charges + 1)) - 1 - 50 - 25, inspection.Spend.Sum(spend => spend.Amount));
        Assert.Equal("silver", (await world.RecordAsync())!.Pass.Told!.Tier); // by spend, once all of it was read
    }

    [Fact]
    public async Task The_record_of_who_bought_and_owes_more_than_is_kept_stays_within_64_KB_too()
    {
        await using var world = await ActorWorld.StartAsync();
        await world.TakeAsync(ActorWorld.Event("evt_sub", Facts.Subscription()), ActorWorld.Event("evt_person", Facts.Person(PassKitWorld.Email)));
        foreach (var some in Enumerable.Range(0, 130).Chunk(10))
            await world.TakeAsync([.. some.Select(Bought), .. some.Select(number => Bought(number, lines: 12, tier: "silver")), .. some.Select(Owed)]);

        await StaysSmallAsync("a charge", world, () => world.TakeAsync(Taken(Charges)));

        var record = (await world.RecordAsync())!;
        Assert.Equal((70, 10), (record.Purchases.Length, record.Invoices.Length));
        Assert.Equal(50, record.Purchases.Count(purchase => purchase.Items is [{ MetadataTier: "silver" }, _, _]));
    }

    /// <summary>What is more than one turn can write is read by the next ones.</summary>
    private static async Task ReadOnAsync(ActorWorld world)
    {
        var turns = 0;
        for (; (await world.RecordAsync())!.Reads is not null; turns++) await StaysSmallAsync("a turn that reads on", world, world.WakeWhenDueAsync);
        Assert.InRange(turns, 1, 5);
    }

    private static async Task LiveAsync(ActorWorld world)
    {
        await world.TakeAsync(ActorWorld.Event("evt_sub", Facts.Subscription()), ActorWorld.Event("evt_person", Facts.Person(PassKitWorld.Email)));
        foreach (var page in Enumerable.Range(0, Charges).Chunk(100)) await world.TakeAsync([.. page.Select(Taken)]);
        await world.TakeAsync([.. Enumerable.Range(0, 130).Select(Bought)]);
    }

    private static async Task StaysSmallAsync(string what, ActorWorld world, Func<Task> turn, int most = Most)
    {
        (world.State.BytesRead, world.State.BytesWritten) = (0, 0);
        await turn();
        Assert.True(world.State.BytesRead > 0 && world.State.BytesRead <= most && world.State.BytesWritten <= most, $"{what}: {world.State.BytesRead} bytes read, {world.State.BytesWritten} written");
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {world.State.BytesRead} bytes read, {world.State.BytesWritten} written");
    }

    private static string Id(int number) => $"ch_3PQ4zKLkdIwHu7ix0{number:00000}";

    private static CustomerEvent Taken(int number)
    {
        var at = First.AddHours(number * 6);
        return ActorWorld.Event($"evt_1PQ4zKLkdIwHu7ix{number:00000}", new ChargeFact
        {
            Id = Id(number),
            AsOf = new AsOf(at, $"evt_1PQ4zKLkdIwHu7ix{number:00000}"),
            Created = at,
            Currency = number % 3 == 0 ? "eur" : "usd",
            Amount = 2,
            Captured = 2,
            AmountRefunded = 0,
            PaymentIntentId = $"pi_3PQ4zKLkdIwHu7ix0{number:00000}",
            Succeeded = true,
        });
    }

    private static CustomerEvent Owed(int number) => ActorWorld.Event($"evt_owed_{number}", new InvoiceFact
    {
        Id = $"in_1PQ4zKLkdIwHu7ix{number:00000}",
        AsOf = new AsOf(PassKitWorld.Start.AddDays(-number), $"evt_owed_{number}"),
        SubscriptionId = "sub_1",
        Created = PassKitWorld.Start.AddDays(-number),
        Open = true,
        FailedAt = PassKitWorld.Start.AddDays(-number),
    });

    private static CustomerEvent Bought(int number) => Bought(number, lines: 1);

    private static CustomerEvent Bought(int number, int lines, string? tier = null) => ActorWorld.Event($"evt_bought_{number}{tier}", new PurchaseFact
    {
        Id = $"cs_live_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9{number:000}{tier}",
        Created = First.AddDays(number),
        AsOf = AsOf.OfRead(First.AddDays(number)),
        Payment = $"pi_3PQ4zKLkdIwHu7ix1{number:00000}",
        PaidAt = First.AddDays(number),
        Items =
        [
            .. Enumerable.Range(0, lines).Select(line => new PurchasedItem
            {
                PriceId = $"price_1PQ4zKLkdIwHu7ix{number:000}{line:00}",
                ProductId = $"prod_QH{number:000000}{line:00}",
                LookupKey = tier is null ? null : $"ticket_of_{number}_{line}",
                MetadataTier = tier,
                ProductTier = "",
                Days = tier is null ? null : number + line + 1,
            }),
        ],
        LinesRead = true,
    });

    /// <summary>The newest fifty charges as Stripe shows them, each given back in part, and some of them again, of which no event told.</summary>
    private static IEnumerable<JsonObject> Newest(int again = 0) => Enumerable.Range(Charges - 50, 50).Select(number =>
    {
        var refunds = number < Charges - again ? 1 : 2;
        var charge = Charge(2, Id(number), created: First.AddHours(number * 6), currency: number % 3 == 0 ? "eur" : "usd", refunded: refunds, intent: $"pi_3PQ4zKLkdIwHu7ix0{number:00000}");
        charge["refunds"] = new JsonObject
        {
            ["has_more"] = false,
            ["data"] = new JsonArray([.. Enumerable.Range(1, refunds).Select(refund => new JsonObject { ["id"] = $"re_{refund}PQ4zKLkdIwHu7ix0{number:00000}", ["object"] = "refund", ["amount"] = 1, ["status"] = "succeeded" })]),
        };
        return charge;
    });

    private static IEnumerable<JsonObject> Ended() => Enumerable.Range(0, 60).Select(number =>
    {
        var ended = Subscription("canceled", id: $"sub_1PQ4zKLkdIwHu7ix{number:00000}");
        ended["ended_at"] = Unix(First.AddDays(number * 7));
        return ended;
    });
}
