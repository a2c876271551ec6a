using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class MetadataTests
{
    [Fact]
    public async Task Metadata_is_merged_and_an_empty_text_takes_a_key_away()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.CustomerOnlyAsync();
        var subscription = await stripe.SubscribeAsync();

        await SetAsync(customer.Id, ("passkit_tier", "gold"), ("crm", "7"));
        var changed = await SetAsync(customer.Id, ("passkit_tier", ""), ("passkit_url", "https://pub1.pskt.io/1"));
        var changedSubscription = await stripe.V1.Subscriptions.UpdateAsync(
            subscription.Id, new SubscriptionUpdateOptions { Metadata = new() { ["passkit_url"] = "https://pub1.pskt.io/1" } }, cancellationToken: Merchant.Stop);

        Assert.Equal(new() { ["crm"] = "7", ["passkit_url"] = "https://pub1.pskt.io/1" }, changed.Metadata);
        Assert.Equal("https://pub1.pskt.io/1", changedSubscription.Metadata["passkit_url"]);
        var told = (await stripe.EventsAsync("customer.updated")).Where(one => ((Customer)one.Data.Object).Id == customer.Id).ToList();
        Assert.Equal(2, told.Count);
        Assert.Equal(changed.Metadata, ((Customer)told[^1].Data.Object).Metadata);
        Assert.Contains(await stripe.EventsAsync("customer.subscription.updated"), one => ((Subscription)one.Data.Object).Metadata.ContainsKey("passkit_url"));

        Task<Customer> SetAsync(string id, params (string Key, string Value)[] metadata) => stripe.V1.Customers.UpdateAsync(
            id, new CustomerUpdateOptions { Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value) }, cancellationToken: Merchant.Stop);
    }

    [Fact]
    public async Task What_is_written_as_it_was_is_no_event()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.CustomerOnlyAsync();

        for (var time = 0; time < 2; time++) stripe.Dashboard.SetMetadata($"/v1/customers/{customer.Id}", "passkit_tier", "gold");

        Assert.Single(await stripe.EventsAsync("customer.updated"));
    }

    [Theory]
    [InlineData(40, 500, 50, true)]
    [InlineData(41, 1, 1, false)]
    [InlineData(1, 501, 1, false)]
    [InlineData(1, 1, 51, false)]
    public async Task Fifty_keys_of_forty_characters_and_values_of_five_hundred_are_the_most(int key, int value, int keys, bool taken)
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.CustomerOnlyAsync();
        var metadata = Enumerable.Range(0, keys).ToDictionary(number => $"{number}".PadLeft(key, 'k'), _ => new string('v', value));

        var call = () => stripe.V1.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Metadata = metadata }, cancellationToken: Merchant.Stop);

        if (taken)
        {
            Assert.Equal(keys, (await call()).Metadata.Count);
            return;
        }

        var refused = await Merchant.RefusedAsync(call);
        Assert.Equal((400, "invalid_request_error"), ((int)refused.HttpStatusCode, refused.StripeError.Type));
        Assert.StartsWith("metadata", refused.StripeError.Param, StringComparison.Ordinal);
        Assert.Empty((await stripe.V1.Customers.GetAsync(customer.Id, cancellationToken: Merchant.Stop)).Metadata);
    }

    [Fact]
    public async Task A_key_with_the_same_content_later_is_answered_from_memory_and_changes_nothing()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.CustomerOnlyAsync();

        await SetAsync("gold", "key-of-gold");
        await SetAsync("silver", "key-of-silver");
        await SetAsync("gold", "key-of-gold");

        Assert.Equal("silver", (await stripe.V1.Customers.GetAsync(customer.Id, cancellationToken: Merchant.Stop)).Metadata["passkit_tier"]);

        Task<Customer> SetAsync(string tier, string key) => stripe.V1.Customers.UpdateAsync(
            customer.Id, new CustomerUpdateOptions { Metadata = new() { ["passkit_tier"] = tier } }, new RequestOptions { IdempotencyKey = key }, Merchant.Stop);
    }
}
