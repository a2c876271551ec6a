using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>What Stripe has, as a test says; away, refusing or silent when told to.</summary>
internal sealed class FakeStripe : IStripeApi
{
    private readonly ConcurrentDictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CancellationToken, int> turns = [];

    /// <summary>By which its answers are dated.</summary>
    public SteppingClock Clock { get; set; } = null!;

    /// <summary>What was asked, oldest first: <c>charge ch_1</c>, <c>all of cus_1</c>, <c>payer of ch_1</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>How often it was asked for what somebody bought.</summary>
    public int Listed { get; private set; }

    /// <summary>What it says instead of an answer; null: it answers.</summary>
    public Func<Exception>? Fails { get; set; }

    /// <summary>The calls that its key is not allowed to make; null: it may make all.</summary>
    public Predicate<string>? Refuses { get; set; }

    /// <summary>Whether it takes calls and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>How many calls it answers within the time of one turn; null: all.</summary>
    public int? CallsATurn { get; set; }

    /// <summary>When the first charge for an invoice failed, by its id.</summary>
    public Dictionary<string, DateTimeOffset> FirstFailures { get; } = [];

    public static Exception Away() => new StripeUnavailableException("Stripe is away.");

    /// <summary>Has these objects from now on, in the place of others of their ids.</summary>
    public void Put(params JsonObject[] put)
    {
        foreach (var one in put) objects[(string)one["id"]!] = one;
    }

    public void Remove(string id) => objects.TryRemove(id, out _);

    /// <summary>What was asked since this was last called.</summary>
    public IReadOnlyList<string> Asked()
    {
        List<string> asked = [];
        while (Calls.TryDequeue(out var call)) asked.Add(call);
        return asked;
    }

    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string kind, string id, CancellationToken budget)
    {
        await AnswerAsync($"{kind} {id}", budget);
        return objects.GetValueOrDefault(id) is { } found ? [.. (found["object"]!.ToString() is "checkout.session" or "invoice" ? Beside(found).Append(found) : Beside(found).Prepend(found)).Select(Shown)] : [];
    }

    public async Task<IReadOnlyList<StripeObject>> ReadCustomerAsync(string customerId, CancellationToken budget)
    {
        await AnswerAsync($"all of {customerId}", budget);
        if (!objects.TryGetValue(customerId, out var customer)) return [];
        var charges = Of("charge").OrderByDescending(charge => (long)charge["created"]!).Take(50);
        return [.. new[] { customer }.Concat(Of("subscription").Concat(charges).SelectMany(one => Beside(one).Prepend(one))).Select(Shown)];

        IEnumerable<JsonObject> Of(string kind) => objects.Values.Where(one => (string?)one["object"] == kind && (string?)one["customer"] == customerId);
    }

    public async Task<IReadOnlyList<StripeReference>> PurchasesAsync(string customerId, IReadOnlySet<string> known, CancellationToken budget)
    {
        Listed++;
        await Task.Yield();
        if (Fails is { } fails) throw fails();
        return
        [
            .. objects.Values.Where(one => (string?)one["customer"] == customerId && IsPurchase(one) && !known.Contains((string)one["id"]!))
                .GroupBy(one => (string)one["object"]!).SelectMany(kind => kind.OrderByDescending(one => (long?)one["created"]).Take(20))
                .Select(one => new StripeReference((string)one["object"]!, (string)one["id"]!)),
        ];

        static bool IsPurchase(JsonObject one) => (string)one["object"]! switch
        {
            "checkout.session" => (string?)one["mode"] == "payment" && (string?)one["payment_status"] is "paid" or "no_payment_required",
            "invoice" => one["subscription"] is null && (string?)one["status"] == "paid",
            _ => false,
        };
    }

    public async Task<string?> CustomerOfChargeAsync(string chargeId, CancellationToken budget)
    {
        await AnswerAsync($"payer of {chargeId}", budget);
        return (string?)objects.GetValueOrDefault(chargeId)?["customer"];
    }

    public Task<IReadOnlyList<string>> PricesOfProductAsync(string productId, CancellationToken budget) => throw new NotSupportedException();

    public Task<(IReadOnlyList<StripeObject> Subscriptions, string? Next)> SubscriptionsOfPriceAsync(string priceId, string? after, CancellationToken budget) =>
        throw new NotSupportedException();

    private IEnumerable<JsonObject> Beside(JsonObject found) => (string)found["object"]! switch
    {
        "charge" => objects.Values.Where(one => (string?)one["object"] == "dispute" && (string?)one["charge"] == (string?)found["id"]),
        "subscription" when (string?)found["status"] == "past_due" => objects.Values
            .Where(one => (string?)one["object"] == "invoice" && (string?)one["subscription"] == (string?)found["id"] && (string?)one["status"] == "open"),
        "checkout.session" or "invoice" => objects.Values
            .Where(one => (string?)one["object"] == "charge" && (string?)one["payment_intent"] is { } intent && intent == PaymentOf(found) && ((long?)one["amount_refunded"] > 0 || (bool?)one["disputed"] == true))
            .SelectMany(charge => Beside(charge).Prepend(charge)),
        _ => [],
    };

    private static string? PaymentOf(JsonObject found) => found["payment_intent"] is JsonObject intent ? (string?)intent["id"] : (string?)found["payment_intent"];

    private async Task AnswerAsync(string call, CancellationToken budget)
    {
        Calls.Enqueue(call);
        await Task.Yield();
        if (Hangs)
        {
            // Nobody else moves the clock: all time that passes is time that this answer is waited for.
            for (var waited = 0; waited < 100 && !budget.IsCancellationRequested; waited++) Clock.Advance(TimeSpan.FromMilliseconds(100));
            throw new StripeUnavailableException("It never answers.");
        }

        if (Fails is { } fails) throw fails();
        if (Refuses?.Invoke(call) == true) throw new StripeRefusedException("The key is not allowed to.");
        if (turns.AddOrUpdate(budget, 1, (_, calls) => calls + 1) > CallsATurn) throw new StripeUnavailableException("It has no more time.");
    }

    private StripeObject Shown(JsonObject one)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(Clock.GetUtcNow().ToUnixTimeSeconds());
        return new StripeObject((string)one["object"]!, JsonSerializer.SerializeToElement(one), second)
        {
            FirstFailedAt = FirstFailures.TryGetValue((string)one["id"]!, out var failed) ? failed : null,
        };
    }
}

/// <summary>Stripe's objects, as short as they can be read.</summary>
internal static class StripeThings
{
    public static JsonObject Customer(string id = "cus_1", params (string Key, string Value)[] metadata) => new()
    {
        ["id"] = id, ["object"] = "customer", ["email"] = "ada@example.com", ["name"] = "Ada",
        ["metadata"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    public static JsonObject Subscription(string status = "active", string tier = "gold", DateTimeOffset? until = null, string id = "sub_1", string customer = "cus_1", bool ends = false) => new()
    {
        ["id"] = id, ["object"] = "subscription", ["customer"] = customer, ["status"] = status, ["cancel_at_period_end"] = ends,
        ["items"] = new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject
            {
                ["current_period_start"] = Unix(PassKitWorld.Start), ["current_period_end"] = Unix(until ?? Facts.PeriodEnd), ["quantity"] = 1,
                ["price"] = new JsonObject { ["id"] = $"price_{tier}", ["product"] = $"prod_{tier}", ["metadata"] = new JsonObject { ["passkit_tier"] = tier } },
            }),
        },
    };

    public static JsonObject Charge(long amount, string id = "ch_1", string? customer = "cus_1", long refunded = 0, DateTimeOffset? created = null, string? intent = null, string currency = "usd") => new()
    {
        ["id"] = id, ["object"] = "charge", ["customer"] = customer, ["payment_intent"] = intent ?? id.Replace("ch_", "pi_", StringComparison.Ordinal),
        ["created"] = Unix(created ?? PassKitWorld.Start), ["currency"] = currency, ["amount"] = amount, ["amount_captured"] = amount, ["amount_refunded"] = refunded, ["status"] = "succeeded",
    };

    public static JsonObject Refund(long amount, string id = "re_1", string charge = "ch_1", string? customer = null, string status = "succeeded") => new()
    {
        ["id"] = id, ["object"] = "refund", ["charge"] = charge, ["payment_intent"] = charge.Replace("ch_", "pi_", StringComparison.Ordinal),
        ["customer"] = customer, ["amount"] = amount, ["status"] = status,
    };

    public static JsonObject Dispute(long amount, string status = "needs_response", string id = "dp_1", string charge = "ch_1") => new()
    {
        ["id"] = id, ["object"] = "dispute", ["charge"] = charge, ["payment_intent"] = charge.Replace("ch_", "pi_", StringComparison.Ordinal),
        ["amount"] = amount, ["status"] = status, ["created"] = Unix(PassKitWorld.Start),
    };

    public static JsonObject Session(string id = "cs_1", string? intent = "pi_1", string? customer = null, string payment = "paid", string? tier = "gold", string email = "ada@example.com") => new()
    {
        ["id"] = id, ["object"] = "checkout.session", ["mode"] = "payment", ["status"] = "complete", ["payment_status"] = payment, ["payment_intent"] = intent, ["customer"] = customer,
        ["created"] = Unix(PassKitWorld.Start), ["customer_details"] = new JsonObject { ["email"] = email, ["name"] = "Ada" },
        ["metadata"] = tier is null ? new JsonObject() : new JsonObject { ["passkit_tier"] = tier },
    };

    public static JsonObject Invoice(string id = "in_1", string status = "open", DateTimeOffset? created = null, string subscription = "sub_1", string customer = "cus_1") => new()
    {
        ["id"] = id, ["object"] = "invoice", ["customer"] = customer, ["subscription"] = subscription, ["status"] = status, ["created"] = Unix(created ?? PassKitWorld.Start),
    };

    /// <summary>An event of an object, so many seconds after the clock's start.</summary>
    public static string Event(string id, JsonObject thing, int seconds = 0, string type = "any.type", string? before = null)
    {
        var data = new JsonObject { ["object"] = thing.DeepClone() };
        if (before is not null) data["previous_attributes"] = JsonNode.Parse(before);
        return new JsonObject { ["id"] = id, ["object"] = "event", ["type"] = type, ["created"] = Unix(PassKitWorld.Start.AddSeconds(seconds)), ["data"] = data }.ToJsonString();
    }

    public static long Unix(DateTimeOffset moment) => moment.ToUnixTimeSeconds();

    /// <summary>The same, of a customer account.</summary>
    public static JsonObject OfAccount(JsonObject thing)
    {
        thing["customer_account"] = "acct_1";
        return thing;
    }
}
