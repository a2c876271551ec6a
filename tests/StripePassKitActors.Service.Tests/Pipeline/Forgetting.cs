using System.Text.Json.Nodes;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>Who asks to be forgotten, or is deleted where the merchant forgets, is.</summary>
public sealed class Forgetting(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task Who_is_forgotten_is_gone_from_PassKit_and_from_the_store_and_others_are_not(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        foreach (var customer in (string[])["cus_1", "cus_2"])
        {
            await merchant.StripeSaysAsync(StripeEvent.Customer(customer), Cancelled);
            await merchant.StripeSaysAsync(StripeEvent.Subscription(customer, "active"), Cancelled);
            await merchant.StripeSaysAsync(StripeEvent.Charge(customer, 1000), Cancelled);
            await merchant.InspectAsync(customer, seen => (string?)seen["pass"]!["state"] == "synced" && seen["charges"]!.AsArray().Count == 1, "the pass is issued", Cancelled);
        }

        await merchant.StripeSaysAsync(
            StripeEvent.Of("evt_broken", "charge.succeeded", new JsonObject { ["id"] = "ch_9", ["object"] = "charge", ["customer"] = "cus_1", ["amount"] = -1 }), Cancelled);
        await Eventually.Async(
            () => merchant.OperatorAsync(HttpMethod.Get, "api/dead-letters", Cancelled), list => list!["items"]!.AsArray().Count == 1, "it is parked", cancellationToken: Cancelled);

        Assert.NotEmpty(await StoredAsync(platform, "cus_1@example.com"));
        Assert.NotEmpty(await StoredAsync(platform, "ch_cus_1_1"));

        var forgotten = await merchant.OperatorAsync(HttpMethod.Delete, "api/customers/cus_1", Cancelled);

        Assert.Equal(
            ("cus_1", true, 1, 1, 1),
            ((string?)forgotten!["customerId"], (bool)forgotten["memberDeleted"]!, (int)forgotten["charges"]!, (int)forgotten["subscriptions"]!, (int)forgotten["deadLetters"]!));
        Assert.Null(merchant.PassKit.Find("cus_1"));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Get, "api/customers/cus_1", Cancelled));
        Assert.Empty(await StoredAsync(platform, "cus_1@example.com"));
        Assert.Empty(await StoredAsync(platform, "ch_cus_1_1"));
        Assert.Equal(
            ["customers||CustomerActor||cus_1||customer", "customers||CustomerActor||cus_1||stamp"],
            (await StoredAsync(platform, "cus_1")).Order(StringComparer.Ordinal)); // that she was forgotten, and which save said so

        Assert.NotNull(merchant.PassKit.Find("cus_2"));
        Assert.NotNull(await merchant.OperatorAsync(HttpMethod.Get, "api/customers/cus_2", Cancelled));

        // What was under way when she was forgotten brings nothing back; the event after it tells that it was taken.
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 5000, id: "late"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_2", 5000, id: "late"), Cancelled);
        await merchant.InspectAsync("cus_2", seen => seen["charges"]!.AsArray().Count == 2, "the event after it is taken", Cancelled);
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Get, "api/customers/cus_1", Cancelled));
    }

    [Theory]
    [OnEachSidecar]
    public async Task With_Forget_a_customer_whom_Stripe_deletes_is_forgotten(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled, customersSettings: ("Membership:OnCustomerDeleted", "Forget"));
        await merchant.StripeSaysAsync(StripeEvent.Customer("cus_1"), Cancelled);
        await merchant.StripeSaysAsync(StripeEvent.Charge("cus_1", 60_000), Cancelled);
        await merchant.InspectAsync("cus_1", seen => (string?)seen["pass"]!["state"] == "synced", "the pass is issued", Cancelled);

        await merchant.StripeSaysAsync(
            StripeEvent.Of("evt_deleted", "customer.deleted", new JsonObject { ["id"] = "cus_1", ["object"] = "customer", ["email"] = "cus_1@example.com", ["name"] = "Ada" }, seconds: 1), Cancelled);

        await Eventually.Async(
            async () => await merchant.OperatorAsync(HttpMethod.Get, "api/customers/cus_1", Cancelled) is null, "she is forgotten", cancellationToken: Cancelled);
        Assert.Null(merchant.PassKit.Find("cus_1"));
        Assert.Empty(await StoredAsync(platform, "cus_1@example.com"));
    }

    /// <summary>Keys of the state store whose name or value holds a text; the topics' own messages are not in it.</summary>
    private static Task<IReadOnlyList<string>> StoredAsync(IPlatform platform, string text) => platform is DaprdPlatform dapr
        ? dapr.Redis.HashesWithAsync(text, Cancelled)
        : ((DevelopmentPlatform)platform).StoredWithAsync(text, Cancelled);
}
