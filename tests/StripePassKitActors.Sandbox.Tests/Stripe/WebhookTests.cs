using Stripe;
using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class WebhookTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task Every_event_is_delivered_signed_with_Stripes_headers()
    {
        await using var stripe = await Merchant.StartAsync();

        await stripe.SubscribeAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        var all = await stripe.EventsAsync();
        Assert.Equal(all.Select(one => one.Id).Order(), stripe.Webhook.Events.Select(one => one.Id).Order());
        Assert.All(all, one => Assert.Equal(0, one.PendingWebhooks));
        Assert.All(stripe.Webhook.Events, one => Assert.Equal((1L, false, StripeConfiguration.ApiVersion), (one.PendingWebhooks, one.Livemode, one.ApiVersion)));
        Assert.All(stripe.Webhook.Deliveries, delivery => Assert.Equal(
            ("application/json; charset=utf-8", true),
            (delivery.Headers["Content-Type"], delivery.Headers["User-Agent"].StartsWith("Stripe/1.0", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task An_endpoint_gets_what_it_wants_with_a_secret_that_is_told_once()
    {
        await using var stripe = await Merchant.StartAsync();
        await using var other = await Receiver.StartAsync(stripe.Time);
        var made = await stripe.V1.WebhookEndpoints.CreateAsync(
            new WebhookEndpointCreateOptions { Url = "https://elsewhere.example/hook", EnabledEvents = ["customer.created"] }, cancellationToken: Stop);
        Assert.StartsWith("whsec_", made.Secret, StringComparison.Ordinal);
        Assert.Null((await stripe.V1.WebhookEndpoints.GetAsync(made.Id, cancellationToken: Stop)).Secret);

        await stripe.V1.WebhookEndpoints.UpdateAsync(made.Id, new WebhookEndpointUpdateOptions { Disabled = true }, cancellationToken: Stop);
        Assert.Equal(["disabled", "enabled"], (await stripe.V1.WebhookEndpoints.ListAsync(cancellationToken: Stop)).Select(endpoint => endpoint.Status));
        await stripe.PriceAsync();
        await stripe.V1.WebhookEndpoints.DeleteAsync(made.Id, cancellationToken: Stop);

        Assert.All(await stripe.EventsAsync(), one => Assert.InRange(one.PendingWebhooks, 0, 1));
        Assert.Equal(404, (int)(await Merchant.RefusedAsync(() => stripe.V1.WebhookEndpoints.GetAsync(made.Id, cancellationToken: Stop))).HttpStatusCode);
    }

    [Fact]
    public async Task An_endpoint_that_did_not_ask_for_a_type_is_not_told()
    {
        await using var stripe = await Merchant.StartAsync();
        var endpoint = Assert.Single(await stripe.V1.WebhookEndpoints.ListAsync(cancellationToken: Stop));
        await stripe.V1.WebhookEndpoints.UpdateAsync(endpoint.Id, new WebhookEndpointUpdateOptions { EnabledEvents = ["price.created"] }, cancellationToken: Stop);

        await stripe.PriceAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal("price.created", Assert.Single(stripe.Webhook.Events).Type);
    }

    [Fact]
    public async Task A_delivery_that_fails_is_tried_again_with_ever_longer_waits_for_three_days()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Webhook.Answer = _ => 500;
        await stripe.CustomerOnlyAsync();

        foreach (var retry in Deliveries.Retries)
        {
            await stripe.Sandbox.SettledAsync(Stop);
            stripe.Time.SetUtcNow(Merchant.Opening + retry);
        }

        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Equal([TimeSpan.Zero, .. Deliveries.Retries], stripe.Webhook.Deliveries.Select(delivery => delivery.At - Merchant.Opening));
        Assert.Equal(TimeSpan.FromDays(3), Deliveries.Retries[^1]);
        Assert.Single(stripe.Webhook.Events.Select(one => one.Id).Distinct());
        var pending = Assert.Single(stripe.Sandbox.PendingDeliveries);
        Assert.Equal((11, 500, false), (pending.Attempts, pending.LastStatus, pending.Continues));

        stripe.Time.Advance(TimeSpan.FromDays(3));
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Equal(11, stripe.Webhook.Deliveries.Count);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    public async Task Any_answer_but_2xx_is_a_failure(int status)
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Webhook.Answer = _ => status;

        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        var pending = Assert.Single(stripe.Sandbox.PendingDeliveries);
        Assert.Equal((1, status, true), (pending.Attempts, pending.LastStatus, pending.Continues));
    }

    [Fact]
    public async Task An_endpoint_that_nobody_serves_is_a_failure_without_a_status()
    {
        await using var stripe = await Merchant.StartAsync();
        using var nobody = new Unserved();
        var endpoint = Assert.Single(await stripe.V1.WebhookEndpoints.ListAsync(cancellationToken: Stop));
        await stripe.V1.WebhookEndpoints.UpdateAsync(endpoint.Id, new WebhookEndpointUpdateOptions { Url = nobody.Url }, cancellationToken: Stop);

        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Null(Assert.Single(stripe.Sandbox.PendingDeliveries).LastStatus);
    }

    [Fact]
    public async Task Undelivered_events_can_be_listed_until_a_retry_succeeds()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Webhook.Answer = _ => 503;
        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Equal(("customer.created", 1L), (Assert.Single(await ListAsync(delivered: false)).Type, (await ListAsync(delivered: false)).Single().PendingWebhooks));
        Assert.Empty(await ListAsync(delivered: true));

        stripe.Webhook.Answer = _ => 200;
        stripe.Time.Advance(Deliveries.Retries[0]);
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Empty(await ListAsync(delivered: false));
        Assert.Equal(0, Assert.Single(await ListAsync(delivered: true)).PendingWebhooks);

        Task<StripeList<Event>> ListAsync(bool delivered) => stripe.V1.Events.ListAsync(new EventListOptions { DeliverySuccess = delivered }, cancellationToken: Stop);
    }

    [Fact]
    public async Task An_endpoint_that_is_disabled_ends_the_retries_of_its_events()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Webhook.Answer = _ => 500;
        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        var endpoint = Assert.Single(await stripe.V1.WebhookEndpoints.ListAsync(cancellationToken: Stop));
        await stripe.V1.WebhookEndpoints.UpdateAsync(endpoint.Id, new WebhookEndpointUpdateOptions { Disabled = true }, cancellationToken: Stop);
        stripe.Time.Advance(TimeSpan.FromDays(4));
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Single(stripe.Webhook.Deliveries);
        Assert.Empty(stripe.Sandbox.PendingDeliveries);
    }

    [Fact]
    public async Task Deliveries_come_twice_on_request()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Sandbox.Trouble = DeliveryTrouble.Of(twice: true);

        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal(2, stripe.Webhook.Events.Count());
        Assert.Single(stripe.Webhook.Events.Select(one => one.Id).Distinct());
        Assert.Equal(0, Assert.Single(await stripe.EventsAsync()).PendingWebhooks);
    }

    [Fact]
    public async Task Deliveries_come_late_on_request()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Sandbox.Trouble = DeliveryTrouble.Of(late: TimeSpan.FromHours(2));
        await stripe.CustomerOnlyAsync();

        stripe.Time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromTicks(1));
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Empty(stripe.Webhook.Events);

        stripe.Time.Advance(TimeSpan.FromTicks(1));
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Equal(Merchant.Opening.UtcDateTime, Assert.Single(stripe.Webhook.Events).Created);
    }

    [Fact]
    public async Task Deliveries_come_out_of_order_on_request()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Sandbox.Trouble = DeliveryTrouble.Of(scatter: TimeSpan.FromMinutes(20), seed: 7);
        await stripe.SubscribeAsync();

        for (var minute = 0; minute < 20; minute++)
        {
            stripe.Time.Advance(TimeSpan.FromMinutes(1));
            await stripe.Sandbox.SettledAsync(Stop);
        }

        var happened = (await stripe.EventsAsync()).Select(one => one.Id).ToList();
        var arrived = stripe.Webhook.Events.Select(one => one.Id).ToList();
        Assert.Equal(happened.Order(), arrived.Order());
        Assert.NotEqual(happened, arrived);
    }

    [Fact]
    public async Task An_event_can_be_delivered_again_by_hand()
    {
        await using var stripe = await Merchant.StartAsync();
        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);

        stripe.Dashboard.DeliverAgain(stripe.Webhook.Events.Single().Id);
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal(2, stripe.Webhook.Events.Count());
        Assert.Single(stripe.Webhook.Events.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task An_event_by_hand_that_fails_is_not_tried_again_and_does_not_stop_the_schedule()
    {
        await using var stripe = await Merchant.StartAsync();
        stripe.Webhook.Answer = _ => 500;
        await stripe.CustomerOnlyAsync();
        await stripe.Sandbox.SettledAsync(Stop);
        stripe.Dashboard.DeliverAgain(stripe.Webhook.Events.Single().Id);
        await stripe.Sandbox.SettledAsync(Stop);
        Assert.Equal(2, stripe.Webhook.Deliveries.Count);

        stripe.Time.Advance(Deliveries.Retries[0]);
        await stripe.Sandbox.SettledAsync(Stop);

        Assert.Equal(3, stripe.Webhook.Deliveries.Count);
    }

    [Fact]
    public async Task Events_are_shown_for_thirty_days_and_found_by_type()
    {
        await using var stripe = await Merchant.StartAsync();
        await stripe.PriceAsync();
        var made = Assert.Single(await stripe.V1.Events.ListAsync(new EventListOptions { Types = ["price.created", "price.updated"] }, cancellationToken: Stop));
        Assert.Equal(2, (await stripe.V1.Events.ListAsync(new EventListOptions { Type = "pr*" }, cancellationToken: Stop)).Count());
        Assert.IsType<Price>((await stripe.V1.Events.GetAsync(made.Id, cancellationToken: Stop)).Data.Object);

        stripe.Time.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));

        Assert.Empty(await stripe.V1.Events.ListAsync(cancellationToken: Stop));
        await Merchant.RefusedAsync(() => stripe.V1.Events.GetAsync(made.Id, cancellationToken: Stop));
    }
}
