using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Send;

public sealed class SamplesTests
{
    private static readonly string[] Files = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples")).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task The_samples_tell_one_customers_story_in_order()
    {
        await using var webhook = await Webhook.StartAsync();

        var (code, _, _) = await Sending.RunAsync([.. Files, "--to", webhook.Url]);

        Assert.Equal(0, code);
        Assert.Equal(
            ["customer.created", "customer.subscription.created", "charge.succeeded", "invoice.paid", "customer.subscription.updated", "charge.refunded"],
            webhook.Taken.Select(taken => taken.Type));
        Assert.Equal(webhook.Taken.OrderBy(taken => taken.Created).Select(taken => taken.Id), webhook.Taken.Select(taken => taken.Id));
        Assert.Equal(Files.Length, webhook.Taken.DistinctBy(taken => taken.Id).Count());
        Assert.All(webhook.Taken, taken => Assert.Equal(StripeConfiguration.ApiVersion, taken.ApiVersion));
    }

    [Fact]
    public async Task The_samples_are_read_by_Stripes_library_as_what_they_say()
    {
        await using var webhook = await Webhook.StartAsync();

        await Sending.RunAsync([.. Files, "--to", webhook.Url]);

        var objects = webhook.Taken.Select(taken => taken.Data.Object).ToList();
        var (created, cancelled) = ((Subscription)objects[1], (Subscription)objects[4]);
        var (charge, refunded) = ((Charge)objects[2], (Charge)objects[5]);
        Assert.Equal(("cus_ada", "Ada Lovelace"), (((Customer)objects[0]).Id, ((Customer)objects[0]).Name));
        var item = Assert.Single(created.Items.Data);
        Assert.Equal(("active", "price_gold", "prod_gold"), (created.Status, item.Price.Id, item.Price.ProductId));
        Assert.Equal((new DateTime(2026, 11, 24, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 12, 24, 0, 0, 0, DateTimeKind.Utc)), (item.CurrentPeriodStart, item.CurrentPeriodEnd));
        Assert.Equal((false, true), (created.CancelAtPeriodEnd, cancelled.CancelAtPeriodEnd));
        Assert.Equal((1000, 0, "usd"), (charge.AmountCaptured, charge.AmountRefunded, charge.Currency));
        Assert.Equal((400, false), (refunded.AmountRefunded, refunded.Refunded));
        Assert.Equal("sub_ada", ((Invoice)objects[3]).Parent.SubscriptionDetails.SubscriptionId);
        Assert.All(new[] { created.CustomerId, cancelled.CustomerId, charge.CustomerId, refunded.CustomerId, ((Invoice)objects[3]).CustomerId },
            customer => Assert.Equal("cus_ada", customer));
    }
}
