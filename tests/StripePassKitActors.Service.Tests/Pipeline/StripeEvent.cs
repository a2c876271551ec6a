using System.Text.Json.Nodes;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>An event as Stripe would send it, of now unless it says otherwise.</summary>
internal sealed record StripeEvent(string Json)
{
    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow();

    public static StripeEvent Of(string id, string type, JsonObject stripeObject, int seconds = 0) => new(new JsonObject
    {
        ["id"] = id,
        ["object"] = "event",
        ["api_version"] = "2026-10-28.endive",
        ["created"] = (Start + TimeSpan.FromSeconds(seconds)).ToUnixTimeSeconds(),
        ["livemode"] = false,
        ["type"] = type,
        ["data"] = new JsonObject { ["object"] = stripeObject },
    }.ToJsonString());

    public static StripeEvent Customer(string customer, string name = "Ada", int seconds = 0) => Of(
        $"evt_{customer}_customer_{seconds}",
        "customer.updated",
        new JsonObject { ["id"] = customer, ["object"] = "customer", ["name"] = name, ["email"] = $"{customer}@example.com", ["metadata"] = new JsonObject() },
        seconds);

    public static StripeEvent Subscription(string customer, string status, int seconds = 0, string price = "price_silver", int days = 30) => Of(
        $"evt_{customer}_{status}_{seconds}",
        status == "canceled" ? "customer.subscription.deleted" : "customer.subscription.updated",
        new JsonObject
        {
            ["id"] = $"sub_{customer}",
            ["object"] = "subscription",
            ["customer"] = customer,
            ["status"] = status,
            ["ended_at"] = status == "canceled" ? (Start + TimeSpan.FromSeconds(-60)).ToUnixTimeSeconds() : null,
            ["items"] = new JsonObject
            {
                ["data"] = new JsonArray(new JsonObject
                {
                    ["price"] = new JsonObject { ["id"] = price, ["product"] = "prod_1" },
                    ["quantity"] = 1,
                    ["current_period_start"] = Start.ToUnixTimeSeconds(),
                    ["current_period_end"] = (Start + TimeSpan.FromDays(days)).ToUnixTimeSeconds(),
                }),
            },
        },
        seconds);

    public static StripeEvent Charge(string customer, long amount, string id = "1", int seconds = 0) => Of(
        $"evt_{customer}_charge_{id}",
        "charge.succeeded",
        new JsonObject
        {
            ["id"] = $"ch_{customer}_{id}",
            ["object"] = "charge",
            ["customer"] = customer,
            ["created"] = Start.ToUnixTimeSeconds(),
            ["currency"] = "usd",
            ["amount"] = amount,
            ["amount_captured"] = amount,
            ["amount_refunded"] = 0,
            ["status"] = "succeeded",
        },
        seconds);
}
