using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Checkout;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>What a merchant changes about a price or a product reaches those who hold it, who have no event of their own.</summary>
public sealed class Holders(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task B2_Another_tier_on_a_price_or_its_product_reaches_the_pass_of_who_holds_it_up_and_down(Sidecars sidecars)
    {
        await using var stripe = await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = null }, TimeProvider.System, Cancelled);
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(
            platform, Cancelled, customersSettings: [("Stripe:ApiKey", "rk_test_OfTheTests"), ("Stripe:Livemode", "false"), ("Stripe:ApiBase", stripe.Address.ToString())]);
        var price = stripe.Sandbox.Call(
            "POST", "/v1/prices", ("currency", "usd"), ("unit_amount", "1000"), ("recurring[interval]", "month"), ("product_data[name]", "The card"), ("metadata[passkit_tier]", "silver"));
        var session = (string)stripe.Sandbox.Call("POST", "/v1/checkout/sessions", ("mode", "subscription"), ("line_items[0][price]", (string?)price["id"]), ("line_items[0][quantity]", "1"))["id"]!;
        Assert.IsType<CheckoutResult.Complete>(stripe.Sandbox.Operations.Pay(session, new Buyer("4242424242424242", "ada@example.com", "Ada")));
        var bought = stripe.Sandbox.Call("GET", $"/v1/checkout/sessions/{session}");
        var customer = (string)bought["customer"]!;
        await merchant.StripeSaysAsync(StripeEvent.Of("evt_1", "customer.subscription.created", stripe.Sandbox.Call("GET", $"/v1/subscriptions/{bought["subscription"]}")), Cancelled);
        await ShowsAsync("silver");

        await WriteAsync("evt_2", "price", (string)price["id"]!, "gold");
        await ShowsAsync("gold");

        await WriteAsync("evt_3", "product", (string)price["product"]!, "bronze");
        await WriteAsync("evt_4", "price", (string)price["id"]!, "");
        await ShowsAsync("bronze");

        async Task WriteAsync(string eventId, string kind, string id, string tier)
        {
            var changed = stripe.Sandbox.Call("POST", $"/v1/{kind}s/{id}", ("metadata[passkit_tier]", tier));
            await merchant.StripeSaysAsync(StripeEvent.Of(eventId, $"{kind}.updated", (JsonObject)changed.DeepClone()), Cancelled);
        }

        Task ShowsAsync(string tier) => Eventually.Async(
            () => Task.FromResult(merchant.PassKit.Find(customer)?.TierId == tier), $"the pass is to be {tier}", cancellationToken: Cancelled);
    }
}
