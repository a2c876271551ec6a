using Stripe;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class RenewalTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task A_period_renews_with_a_draft_that_becomes_a_bill_and_is_paid_an_hour_later()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync();
        var end = Merchant.Opening.AddMonths(1);

        stripe.Time.SetUtcNow(end);
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal((end.UtcDateTime, end.AddMonths(1).UtcDateTime), (read.Items.Data[0].CurrentPeriodStart, read.Items.Data[0].CurrentPeriodEnd));
        Assert.Equal(("active", "draft", "subscription_cycle"), (read.Status, read.LatestInvoice.Status, read.LatestInvoice.BillingReason));

        stripe.Time.SetUtcNow(end.AddHours(1));
        Assert.Equal("paid", (await stripe.ReadAsync(subscription)).LatestInvoice.Status);
    }

    [Fact]
    public async Task When_the_clock_jumps_everything_on_the_way_happens_at_its_own_moment()
    {
        await using var stripe = await Merchant.StartAsync();
        await stripe.SubscribeAsync();

        stripe.Time.Advance(TimeSpan.FromDays(100));

        var charges = (await stripe.V1.Charges.ListAsync(cancellationToken: Stop)).AsEnumerable().Reverse().ToList();
        var starts = Enumerable.Range(0, 4).Select(months => Merchant.Opening.AddMonths(months).AddHours(months == 0 ? 0 : 1).UtcDateTime);
        Assert.Equal(starts, charges.Select(charge => charge.Created));
        await stripe.Sandbox.SettledAsync(Stop);
        var renewals = stripe.Webhook.Events.Where(one => one.Type == "customer.subscription.updated").OrderBy(one => one.Created).ToList();
        Assert.Equal(
            Enumerable.Range(0, 4).Select(months => (Merchant.Opening.AddMonths(months).UtcDateTime, months == 0)),
            renewals.Select(renewal => (renewal.Created, renewal.Request.Id is not null)));
    }

    [Fact]
    public async Task The_31st_stays_the_31st_where_a_month_has_one()
    {
        await using var stripe = await Merchant.StartAsync(time: new(new DateTimeOffset(2027, 1, 31, 12, 0, 0, TimeSpan.Zero)));
        var subscription = await stripe.SubscribeAsync();
        var ends = new List<string>();

        for (var month = 0; month < 3; month++)
        {
            var end = (await stripe.ReadAsync(subscription)).Items.Data[0].CurrentPeriodEnd;
            ends.Add(end.ToString("MM-dd", null));
            stripe.Time.SetUtcNow(end);
        }

        Assert.Equal(["02-28", "03-31", "04-30"], ends);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_past_due_and_tried_eight_times_within_two_weeks_and_then_cancelled()
    {
        await using var stripe = await Merchant.StartAsync();
        var (subscription, failed) = await BuyWithACardThatFailsLaterAsync(stripe);
        Assert.Equal("past_due", (await stripe.ReadAsync(subscription)).Status);
        Assert.Equal(failed.AddDays(1).UtcDateTime, (await stripe.ReadAsync(subscription)).LatestInvoice.NextPaymentAttempt);

        stripe.Time.Advance(TimeSpan.FromDays(13));
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("past_due", 8L), (read.Status, read.LatestInvoice.AttemptCount));

        stripe.Time.Advance(TimeSpan.FromDays(1));
        read = await stripe.ReadAsync(subscription);
        Assert.Equal(("canceled", "payment_failed", failed.AddDays(14).UtcDateTime), (read.Status, read.CancellationDetails.Reason, read.EndedAt));
        Assert.Equal(("open", 9L, null), (read.LatestInvoice.Status, read.LatestInvoice.AttemptCount, read.LatestInvoice.NextPaymentAttempt));
        Assert.Equal(9, (await stripe.EventsAsync("invoice.payment_failed")).Count);
        Assert.Equal(9, (await stripe.EventsAsync("charge.failed")).Count);
    }

    [Theory]
    [InlineData(AfterRetries.Unpaid, "unpaid")]
    [InlineData(AfterRetries.PastDue, "past_due")]
    public async Task After_the_last_attempt_it_is_what_the_account_says(AfterRetries setting, string status)
    {
        await using var stripe = await Merchant.StartAsync(new StripeSandboxOptions { AfterRetries = setting });
        var (subscription, _) = await BuyWithACardThatFailsLaterAsync(stripe);

        stripe.Time.Advance(TimeSpan.FromDays(15));

        Assert.Equal(status, (await stripe.ReadAsync(subscription)).Status);
    }

    [Fact]
    public async Task Another_card_brings_it_back_at_the_next_attempt()
    {
        await using var stripe = await Merchant.StartAsync();
        var (subscription, _) = await BuyWithACardThatFailsLaterAsync(stripe);
        stripe.Dashboard.ChangeCard(subscription.CustomerId, "4242424242424242");

        stripe.Time.Advance(TimeSpan.FromDays(1));

        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("active", "paid"), (read.Status, read.LatestInvoice.Status));
        Assert.Equal(1000, (await stripe.V1.Charges.ListAsync(cancellationToken: Stop)).First().AmountCaptured);
    }

    [Fact]
    public async Task Paying_by_hand_brings_it_back_at_once()
    {
        await using var stripe = await Merchant.StartAsync();
        var (subscription, _) = await BuyWithACardThatFailsLaterAsync(stripe);
        var invoice = (await stripe.ReadAsync(subscription)).LatestInvoiceId;

        var refused = await Merchant.RefusedAsync(() => stripe.V1.Invoices.PayAsync(invoice, cancellationToken: Stop));
        Assert.Equal(("card_error", "generic_decline"), (refused.StripeError.Type, refused.StripeError.DeclineCode));

        stripe.Dashboard.ChangeCard(subscription.CustomerId, "4242424242424242");
        stripe.Dashboard.PayInvoice(invoice);
        Assert.Equal("active", (await stripe.ReadAsync(subscription)).Status);
    }

    [Fact]
    public async Task A_late_payment_of_a_cancelled_subscription_revives_nothing()
    {
        await using var stripe = await Merchant.StartAsync();
        var (subscription, _) = await BuyWithACardThatFailsLaterAsync(stripe);
        stripe.Time.Advance(TimeSpan.FromDays(15));

        var invoice = (await stripe.ReadAsync(subscription)).LatestInvoiceId;
        await stripe.V1.Invoices.PayAsync(invoice, new InvoicePayOptions { PaymentMethod = "pm_card_visa" }, cancellationToken: Stop);

        Assert.Equal(("canceled", "paid"), ((await stripe.ReadAsync(subscription)).Status, (await stripe.ReadAsync(subscription)).LatestInvoice.Status));
    }

    [Fact]
    public async Task A_bill_that_is_sent_and_not_paid_in_time_makes_it_past_due()
    {
        await using var stripe = await Merchant.StartAsync();
        var subscription = await stripe.SubscribeAsync(more: options => (options.CollectionMethod, options.DaysUntilDue) = ("send_invoice", 7));
        Assert.Equal("active", subscription.Status);

        stripe.Time.Advance(TimeSpan.FromDays(7));
        var read = await stripe.ReadAsync(subscription);
        Assert.Equal(("past_due", Merchant.Opening.AddDays(7).UtcDateTime), (read.Status, read.LatestInvoice.DueDate));

        await stripe.V1.Invoices.PayAsync(read.LatestInvoiceId, new InvoicePayOptions { PaidOutOfBand = true }, cancellationToken: Stop);
        read = await stripe.ReadAsync(subscription);
        Assert.Equal(("active", 1000L, 1000L), (read.Status, read.LatestInvoice.AmountPaid, read.LatestInvoice.AmountPaidOffStripe));
        Assert.Empty(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));
    }

    private static async Task<(Subscription Subscription, DateTimeOffset FailedAt)> BuyWithACardThatFailsLaterAsync(Merchant stripe)
    {
        var session = await stripe.SessionAsync(await stripe.PriceAsync());
        stripe.Dashboard.Pay(session.Id, Cards.FailingLater);
        var failedAt = Merchant.Opening.AddMonths(1).AddHours(1);
        stripe.Time.SetUtcNow(failedAt);
        return (await stripe.V1.Subscriptions.GetAsync((await stripe.ReadAsync(session)).SubscriptionId, cancellationToken: Stop), failedAt);
    }
}
