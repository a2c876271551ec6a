using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.DeadLetters;

namespace StripePassKitActors.Customers.Tests.State;

/// <summary>
/// Samples of what stands in a store, field by field: whoever changes what is stored breaks them, and then either keeps the old samples
/// readable or raises <see cref="CustomerState.CurrentSchema"/>. A sample is never edited; a new schema gets a folder of its own.
/// </summary>
public sealed class StoredStateTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly PassContent Content = new()
    {
        Tier = "gold",
        Person = new Person("Ada Lovelace", "ada@example.com", "+4915112345678"),
        Expiry = Day.AddDays(33),
        Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("status", "active").Add("stripeCustomerId", "cus_1"),
    };

    private static readonly CustomerState Record = new()
    {
        SchemaVersion = 1,
        CustomerId = "cus_1",
        Customer = new CustomerFact
        {
            Id = "cus_1",
            AsOf = new AsOf(Day, "evt_1"),
            Name = "Ada Lovelace",
            Email = "ada@example.com",
            Phone = "+49 151 12345678",
            Deleted = true,
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("passkit_pin_tier", "gold"),
        },
        Checkout = new CheckoutSessionFact { Id = "cs_1", AsOf = new AsOf(Day.AddSeconds(1), "evt_2"), Name = "Ada", Email = "ada@example.org", Phone = "0151" },
        Subscriptions =
        [
            new SubscriptionFact
            {
                Id = "sub_1",
                AsOf = new AsOf(Day.AddSeconds(2), "evt_3"),
                Status = "active",
                CancelAtPeriodEnd = true,
                CancelAt = Day.AddDays(30),
                EndedAt = Day.AddDays(31),
                CollectionPaused = true,
                Items =
                [
                    new SubscriptionItem
                    {
                        PriceId = "price_1",
                        LookupKey = "gold_monthly",
                        ProductId = "prod_1",
                        MetadataTier = "gold",
                        Quantity = 2,
                        CurrentPeriodStart = Day,
                        CurrentPeriodEnd = Day.AddDays(30),
                    },
                ],
            },
        ],
        Invoices =
        [
            new InvoiceFact
            {
                Id = "in_1",
                AsOf = new AsOf(Day.AddSeconds(3), "evt_4"),
                SubscriptionId = "sub_1",
                Created = Day,
                Open = true,
                FailedAt = Day.AddSeconds(3),
                DueAt = Day.AddDays(7),
            },
        ],
        Spend = [new Spend("eur", 700), new Spend("usd", 600)],
        NewestCharges = [new ChargeReference("ch_1", Day)],
        AwaitedCharges = 1,
        PagedCharges = 50,
        UnpagedCharges = ["ch_51"],
        Pass = new PassRecord
        {
            MemberId = "0123456789abcdefABCDEF",
            Generation = 1,
            LinkedMember = "fedcba9876543210FEDCBA",
            State = PassState.Failed,
            Told = Content,
            Unconfirmed = true,
            Refused = Content with { Tier = "silver" },
            RefusedLink = "nobody",
            Attempts = 3,
            NextAttempt = Day.AddMinutes(15),
            LastError = "PassKit answered 400: no",
            Unreported = true,
        },
        RecentEvents =
        [
            new RecentEvent("evt_1", "customer.created", Outcome.Applied, Day.AddMilliseconds(1234)),
            new RecentEvent("evt_2", "charge.updated", Outcome.Stale, Day.AddSeconds(2)),
            new RecentEvent("evt_3", "payment_method.attached", Outcome.Ignored, Day.AddSeconds(3)),
        ],
        WakeAt = Day.AddDays(33),
    };

    private static readonly CustomerState Record2 = Record with
    {
        SchemaVersion = 2,
        Checkout = Record.Checkout! with { Paid = true, Created = Day.AddMinutes(-1) },
        Subscriptions =
        [
            Record.Subscriptions[0] with
            {
                Created = Day.AddMinutes(-2),
                Items = [Record.Subscriptions[0].Items[0] with { ProductTier = "silver" }],
                Paid = new PaidItems(new AsOf(Day.AddSeconds(1), "evt_2"), 6, [new SubscriptionItem { PriceId = "price_2" }]),
            },
        ],
        Purchases =
        [
            new PurchaseFact
            {
                Id = "cs_1",
                AsOf = AsOf.OfRead(Day.AddSeconds(1)),
                Payment = "pi_1",
                PaidAt = Day,
                InvoiceId = "in_2",
                Items = [new PurchasedItem { PriceId = "price_3", LookupKey = "day_pass", ProductId = "prod_3", MetadataTier = "gold", ProductTier = "", Days = 30 }],
                LinesRead = true,
                Undone = true,
            },
        ],
        Disputes = [new SuspendingDispute("du_1", Day.AddSeconds(1), Day.AddSeconds(2))],
        LastPaidAt = Day,
        Spend = [new Spend("eur", 700), new Spend("usd", 500, Refunds: 400)],
        Months = [new MonthSpend(202611, "usd", 500, 400), new MonthSpend(202610, "eur", 700, 0)],
        Reads = new PendingReads { Objects = [new StripeReference("charge", "ch_1")], Customer = true, Attempts = 2, NextAttempt = Day.AddMinutes(1) },
        Pass = Record.Pass with
        {
            Told = Content with { Points = new PassPoints(PointsField.TierPoints, 500) },
            LapseSeen = Day.AddDays(33),
            DeletedAt = Day.AddDays(2),
            Unsure = true,
            PaidAt = Day,
        },
        ReadAt = Day.AddHours(-1),
        ForwardTo = "cus_2",
        FormerGuests = ["pi_2"],
        ForgottenAt = Day.AddDays(-1),
        Looks = 3,
        LookAt = Day.AddHours(6),
    };

    private static readonly CustomerState Record3 = Record2 with
    {
        SchemaVersion = 3,
        Stamp = 1,
        Reads = Record2.Reads! with { Listed = true },
        Subscriptions = [Record2.Subscriptions[0] with { HasMoreItems = true }],
        Purchases = [Record2.Purchases[0] with { Created = Day.AddHours(-1), PaidAtRead = true }],
        CheckoutSessions = ["cs_1", "cs_2"],
        TierReached = new TierReached("gold", Day.AddDays(-2)),
        StripeMetadata = new StripeMetadata
        {
            Written = ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>>.Empty
                .Add("cus_1", ImmutableSortedDictionary<string, string>.Empty.Add("passkit_tier", "gold")),
            Unsure = ["sub_1"],
            Refused = ["cus_1"],
            Attempts = 2,
            NextAttempt = Day.AddDays(1),
            LastError = "customers answers 403",
        },
        Version = 7,
        Underway = true,
        Forgetting = new BegunForgetting(MemberDeleted: true, 3, 2_000),
        Unpublished = new PendingChanges
        {
            Changes = [new PassChange(6, PassChangeKind.Revoked, Day.AddSeconds(3), "gold", EntitlementStatus.Ended, Day.AddDays(30), "0123456789abcdefABCDEF", Installed: false)],
            Attempts = 2,
            NextAttempt = Day.AddMinutes(2),
        },
        Pass = Record2.Pass with
        {
            Announced = new AnnouncedPass("0123456789abcdefABCDEF", Valid: true, "gold", EntitlementStatus.Grace, Day.AddDays(30), Installed: true, "fedcba9876543210"),
            IssuedAt = Day.AddSeconds(4),
            Overwritten = new Overwritten("0123456789abcdef", Day.AddSeconds(5)),
            InstalledAt = Day.AddSeconds(6),
            RemovedAt = Day.AddSeconds(7),
            ShownAt = Day.AddSeconds(8),
            EmailedAt = Day.AddSeconds(9),
            EmailAgainAt = Day.AddSeconds(10),
            FormerLinks = ["0123456789abcdefGHIJKL"],
        },
    };

    private static readonly ChargeLedger Ledger = new()
    {
        Id = "ch_1",
        Charge = new ChargeFact
        {
            Id = "ch_1",
            AsOf = new AsOf(Day, "evt_1"),
            Created = Day,
            Currency = "usd",
            Amount = 1200,
            Captured = 1000,
            AmountRefunded = 600,
            Succeeded = true,
        },
        Refunds = [new RefundFact { Id = "re_1", AsOf = new AsOf(Day.AddSeconds(1), "evt_2"), ChargeId = "ch_1", Amount = 400, Status = "succeeded" }],
        Counted = 600,
    };

    private static readonly ChargeLedger Ledger2 = Ledger with
    {
        Charge = Ledger.Charge! with { AsOf = AsOf.OfRead(Day), PaymentIntentId = "pi_1", RefundsListed = true },
        Disputes =
        [
            new DisputeFact
            {
                Id = "du_1",
                AsOf = new AsOf(Day.AddSeconds(2), "evt_3"),
                ChargeId = "ch_1",
                Amount = 100,
                Status = "lost",
                Created = Day.AddSeconds(1),
                LostAt = Day.AddSeconds(2),
            },
        ],
        Counted = 500,
        CountedRefunds = 400,
    };

    private static readonly DeadLetter Letter = new()
    {
        Id = "evt_9",
        Kind = DeadLetterKind.Event,
        CustomerId = "cus_1",
        Type = "charge.succeeded",
        Reason = "ch_1 has no amount.",
        Attempts = 2,
        ParkedAt = Day,
    };

    [Fact]
    public void A_customer_reads_and_writes_as_schema_1_has_it() => Same("customer", Record, StateJson.CustomerState);

    [Fact]
    public void A_ledger_reads_and_writes_as_schema_1_has_it() => Same("charge", Ledger, StateJson.ChargeLedger);

    [Fact]
    public void A_page_of_charges_reads_and_writes_as_schema_1_has_it() => Same("charges", new ChargePage(["ch_1", "ch_2"]), StateJson.ChargePage);

    [Fact]
    public void The_index_of_dead_letters_reads_and_writes_as_schema_1_has_it() => Same("index", new DeadLetterIndex(1, 205), StateJson.DeadLetterIndex);

    [Fact]
    public void A_page_of_dead_letters_reads_and_writes_as_schema_1_has_it() => Same(
        "page",
        new DeadLetterPage([new StoredLetter(100, Letter), new StoredLetter(101, DeadLetter.OfSync("cus_1", "PassKit answered 400: no", 3, Day))]),
        StateJson.DeadLetterPage);

    [Fact]
    public void A_dead_letter_reads_and_writes_as_schema_1_has_it() => Same(
        "letter", new StoredLetter(100, Letter with { Event = JsonSerializer.SerializeToElement(new { id = "evt_9", amount = 1.50m }) }), StateJson.StoredLetter);

    [Fact]
    public void A_customer_reads_and_writes_as_schema_2_has_it() => Same("customer", Record2, StateJson.CustomerState, schema: 2);

    [Fact]
    public void A_customer_reads_and_writes_as_schema_3_has_it() => Same("customer", Record3, StateJson.CustomerState, schema: 3);

    [Fact]
    public void A_ledger_reads_and_writes_as_schema_2_has_it() => Same("charge", Ledger2, StateJson.ChargeLedger, schema: 2);

    [Fact]
    public void An_undone_payment_reads_and_writes_as_schema_2_has_it() => Same("undone", new UndonePayment("pi_1"), StateJson.UndonePayment, schema: 2);

    [Fact]
    public void A_stamp_reads_and_writes_as_schema_3_has_it() => Same("stamp", new Stamp(1), StateJson.Stamp, schema: 3);

    [Fact]
    public void A_walk_through_those_who_hold_a_price_reads_and_writes_as_schema_2_has_it() => Same(
        "walk",
        new CatalogueWalk(new CatalogueChange("evt_1", "price.updated", "price", "price_1"), 2) { Prices = ["price_1", "price_2"], After = "sub_1", Attempts = 3, NextAt = Day.AddSeconds(4) },
        StateJson.CatalogueWalk,
        schema: 2);

    [Fact]
    public void The_newest_samples_leave_no_field_out()
    {
        // A list whose rows leave a field out would let that field be renamed unseen.
        var sample = JsonNode.Parse(Sample("customer", 3))!;
        var ledger = JsonNode.Parse(Sample("charge", 2))!;

        Assert.Equal(CustomerState.CurrentSchema, sample["schemaVersion"]!.GetValue<int>());
        Assert.Equal(Properties<CustomerState>(), Names(sample));
        Assert.Equal(Properties<CustomerFact>(), Names(sample["customer"]!));
        Assert.Equal(Properties<CheckoutSessionFact>(), Names(sample["checkout"]!));
        Assert.Equal(Properties<SubscriptionFact>(), Names(sample["subscriptions"]![0]!));
        Assert.Equal(Properties<SubscriptionItem>(), Names(sample["subscriptions"]![0]!["items"]![0]!));
        Assert.Equal(Properties<InvoiceFact>(), Names(sample["invoices"]![0]!));
        Assert.Equal(Properties<PassRecord>(), Names(sample["pass"]!));
        Assert.Equal(Properties<StripeMetadata>(), Names(sample["stripeMetadata"]!));
        Assert.Equal(Properties<TierReached>(), Names(sample["tierReached"]!));
        Assert.Equal(Properties<BegunForgetting>(), Names(sample["forgetting"]!));
        Assert.Equal(Properties<PendingChanges>(), Names(sample["unpublished"]!));
        Assert.Equal(Properties<PassChange>(), Names(sample["unpublished"]!["changes"]![0]!));
        Assert.Equal(Properties<AnnouncedPass>(), Names(sample["pass"]!["announced"]!));
        Assert.Equal(Properties<Overwritten>(), Names(sample["pass"]!["overwritten"]!));
        Assert.Equal(Properties<PassContent>(), Names(sample["pass"]!["told"]!));
        Assert.Equal(Properties<PaidItems>(), Names(sample["subscriptions"]![0]!["paid"]!));
        Assert.Equal(Properties<PurchaseFact>(), Names(sample["purchases"]![0]!));
        Assert.Equal(Properties<PurchasedItem>(), Names(sample["purchases"]![0]!["items"]![0]!));
        Assert.Equal(Properties<AsOf>(), Names(sample["purchases"]![0]!["asOf"]!));
        Assert.Equal(Properties<SuspendingDispute>(), Names(sample["disputes"]![0]!));
        Assert.Equal(Properties<Spend>(), Names(sample["spend"]![1]!));
        Assert.Equal(typeof(MonthSpend).GetProperties().Length, sample["months"]![0]!.AsArray().Count);
        Assert.Equal(Properties<PendingReads>(), Names(sample["reads"]!));
        Assert.Equal(Properties<StripeReference>(), Names(sample["reads"]!["objects"]![0]!));
        Assert.Equal(Properties<ChargeLedger>(), Names(ledger));
        Assert.Equal(Properties<ChargeFact>(), Names(ledger["charge"]!));
        Assert.Equal(Properties<RefundFact>(), Names(ledger["refunds"]![0]!));
        Assert.Equal(Properties<DisputeFact>(), Names(ledger["disputes"]![0]!));
        Assert.Equal(Properties<Stamp>(), Names(JsonNode.Parse(Sample("stamp", 3))!));
        Assert.Equal(Properties<StripeMetadata>(), Names(sample["stripeMetadata"]!));
        Assert.Equal(Properties<CatalogueWalk>(), Names(JsonNode.Parse(Sample("walk", 2))!));
        Assert.Equal(Properties<CatalogueChange>(), Names(JsonNode.Parse(Sample("walk", 2))!["change"]!));
        Assert.Equal(Properties<DeadLetter>(), Names(JsonNode.Parse(Sample("letter", 1))!["letter"]!));
    }

    [Fact]
    public void What_older_code_did_not_write_reads_as_what_nobody_said()
    {
        Alike(CustomerState.Of(CustomerId.Parse("cus_1")), Read("""{"customerId":"cus_1"}""", StateJson.CustomerState), StateJson.CustomerState);
        Alike(CustomerState.Of(CustomerId.Parse("cus_1")), Read("""{"customerId":"cus_1","pass":{}}""", StateJson.CustomerState), StateJson.CustomerState);
        Alike(ChargeLedger.Of("ch_1"), Read("""{"id":"ch_1"}""", StateJson.ChargeLedger), StateJson.ChargeLedger);
    }

    private static string Sample(string name, int schema)
    {
        using var stream = typeof(StoredStateTests).Assembly.GetManifestResourceStream($"Schema{schema}/{name}.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Same<T>(string name, T expected, JsonTypeInfo<T> type, int schema = 1)
    {
        var read = Read(Sample(name, schema), type);

        Alike(expected, read, type);
        Assert.Equal(Plain(Sample(name, schema)), Plain(JsonSerializer.Serialize(read, type)));
    }

    private static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;

    // Immutable arrays are equal only to themselves, so objects are compared by another serializer that knows all their properties.
    private static void Alike<T>(T expected, T read, JsonTypeInfo<T> type)
    {
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(read));
        Assert.Equal(Plain(JsonSerializer.Serialize(expected, type)), Plain(JsonSerializer.Serialize(read, type)));
    }

    private static IEnumerable<string> Properties<T>() => typeof(T).GetProperties()
        .Where(property => property.SetMethod is not null)
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal);

    /// <summary>The JSON with its keys in order: stores keep no order.</summary>
    private static string Plain(string json) => Sorted(JsonNode.Parse(json)!).ToJsonString();

    // Neither the samples nor what is written hold a null.
    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Sorted(field.Value!)))),
        JsonArray rows => new JsonArray([.. rows.Select(row => Sorted(row!))]),
        _ => node.DeepClone(),
    };
}
