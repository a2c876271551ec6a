using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class MoneyTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task A_payment_can_be_authorised_first_and_captured_in_part()
    {
        await using var stripe = await Merchant.StartAsync();
        var intent = await stripe.V1.PaymentIntents.CreateAsync(
            new PaymentIntentCreateOptions { Amount = 1000, Currency = "usd", PaymentMethod = "pm_card_visa", Confirm = true, CaptureMethod = "manual" }, cancellationToken: Stop);
        var charge = await stripe.V1.Charges.GetAsync(intent.LatestChargeId, cancellationToken: Stop);
        Assert.Equal(("requires_capture", 1000L, "succeeded", 0L, false), (intent.Status, intent.AmountCapturable, charge.Status, charge.AmountCaptured, charge.Captured));

        intent = await stripe.V1.PaymentIntents.CaptureAsync(intent.Id, new PaymentIntentCaptureOptions { AmountToCapture = 600 }, cancellationToken: Stop);

        charge = await stripe.V1.Charges.GetAsync(intent.LatestChargeId, cancellationToken: Stop);
        Assert.Equal(("succeeded", 600L, 1000L, 600L, 400L, false), (intent.Status, intent.AmountReceived, charge.Amount, charge.AmountCaptured, charge.AmountRefunded, charge.Refunded));
        Assert.Equal(
            ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated", "charge.captured", "payment_intent.succeeded"],
            await stripe.TypesAsync());
    }

    [Fact]
    public async Task An_authorisation_that_is_let_go_is_refunded_and_never_captured()
    {
        await using var stripe = await Merchant.StartAsync();
        var intent = await stripe.V1.PaymentIntents.CreateAsync(
            new PaymentIntentCreateOptions { Amount = 1000, Currency = "usd", PaymentMethod = "pm_card_visa", Confirm = true, CaptureMethod = "manual" }, cancellationToken: Stop);

        Assert.Equal("canceled", (await stripe.V1.PaymentIntents.CancelAsync(intent.Id, cancellationToken: Stop)).Status);

        var charge = await stripe.V1.Charges.GetAsync(intent.LatestChargeId, cancellationToken: Stop);
        Assert.Equal((0L, 1000L, true), (charge.AmountCaptured, charge.AmountRefunded, charge.Refunded));
        await Merchant.RefusedAsync(() => stripe.V1.PaymentIntents.CaptureAsync(intent.Id, cancellationToken: Stop));
    }

    [Fact]
    public async Task A_declined_payment_is_a_card_error_and_its_charge_is_there_all_the_same()
    {
        await using var stripe = await Merchant.StartAsync();

        var refused = await Merchant.RefusedAsync(() => stripe.V1.PaymentIntents.CreateAsync(
            new PaymentIntentCreateOptions { Amount = 1000, Currency = "usd", PaymentMethod = "pm_card_visa_chargeDeclinedInsufficientFunds", Confirm = true }, cancellationToken: Stop));

        Assert.Equal((402, "card_error", "card_declined", "insufficient_funds"), ((int)refused.HttpStatusCode, refused.StripeError.Type, refused.StripeError.Code, refused.StripeError.DeclineCode));
        Assert.Equal("requires_payment_method", refused.StripeError.PaymentIntent.Status);
        Assert.Equal("failed", Assert.Single(await stripe.V1.Charges.ListAsync(cancellationToken: Stop)).Status);
    }

    [Fact]
    public async Task Refunds_add_up_until_nothing_is_left()
    {
        await using var stripe = await Merchant.StartAsync();
        var charge = await stripe.PaidAsync();

        var part = await stripe.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = charge.Id, Amount = 400, Reason = "requested_by_customer" }, cancellationToken: Stop);
        Assert.Equal(("succeeded", 400L, charge.PaymentIntentId), (part.Status, part.Amount, part.PaymentIntentId));
        await ReadsAsync(400, refunded: false);

        await stripe.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = charge.PaymentIntentId }, cancellationToken: Stop);
        await ReadsAsync(1000, refunded: true);

        var refused = await Merchant.RefusedAsync(() => stripe.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = charge.Id }, cancellationToken: Stop));
        Assert.Equal("charge_already_refunded", refused.StripeError.Code);
        Assert.Equal(["refund.created", "charge.refunded", "refund.created", "charge.refunded"], (await stripe.TypesAsync()).TakeLast(4));

        async Task ReadsAsync(long amount, bool refunded)
        {
            var read = await stripe.V1.Charges.GetAsync(charge.Id, new ChargeGetOptions { Expand = ["refunds"] }, cancellationToken: Stop);
            Assert.Equal((amount, refunded, amount), (read.AmountRefunded, read.Refunded, read.Refunds.Sum(refund => refund.Amount)));
        }
    }

    [Fact]
    public async Task More_than_is_left_cannot_be_refunded()
    {
        await using var stripe = await Merchant.StartAsync();
        var charge = await stripe.PaidAsync();

        var refused = await Merchant.RefusedAsync(() => stripe.V1.Refunds.CreateAsync(new RefundCreateOptions { Charge = charge.Id, Amount = 1001 }, cancellationToken: Stop));

        Assert.Equal(("invalid_request_error", "amount"), (refused.StripeError.Type, refused.StripeError.Param));
    }

    [Fact]
    public async Task A_refund_that_fails_later_is_the_merchants_money_again()
    {
        await using var stripe = await Merchant.StartAsync();
        var charge = await stripe.PaidAsync();
        var refund = stripe.Dashboard.Refund(charge.Id)["id"]!.GetValue<string>();
        stripe.Time.Advance(TimeSpan.FromDays(20));

        stripe.Dashboard.FailRefund(refund);

        var read = await stripe.V1.Refunds.GetAsync(refund, cancellationToken: Stop);
        Assert.Equal(("failed", "expired_or_canceled_card"), (read.Status, read.FailureReason));
        Assert.Equal(0, (await stripe.V1.Charges.GetAsync(charge.Id, cancellationToken: Stop)).AmountRefunded);
        Assert.Equal(["refund.updated", "charge.refund.updated", "refund.failed", "charge.updated"], (await stripe.TypesAsync()).TakeLast(4));
        Assert.Equal("succeeded", (string)stripe.Dashboard.Refund(charge.Id)["status"]!);
    }

    [Theory]
    [InlineData(true, "won", new[] { "charge.dispute.funds_reinstated", "charge.dispute.closed" }, new long[] { -1000, 1000 })]
    [InlineData(false, "lost", new[] { "charge.dispute.closed" }, new long[] { -1000 })]
    public async Task A_dispute_takes_the_money_and_winning_it_brings_it_back(bool won, string status, string[] events, long[] moved)
    {
        await using var stripe = await Merchant.StartAsync();
        var charge = await stripe.PaidAsync();

        var id = (string)stripe.Dashboard.OpenDispute(charge.Id)["id"]!;
        var dispute = await stripe.V1.Disputes.GetAsync(id, cancellationToken: Stop);
        Assert.Equal(("needs_response", 1000L, charge.Id), (dispute.Status, dispute.Amount, dispute.ChargeId));
        Assert.True((await stripe.V1.Charges.GetAsync(charge.Id, cancellationToken: Stop)).Disputed);
        Assert.Equal(["charge.dispute.created", "charge.dispute.funds_withdrawn"], (await stripe.TypesAsync()).TakeLast(2));

        _ = won ? stripe.Dashboard.WinDispute(id) : stripe.Dashboard.LoseDispute(id);

        dispute = await stripe.V1.Disputes.GetAsync(id, cancellationToken: Stop);
        Assert.Equal(status, dispute.Status);
        Assert.Equal(moved, dispute.BalanceTransactions.Select(transaction => transaction.Amount));
        Assert.Equal(events, (await stripe.TypesAsync()).TakeLast(events.Length));
        await Merchant.RefusedAsync(() => stripe.V1.Disputes.CloseAsync(id, cancellationToken: Stop));
    }

    [Fact]
    public async Task An_inquiry_moves_no_money()
    {
        await using var stripe = await Merchant.StartAsync();
        var charge = await stripe.PaidAsync();

        var dispute = await stripe.V1.Disputes.GetAsync((string)stripe.Dashboard.OpenDispute(charge.Id, inquiry: true)["id"]!, cancellationToken: Stop);
        Assert.Equal("warning_needs_response", dispute.Status);
        Assert.Empty(dispute.BalanceTransactions);

        Assert.Equal("warning_closed", (await stripe.V1.Disputes.CloseAsync(dispute.Id, cancellationToken: Stop)).Status);
    }

    [Fact]
    public async Task Winning_evidence_wins_as_in_Stripes_test_mode()
    {
        await using var stripe = await Merchant.StartAsync();
        var id = (string)stripe.Dashboard.OpenDispute((await stripe.PaidAsync()).Id)["id"]!;

        var dispute = await stripe.V1.Disputes.UpdateAsync(id, new DisputeUpdateOptions { Evidence = new() { UncategorizedText = "winning_evidence" }, Submit = true }, cancellationToken: Stop);

        Assert.Equal("won", dispute.Status);
    }
}
