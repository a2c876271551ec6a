using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class CustomerTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task Metadata_is_merged_and_an_empty_value_removes_its_key()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Ada", Metadata = new() { ["a"] = "1", ["b"] = "2" } }, cancellationToken: Stop);

        var updated = await stripe.V1.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Metadata = new() { ["b"] = "", ["c"] = "3" } }, cancellationToken: Stop);
        Assert.Equal(["a", "c"], updated.Metadata.Keys.Order());

        var raw = (await stripe.EventsAsync("customer.updated"))[0].RawJsonElement!.Value.GetProperty("data").GetProperty("previous_attributes").GetRawText();
        Assert.Equal("""{"metadata":{"b":"2","c":null}}""", raw);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_not_told()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Ada" }, cancellationToken: Stop);

        await stripe.V1.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Name = "Ada" }, cancellationToken: Stop);

        Assert.Equal(["customer.created"], await stripe.TypesAsync());
    }

    [Fact]
    public async Task A_deleted_customer_loses_its_subscriptions_and_reads_as_deleted()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();

        Assert.True((await stripe.V1.Customers.DeleteAsync(subscription.CustomerId, cancellationToken: Stop)).Deleted);

        Assert.Equal(["customer.subscription.deleted", "customer.deleted"], (await stripe.TypesAsync()).TakeLast(2));
        Assert.True((await stripe.V1.Customers.GetAsync(subscription.CustomerId, cancellationToken: Stop)).Deleted);
        Assert.Equal("canceled", (await stripe.ReadAsync(subscription)).Status);
        Assert.Empty(await stripe.V1.Customers.ListAsync(cancellationToken: Stop));
        await Merchant.RefusedAsync(() => stripe.V1.Customers.UpdateAsync(subscription.CustomerId, new CustomerUpdateOptions { Name = "X" }, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_card_that_always_declines_cannot_be_attached()
    {
        await using var stripe = await Merchant.StartAsync();

        var refused = await Merchant.RefusedAsync(() => stripe.CustomerAsync("pm_card_visa_chargeDeclined"));

        Assert.Equal((402, "card_declined"), ((int)refused.HttpStatusCode, refused.StripeError.Code));
    }

    [Fact]
    public async Task Cards_are_attached_listed_and_detached()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Stop);
        var method = await stripe.V1.PaymentMethods.CreateAsync(
            new PaymentMethodCreateOptions { Type = "card", Card = new PaymentMethodCardOptions { Number = "5555555555554444", ExpMonth = 12, ExpYear = 2040 } }, cancellationToken: Stop);
        await stripe.V1.PaymentMethods.AttachAsync(method.Id, new PaymentMethodAttachOptions { Customer = customer.Id }, cancellationToken: Stop);

        var listed = Assert.Single(await stripe.V1.PaymentMethods.ListAsync(new PaymentMethodListOptions { Customer = customer.Id, Type = "card" }, cancellationToken: Stop));
        Assert.Equal(("4444", "mastercard"), (listed.Card.Last4, listed.Card.Brand));

        await stripe.V1.PaymentMethods.DetachAsync(method.Id, cancellationToken: Stop);
        Assert.Empty(await stripe.V1.PaymentMethods.ListAsync(new PaymentMethodListOptions { Customer = customer.Id }, cancellationToken: Stop));
    }
}
