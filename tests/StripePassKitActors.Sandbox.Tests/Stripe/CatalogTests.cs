using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class CatalogTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task Products_and_prices_are_made_changed_and_found()
    {
        await using var stripe = await Merchant.StartAsync();
        var product = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Club", Metadata = new() { ["passkit_tier"] = "silver" } }, cancellationToken: Stop);
        var price = await stripe.V1.Prices.CreateAsync(
            new PriceCreateOptions { Product = product.Id, Currency = "eur", UnitAmount = 990, LookupKey = "club", Recurring = new() { Interval = "year", IntervalCount = 2 } }, cancellationToken: Stop);
        Assert.Equal(("recurring", "year", 2L, 990m), (price.Type, price.Recurring.Interval, price.Recurring.IntervalCount, price.UnitAmountDecimal));

        await stripe.V1.Products.UpdateAsync(product.Id, new ProductUpdateOptions { Metadata = new() { ["passkit_tier"] = "gold" } }, cancellationToken: Stop);

        Assert.Equal("gold", (await stripe.V1.Products.GetAsync(product.Id, cancellationToken: Stop)).Metadata["passkit_tier"]);
        Assert.Equal(price.Id, Assert.Single(await stripe.V1.Prices.ListAsync(new PriceListOptions { LookupKeys = ["club", "other"] }, cancellationToken: Stop)).Id);
        Assert.Empty(await stripe.V1.Prices.ListAsync(new PriceListOptions { Active = false }, cancellationToken: Stop));
        Assert.Equal(["product.created", "price.created", "product.updated"], await stripe.TypesAsync());
    }

    [Fact]
    public async Task A_lookup_key_belongs_to_one_price_and_can_be_handed_on()
    {
        await using var stripe = await Merchant.StartAsync();
        var product = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Club" }, cancellationToken: Stop);
        var options = new PriceCreateOptions { Product = product.Id, Currency = "usd", UnitAmount = 1, LookupKey = "club" };
        var first = await stripe.V1.Prices.CreateAsync(options, cancellationToken: Stop);
        await Merchant.RefusedAsync(() => stripe.V1.Prices.CreateAsync(options, cancellationToken: Stop));

        options.TransferLookupKey = true;
        await stripe.V1.Prices.CreateAsync(options, cancellationToken: Stop);

        Assert.Null((await stripe.V1.Prices.GetAsync(first.Id, cancellationToken: Stop)).LookupKey);
    }

    [Fact]
    public async Task A_subscription_shows_its_price_as_it_is_now_and_no_event_of_its_own_says_so()
    {
        await using var stripe = await Merchant.StartAsync();
        var price = await stripe.PriceAsync();
        var subscription = await stripe.SubscribeAsync(price);
        var told = (await stripe.TypesAsync()).Count;

        await stripe.V1.Prices.UpdateAsync(price.Id, new PriceUpdateOptions { Metadata = new() { ["passkit_tier"] = "platinum" } }, cancellationToken: Stop);

        Assert.Equal("platinum", (await stripe.ReadAsync(subscription)).Items.Data[0].Price.Metadata["passkit_tier"]);
        Assert.Equal(["price.updated"], (await stripe.TypesAsync()).Skip(told));
    }

    [Fact]
    public async Task A_product_without_prices_can_be_deleted_and_one_with_them_cannot()
    {
        await using var stripe = await Merchant.StartAsync();
        var empty = await stripe.V1.Products.CreateAsync(new ProductCreateOptions { Name = "Empty" }, cancellationToken: Stop);

        Assert.True((await stripe.V1.Products.DeleteAsync(empty.Id, cancellationToken: Stop)).Deleted);

        var sold = (await stripe.PriceAsync()).ProductId;
        await Merchant.RefusedAsync(() => stripe.V1.Products.DeleteAsync(sold, cancellationToken: Stop));
    }
}
