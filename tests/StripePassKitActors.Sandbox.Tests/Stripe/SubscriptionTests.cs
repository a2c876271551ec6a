using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class SubscriptionTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task A_subscription_that_is_paid_for_is_active_for_a_period()
    {
        await using var stripe = await Merchant.StartAsync();

        var subscription = await stripe.SubscribeAsync(more: options => options.Metadata = new() { ["a"] = "b" });

        Assert.Equal("active", subscription.Status);
        var item = Assert.Single(subscription.Items);
        Assert.Equal((Merchant.Opening.UtcDateTime, Merchant.Opening.AddMonths(1).UtcDateTime), (item.CurrentPeriodStart, item.CurrentPeriodEnd));
        Assert.Equal("b", (await stripe.ReadAsync(subscription)).LatestInvoice.Parent.SubscriptionDetails.Metadata["a"]);
    }

    [Theory]
    [InlineData("pm_card_chargeCustomerFail", "requires_payment_method")]
    [InlineData("pm_card_authenticationRequiredOnSetup", "requires_action")]
    public async Task Without_its_first_payment_it_is_incomplete_and_after_23_hours_it_expires(string card, string intentStatus)
    {
        await using var stripe = await Merchant.StartAsync();

        var subscription = await stripe.SubscribeAsync(customer: await stripe.CustomerAsync(card));
        Assert.Equal("incomplete", subscription.Status);
        Assert.Equal(intentStatus, Assert.Single(await stripe.V1.PaymentIntents.ListAsync(cancellationToken: Stop)).Status);

        stripe.Time.Advance(TimeSpan.FromHours(23));
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("incomplete_expired", "void"), (read.Status, read.LatestInvoice.Status));
    }

    [Fact]
    public async Task Authentication_completes_a_first_payment()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync(customer: await stripe.CustomerAsync("pm_card_authenticationRequiredOnSetup"));
        var intent = Assert.Single(await stripe.V1.PaymentIntents.ListAsync(cancellationToken: Stop));

        stripe.Dashboard.Authenticate(intent.Id);

        Assert.Equal("active", (await stripe.ReadAsync(subscription)).Status);
    }

    [Fact]
    public async Task Cancelled_now_it_is_over()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();

        var canceled = await stripe.V1.Subscriptions.CancelAsync(subscription.Id, cancellationToken: Stop);

        Assert.Equal(("canceled", Merchant.Opening.UtcDateTime, "cancellation_requested"), (canceled.Status, canceled.EndedAt, canceled.CancellationDetails.Reason));
        Assert.Equal("customer.subscription.deleted", (await stripe.TypesAsync())[^1]);
        stripe.Time.Advance(TimeSpan.FromDays(90));
        Assert.Single(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));
        Assert.Equal(404, (int)(await Merchant.RefusedAsync(() => stripe.V1.Subscriptions.CancelAsync(subscription.Id, cancellationToken: Stop))).HttpStatusCode);
        Assert.Empty(await stripe.V1.Subscriptions.ListAsync(cancellationToken: Stop));
        Assert.Single(await stripe.V1.Subscriptions.ListAsync(new SubscriptionListOptions { Status = "all" }, cancellationToken: Stop));
    }

    [Fact]
    public async Task Cancelled_with_its_period_it_stays_active_until_then()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();

        stripe.Dashboard.CancelAtPeriodEnd(subscription.Id);

        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("active", true, read.Items.Data[0].CurrentPeriodEnd), (read.Status, read.CancelAtPeriodEnd, read.CancelAt));
        var updated = (await stripe.EventsAsync("customer.subscription.updated"))[^1];
        Assert.Equal(["cancel_at", "cancel_at_period_end", "canceled_at", "cancellation_details"], Previous(updated).Order());

        stripe.Time.Advance(TimeSpan.FromDays(31));
        read = await stripe.ReadAsync(subscription);
        Assert.Equal(("canceled", Merchant.Opening.AddMonths(1).UtcDateTime), (read.Status, read.EndedAt));
        Assert.Single(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));
    }

    [Fact]
    public async Task A_cancellation_can_be_taken_back()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();
        stripe.Dashboard.CancelAtPeriodEnd(subscription.Id);

        stripe.Dashboard.CancelAtPeriodEnd(subscription.Id, cancel: false);
        stripe.Time.Advance(TimeSpan.FromDays(31));

        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("active", false, null, null), (read.Status, read.CancelAtPeriodEnd, read.CancelAt, read.CanceledAt));
        Assert.Equal(2, (await stripe.V1.Charges.ListAsync(cancellationToken: Stop)).Count());
    }

    [Fact]
    public async Task Cancelled_for_a_date_it_ends_on_that_date()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();

        await stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new SubscriptionUpdateOptions { CancelAt = Merchant.Opening.AddDays(10).UtcDateTime }, cancellationToken: Stop);
        stripe.Time.Advance(TimeSpan.FromDays(40));

        Assert.Equal(Merchant.Opening.AddDays(10).UtcDateTime, (await stripe.ReadAsync(subscription)).EndedAt);
    }

    [Fact]
    public async Task Cancelled_for_the_date_at_which_its_period_ends_it_is_not_renewed_first()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();

        await stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new SubscriptionUpdateOptions { CancelAt = Merchant.Opening.AddMonths(1).UtcDateTime }, cancellationToken: Stop);
        stripe.Time.Advance(TimeSpan.FromDays(40));

        Assert.Equal("canceled", (await stripe.ReadAsync(subscription)).Status);
        Assert.Single(await stripe.V1.Invoices.ListAsync(cancellationToken: Stop));
    }

    [Theory]
    [InlineData("none", new long[] { 1000, 3000 })]
    [InlineData("create_prorations", new long[] { 1000, 4000 })]
    [InlineData("always_invoice", new long[] { 1000, 1000, 3000 })]
    public async Task A_change_of_plan_in_the_middle_of_a_period_costs_what_its_proration_says(string proration, long[] paid)
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();
        var dearer = await stripe.PriceAsync(3000, tier: "gold");

        stripe.Time.Advance(TimeSpan.FromDays(15));
        stripe.Dashboard.ChangePlan(subscription.Id, dearer.Id, proration);
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal((dearer.Id, "gold", subscription.Items.Data[0].Id), (read.Items.Data[0].Price.Id, read.Items.Data[0].Price.Metadata["passkit_tier"], read.Items.Data[0].Id));
        Assert.Equal(Merchant.Opening.AddMonths(1).UtcDateTime, read.Items.Data[0].CurrentPeriodEnd);

        stripe.Time.Advance(TimeSpan.FromDays(16));
        Assert.Equal(paid, (await stripe.V1.Charges.ListAsync(cancellationToken: Stop)).Select(charge => charge.Amount).Reverse());
    }

    [Fact]
    public async Task What_a_cheaper_plan_gives_back_is_credit_for_the_next_bills()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.CustomerAsync();
        var subscription = await stripe.SubscribeAsync(await stripe.PriceAsync(3000), customer);
        stripe.Time.Advance(TimeSpan.FromDays(15));

        stripe.Dashboard.ChangePlan(subscription.Id, (await stripe.PriceAsync(500)).Id, "always_invoice");

        Assert.Equal(-1250, (await stripe.V1.Customers.GetAsync(customer.Id, cancellationToken: Stop)).Balance);
        Assert.Equal(("active", "paid", 0L), ((await stripe.ReadAsync(subscription)).Status, (await stripe.ReadAsync(subscription)).LatestInvoice.Status, (await stripe.ReadAsync(subscription)).LatestInvoice.AmountDue));

        stripe.Time.Advance(TimeSpan.FromDays(16));
        Assert.Equal(-750, (await stripe.V1.Customers.GetAsync(customer.Id, cancellationToken: Stop)).Balance);
    }

    [Fact]
    public async Task A_plan_with_another_interval_begins_a_new_period_at_once()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();
        stripe.Time.Advance(TimeSpan.FromDays(15));

        stripe.Dashboard.ChangePlan(subscription.Id, (await stripe.PriceAsync(10000, "year")).Id);

        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(Merchant.Opening.AddDays(15).AddYears(1).UtcDateTime, read.Items.Data[0].CurrentPeriodEnd);
        Assert.Equal(("paid", 9500L), (read.LatestInvoice.Status, read.LatestInvoice.AmountPaid));
    }

    [Fact]
    public async Task While_collection_is_paused_it_stays_active_and_bills_are_void()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();
        stripe.Dashboard.PauseCollection(subscription.Id);

        stripe.Time.Advance(TimeSpan.FromDays(31));
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("active", "void", "void"), (read.Status, read.PauseCollection.Behavior, read.LatestInvoice.Status));
        Assert.Equal(Merchant.Opening.AddMonths(2).UtcDateTime, read.Items.Data[0].CurrentPeriodEnd);

        stripe.Dashboard.ResumeCollection(subscription.Id);
        stripe.Time.Advance(TimeSpan.FromDays(31));
        read = await stripe.ReadAsync(subscription);
        Assert.Equal((null, "paid"), (read.PauseCollection, read.LatestInvoice.Status));
    }

    [Fact]
    public async Task Collection_resumes_by_itself_on_a_date()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();
        var pause = new SubscriptionPauseCollectionOptions { Behavior = "keep_as_draft", ResumesAt = Merchant.Opening.AddDays(5).UtcDateTime };
        await stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new SubscriptionUpdateOptions { PauseCollection = pause }, cancellationToken: Stop);

        stripe.Time.Advance(TimeSpan.FromDays(5));

        Assert.Null((await stripe.ReadAsync(subscription)).PauseCollection);
    }

    [Fact]
    public async Task A_trial_is_announced_ends_and_is_paid_for()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync(more: options => options.TrialPeriodDays = 14);
        Assert.Equal(("trialing", Merchant.Opening.AddDays(14).UtcDateTime), (subscription.Status, subscription.TrialEnd));

        stripe.Time.Advance(TimeSpan.FromDays(11));
        Assert.Equal("customer.subscription.trial_will_end", (await stripe.TypesAsync())[^1]);
        Assert.Empty(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));

        stripe.Time.Advance(TimeSpan.FromDays(4));
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("active", Merchant.Opening.AddDays(14).AddMonths(1).UtcDateTime), (read.Status, read.Items.Data[0].CurrentPeriodEnd));
        Assert.Equal(1000, Assert.Single(await stripe.V1.Charges.ListAsync(cancellationToken: Stop)).Amount);
    }

    [Fact]
    public async Task A_trial_can_be_ended_by_hand()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync(more: options => options.TrialPeriodDays = 14);

        await stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new SubscriptionUpdateOptions { TrialEnd = SubscriptionTrialEnd.Now }, cancellationToken: Stop);

        Assert.Equal(("active", "paid"), ((await stripe.ReadAsync(subscription)).Status, (await stripe.ReadAsync(subscription)).LatestInvoice.Status));
    }

    [Fact]
    public async Task A_trial_without_a_card_pauses_where_it_was_told_to_and_can_be_resumed()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.V1.Customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Stop);
        var subscription = await stripe.SubscribeAsync(customer: customer, more: options =>
        {
            options.TrialPeriodDays = 7;
            options.TrialSettings = new() { EndBehavior = new() { MissingPaymentMethod = "pause" } };
        });

        stripe.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal("paused", (await stripe.ReadAsync(subscription)).Status);
        Assert.Contains("customer.subscription.paused", await stripe.TypesAsync());

        stripe.Dashboard.ChangeCard(customer.Id, "4242424242424242");
        var resumed = await stripe.V1.Subscriptions.ResumeAsync(subscription.Id, cancellationToken: Stop);
        Assert.Equal("active", resumed.Status);
        Assert.Single(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));
    }

    private static IEnumerable<string> Previous(Event updated)
    {
        using var json = System.Text.Json.JsonDocument.Parse(updated.RawJsonElement!.Value.GetProperty("data").GetProperty("previous_attributes").GetRawText());
        return [.. json.RootElement.EnumerateObject().Select(property => property.Name)];
    }
}
