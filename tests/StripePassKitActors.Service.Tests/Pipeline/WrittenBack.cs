using System.Net;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Checkout;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>What becomes of a pass stands in Stripe, where the merchant looks.</summary>
public sealed class WrittenBack(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task S1_Who_buys_is_seen_in_Stripe_to_hold_a_pass_and_the_events_of_that_write_nothing_again(Sidecars sidecars)
    {
        await using var stripe = await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = null }, TimeProvider.System, Cancelled);
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(
            platform, Cancelled, customersSettings: [("Stripe:ApiKey", "rk_test_OfTheTests"), ("Stripe:Livemode", "false"), ("Stripe:ApiBase", stripe.Address.ToString())]);
        var delivered = new HashSet<string>();
        var price = (string?)stripe.Sandbox.Call(
            "POST", "/v1/prices", ("currency", "usd"), ("unit_amount", "1000"), ("recurring[interval]", "month"), ("product_data[name]", "The card"), ("metadata[passkit_tier]", "silver"))["id"];
        var session = (string)stripe.Sandbox.Call("POST", "/v1/checkout/sessions", ("mode", "subscription"), ("line_items[0][price]", price), ("line_items[0][quantity]", "1"))["id"]!;
        Assert.IsType<CheckoutResult.Complete>(stripe.Sandbox.Operations.Pay(session, new Buyer("4242424242424242", "ada@example.com", "Ada")));
        var bought = stripe.Sandbox.Call("GET", $"/v1/checkout/sessions/{session}");
        var (customer, subscription) = ((string)bought["customer"]!, (string)bought["subscription"]!);

        await DeliverAsync();
        var inspection = await merchant.InspectAsync(
            customer, seen => (string?)seen["stripeMetadata"]!["state"] == "written" && (string?)seen["pass"]!["state"] == "synced", "the pass is issued, and that is written", Cancelled);

        var pass = inspection!["pass"]!;
        var metadata = stripe.Sandbox.Call("GET", $"/v1/customers/{customer}")["metadata"]!;
        Assert.Equal(
            ((string?)pass["memberId"], (string?)pass["url"], "silver", "active"),
            ((string?)metadata["passkit_member_id"], (string?)metadata["passkit_url"], (string?)metadata["passkit_tier"], (string?)metadata["passkit_status"]));
        Assert.Equal((string?)pass["url"], (string?)stripe.Sandbox.Call("GET", $"/v1/subscriptions/{subscription}")["metadata"]!["passkit_url"]);

        // What Stripe tells of these two writes comes back here.
        var echoes = await DeliverAsync();
        Assert.Equal(["customer.subscription.updated", "customer.updated"], echoes.Select(echo => (string?)echo["type"]).Order(StringComparer.Ordinal));
        Assert.All(echoes, echo => Assert.StartsWith($"program-{customer}-", (string?)echo["request"]!["idempotency_key"], StringComparison.Ordinal));
        await merchant.InspectAsync(
            customer,
            seen => echoes.All(echo => seen["recentEvents"]!.AsArray().Any(recent => (string?)recent!["id"] == (string?)echo["id"])),
            "what came back was taken",
            Cancelled);
        await merchant.OperatorAsync(HttpMethod.Post, $"api/customers/{customer}/sync", Cancelled);
        Assert.Empty(await DeliverAsync());

        // Delivers what happened since, as Stripe would; what that was.
        async Task<IReadOnlyList<JsonNode>> DeliverAsync()
        {
            var events = stripe.Sandbox.Call("GET", "/v1/events", ("limit", "100"))["data"]!.AsArray().Reverse().OfType<JsonNode>().Where(one => delivered.Add((string)one["id"]!)).ToList();
            foreach (var one in events) Assert.Equal(HttpStatusCode.OK, await merchant.PostAsync(one.ToJsonString(), Cancelled));
            return events;
        }
    }
}
