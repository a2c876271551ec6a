using Stripe;
using Stripe.Checkout;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Checkout;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class CheckoutTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task A_session_is_open_for_a_day_at_an_address_of_the_sandbox()
    {
        await using var stripe = await Merchant.StartAsync();

        var session = await stripe.SessionAsync(await stripe.PriceAsync());

        Assert.Equal(("open", "unpaid", "subscription", 1000L), (session.Status, session.PaymentStatus, session.Mode, session.AmountTotal));
        Assert.StartsWith(stripe.Address + "checkout/cs_test_", session.Url, StringComparison.Ordinal);
        Assert.Equal(Merchant.Opening.AddDays(1).UtcDateTime, session.ExpiresAt);
        Assert.Contains("{CHECKOUT_SESSION_ID}", session.SuccessUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buying_a_subscription_makes_a_customer_and_everything_that_tells_of_the_payment()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(
            await stripe.PriceAsync(tier: "gold"), options => options.SubscriptionData = new SessionSubscriptionDataOptions { Metadata = new() { ["from"] = "shop" } });

        var result = stripe.Dashboard.Pay(session.Id, Cards.Good);

        Assert.Equal(new CheckoutResult.Complete($"https://shop.example/thanks?session_id={session.Id}"), result);
        var read = await stripe.V1.Checkout.Sessions.GetAsync(
            session.Id, new SessionGetOptions { Expand = ["subscription", "customer", "invoice.payments", "line_items.data.price.product"] }, cancellationToken: Stop);
        Assert.Equal(("complete", "paid", "ada@example.com"), (read.Status, read.PaymentStatus, read.CustomerDetails.Email));
        Assert.Equal(("Ada Lovelace", "+441234567890"), (read.Customer.Name, read.Customer.Phone));
        Assert.Equal("active", read.Subscription.Status);
        Assert.Equal("shop", read.Subscription.Metadata["from"]);
        Assert.Equal("gold", read.Subscription.Items.Data[0].Price.Metadata["passkit_tier"]);
        Assert.Equal(Merchant.Opening.AddMonths(1).UtcDateTime, read.Subscription.Items.Data[0].CurrentPeriodEnd);
        Assert.Equal("Membership", read.LineItems.Data[0].Price.Product.Name);
        Assert.Equal("gold", Assert.Single(await stripe.V1.Checkout.Sessions.LineItems.ListAsync(session.Id, cancellationToken: Stop)).Price.Metadata["passkit_tier"]);
        Assert.Equal(read.SubscriptionId, read.Invoice.Parent.SubscriptionDetails.SubscriptionId);
        Assert.Equal(("paid", 1000L, "subscription_create"), (read.Invoice.Status, read.Invoice.AmountPaid, read.Invoice.BillingReason));
        var payment = Assert.Single(read.Invoice.Payments.Data);
        var intent = await stripe.V1.PaymentIntents.GetAsync(payment.Payment.PaymentIntentId, new PaymentIntentGetOptions { Expand = ["latest_charge.balance_transaction"] }, cancellationToken: Stop);
        Assert.Equal((1000L, "succeeded", true, read.CustomerId), (intent.LatestCharge.AmountCaptured, intent.LatestCharge.Status, intent.LatestCharge.Captured, intent.LatestCharge.CustomerId));
        Assert.Equal(1000 - 59, intent.LatestCharge.BalanceTransaction.Net);
        Assert.Equal(
            [
                "product.created", "price.created", "customer.created", "payment_method.attached", "customer.subscription.created", "invoice.created",
                "invoice.finalized", "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "invoice_payment.paid", "invoice.updated",
                "invoice.paid", "invoice.payment_succeeded", "customer.subscription.updated", "checkout.session.completed",
            ],
            await stripe.TypesAsync());
    }

    [Fact]
    public async Task A_guest_pays_without_becoming_a_customer()
    {
        await using var stripe = await Merchant.StartAsync();

        var charge = await stripe.PaidAsync(2500);

        Assert.Null(charge.CustomerId);
        Assert.Equal((2500L, "ada@example.com"), (charge.AmountCaptured, charge.BillingDetails.Email));
        Assert.Empty(await stripe.V1.Customers.ListAsync(cancellationToken: Stop));
        var session = Assert.Single(await stripe.V1.Checkout.Sessions.ListAsync(new SessionListOptions { PaymentIntent = charge.PaymentIntentId }, cancellationToken: Stop));
        Assert.Equal(("if_required", null, "ada@example.com"), (session.CustomerCreation, session.CustomerId, session.CustomerDetails.Email));
    }

    [Fact]
    public async Task A_guest_becomes_a_customer_where_the_session_wants_it()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(await stripe.PriceAsync(interval: null), options => options.CustomerCreation = "always");

        stripe.Dashboard.Pay(session.Id, Cards.Good);

        var read = await stripe.ReadAsync(session);
        Assert.Equal("ada@example.com", (await stripe.V1.Customers.GetAsync(read.CustomerId, cancellationToken: Stop)).Email);
    }

    [Fact]
    public async Task A_card_that_is_declined_leaves_the_session_open_for_another()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(await stripe.PriceAsync(interval: null));

        var declined = Assert.IsType<CheckoutResult.Declined>(stripe.Dashboard.Pay(session.Id, Cards.Declining));
        Assert.Equal("generic_decline", declined.DeclineCode);
        Assert.Equal("open", (await stripe.ReadAsync(session)).Status);

        Assert.IsType<CheckoutResult.Complete>(stripe.Dashboard.Pay(session.Id, Cards.Good));
        var charges = await stripe.V1.Charges.ListAsync(cancellationToken: Stop);
        Assert.Equal(["succeeded", "failed"], charges.Select(charge => charge.Status));
        Assert.Equal("card_declined", charges.Last().FailureCode);
        Assert.Single(charges.Select(charge => charge.PaymentIntentId).Distinct());
    }

    [Fact]
    public async Task A_card_that_wants_authentication_pays_once_its_holder_confirmed_and_from_then_on()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(await stripe.PriceAsync());

        Assert.IsType<CheckoutResult.NeedsAuthentication>(stripe.Dashboard.Pay(session.Id, Cards.Authenticating));
        Assert.Equal("open", (await stripe.ReadAsync(session)).Status);
        Assert.IsType<CheckoutResult.Complete>(stripe.Dashboard.Pay(session.Id, Cards.Authenticating, confirmed: true));
        stripe.Time.Advance(TimeSpan.FromDays(31));

        var charges = await stripe.V1.Charges.ListAsync(cancellationToken: Stop);
        Assert.Equal(["succeeded", "succeeded"], charges.Select(charge => charge.Status));
    }

    [Fact]
    public async Task A_session_that_nobody_pays_expires_after_a_day()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(await stripe.PriceAsync());

        stripe.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal("open", (await stripe.ReadAsync(session)).Status);

        stripe.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("expired", (await stripe.ReadAsync(session)).Status);
        Assert.Contains("checkout.session.expired", await stripe.TypesAsync());
        Assert.Throws<StripeFault>(() => stripe.Dashboard.Pay(session.Id, Cards.Good));
    }

    [Fact]
    public async Task A_session_can_be_expired_by_hand_once()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(await stripe.PriceAsync());

        Assert.Equal("expired", (await stripe.V1.Checkout.Sessions.ExpireAsync(session.Id, cancellationToken: Stop)).Status);

        await Merchant.RefusedAsync(() => stripe.V1.Checkout.Sessions.ExpireAsync(session.Id, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_trial_needs_no_payment_yet()
    {
        await using var stripe = await Merchant.StartAsync();
        var session = await stripe.SessionAsync(await stripe.PriceAsync(), options => options.SubscriptionData = new SessionSubscriptionDataOptions { TrialPeriodDays = 14 });

        stripe.Dashboard.Pay(session.Id, Cards.Good);

        var read = await stripe.ReadAsync(session);
        Assert.Equal("no_payment_required", read.PaymentStatus);
        Assert.Equal("trialing", (await stripe.V1.Subscriptions.GetAsync(read.SubscriptionId, cancellationToken: Stop)).Status);
        Assert.Empty(await stripe.V1.Charges.ListAsync(cancellationToken: Stop));
    }

    [Fact]
    public async Task A_recurring_price_does_not_fit_a_single_payment()
    {
        await using var stripe = await Merchant.StartAsync();
        var price = await stripe.PriceAsync();

        await Merchant.RefusedAsync(() => stripe.SessionAsync(price, options => options.Mode = "payment"));
    }
}
