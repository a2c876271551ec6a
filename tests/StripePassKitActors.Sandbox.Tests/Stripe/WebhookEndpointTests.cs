using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class WebhookEndpointTests
{
    private const string Old = "2025-03-31.basil";

    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task Each_endpoint_is_told_what_it_wants_signed_with_its_own_secret()
    {
        await using var stripe = await Merchant.StartAsync();
        await using var other = await Receiver.StartAsync(stripe.Time);
        var made = await CreateAsync(stripe, other.Url, "customer.created");
        other.SignedWith = made.Secret;

        await stripe.CustomerOnlyAsync();
        await stripe.PriceAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal("customer.created", Assert.Single(other.Events).Type);
        Assert.Contains("price.created", stripe.Webhook.Events.Select(one => one.Type));
        Assert.NotEqual(Receiver.Secret, made.Secret);
    }

    [Fact]
    public async Task An_endpoint_of_a_version_of_its_own_is_told_in_that_version()
    {
        await using var stripe = await Merchant.StartAsync();
        await using var other = await Receiver.StartAsync(stripe.Time);
        var usual = await CreateAsync(stripe, "https://elsewhere.example/hook", "*");
        await stripe.V1.WebhookEndpoints.DeleteAsync(usual.Id, cancellationToken: Stop);
        var made = await CreateAsync(stripe, other.Url, "*", Old);
        other.SignedWith = made.Secret;

        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal((null, Old), (usual.ApiVersion, made.ApiVersion));
        Assert.Equal((Old, StripeConfiguration.ApiVersion), (Assert.Single(other.Events).ApiVersion, Assert.Single(stripe.Webhook.Events).ApiVersion));
        var refused = await Merchant.RefusedAsync(() => CreateAsync(stripe, other.Url, "*", "yesterday"));
        Assert.Equal("api_version", refused.StripeError.Param);
    }

    [Theory]
    [InlineData("customer.*")]
    [InlineData("customer.subscription.vanished")]
    public async Task Events_are_named_in_full_or_all_are_wanted(string wanted)
    {
        await using var stripe = await Merchant.StartAsync();

        var refused = await Merchant.RefusedAsync(() => CreateAsync(stripe, "https://elsewhere.example/hook", wanted));

        Assert.Equal((400, "enabled_events[0]"), ((int)refused.HttpStatusCode, refused.StripeError.Param));
    }

    [Fact]
    public async Task An_account_has_sixteen_endpoints_at_most()
    {
        await using var stripe = await Merchant.StartAsync(); // which has one
        for (var number = 2; number <= 16; number++) await CreateAsync(stripe, $"https://{number}.example/", "*");

        var refused = await Merchant.RefusedAsync(() => CreateAsync(stripe, "https://17.example/", "*"));

        Assert.Contains("16", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhooks_are_held_back_until_they_are_let_go_and_then_all_come()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Sandbox.HoldsWebhooks = true;

        await stripe.SubscribeAsync();
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Empty(stripe.Webhook.Deliveries);
        Assert.NotEmpty(stripe.Sandbox.PendingDeliveries);
        Assert.All(stripe.Sandbox.PendingDeliveries, pending => Assert.True(pending.IsHeld));

        stripe.Time.Advance(TimeSpan.FromMinutes(5));
        stripe.Sandbox.HoldsWebhooks = false;
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal((await stripe.EventsAsync()).Select(one => one.Id).Order(), stripe.Webhook.Events.Select(one => one.Id).Order());
        Assert.Empty(stripe.Sandbox.PendingDeliveries);
        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Equal("customer.created", stripe.Webhook.Events.Last().Type);
    }

    [Fact]
    public async Task From_outside_webhooks_are_held_back_and_let_go()
    {
        await using var stripe = await Merchant.StartAsync();
        using var http = new HttpClient { BaseAddress = stripe.Address };
        (await http.PutAsJsonAsync("/sandbox/webhooks", new { held = true }, Stop)).EnsureSuccessStatusCode();

        await stripe.CustomerOnlyAsync();
        var held = JsonNode.Parse(await http.GetStringAsync("/sandbox/webhooks", Stop))!;
        (await http.PutAsJsonAsync("/sandbox/webhooks", new { held = false }, Stop)).EnsureSuccessStatusCode();
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.True((bool)held["held"]!);
        Assert.Single(held["pending"]!.AsArray());
        Assert.Single(stripe.Webhook.Deliveries);
    }

    [Fact]
    public async Task A_restricted_key_that_lacks_a_permission_is_told_which()
    {
        await using var stripe = await Merchant.StartAsync();
        using var http = new HttpClient { BaseAddress = stripe.Address };
        var customer = await stripe.CustomerOnlyAsync();
        (await http.PutAsJsonAsync("/sandbox/missing-permissions", new[] { "rak_customer_write", "rak_plan_read" }, Stop)).EnsureSuccessStatusCode();
        var restricted = stripe.ClientWith("rk_test_123").V1;

        await restricted.Customers.GetAsync(customer.Id, cancellationToken: Stop);
        var write = await Merchant.RefusedAsync(() => restricted.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Name = "Grace" }, cancellationToken: Stop));
        var read = await Merchant.RefusedAsync(() => restricted.Prices.ListAsync(cancellationToken: Stop));

        Assert.Equal((403, "invalid_request_error", null), ((int)write.HttpStatusCode, write.StripeError.Type, write.StripeError.Code));
        Assert.Contains("'rak_customer_write'", write.Message, StringComparison.Ordinal);
        Assert.Contains("'rak_plan_read'", read.Message, StringComparison.Ordinal);
        await stripe.V1.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Name = "Grace" }, cancellationToken: Stop);
    }

    private static Task<WebhookEndpoint> CreateAsync(Merchant stripe, string url, string wanted, string? version = null) =>
        stripe.V1.WebhookEndpoints.CreateAsync(
            new WebhookEndpointCreateOptions { Url = url, EnabledEvents = [wanted], ApiVersion = version }, cancellationToken: Stop);
}
