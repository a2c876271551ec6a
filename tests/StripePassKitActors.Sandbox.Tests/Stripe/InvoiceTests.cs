using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class InvoiceTests
{
    private static CancellationToken Stop => Merchant.Stop;

    [Fact]
    public async Task A_bill_without_a_subscription_is_drafted_finalized_and_paid()
    {
        await using var stripe = await Merchant.StartAsync();
        var draft = await DraftAsync(stripe, await stripe.CustomerAsync());
        Assert.Equal(("draft", 2500L, null), (draft.Status, draft.Total, draft.Parent));
        Assert.Equal(("price_details", 2L), (draft.Lines.Data[0].Pricing.Type, draft.Lines.Data[0].Quantity));

        var open = await stripe.V1.Invoices.FinalizeInvoiceAsync(draft.Id, cancellationToken: Stop);
        Assert.Equal(("open", 2500L), (open.Status, open.AmountRemaining));
        Assert.EndsWith("-0001", open.Number, StringComparison.Ordinal);

        var paid = await stripe.V1.Invoices.PayAsync(draft.Id, cancellationToken: Stop);
        Assert.Equal(("paid", 2500L, 0L), (paid.Status, paid.AmountPaid, paid.AmountRemaining));
        var payment = Assert.Single(await stripe.V1.InvoicePayments.ListAsync(new InvoicePaymentListOptions { Invoice = draft.Id }, cancellationToken: Stop));
        Assert.Equal(("paid", "payment_intent"), (payment.Status, payment.Payment.Type));
        var found = await stripe.V1.InvoicePayments.ListAsync(
            new InvoicePaymentListOptions { Payment = new() { Type = "payment_intent", PaymentIntent = payment.Payment.PaymentIntentId } }, cancellationToken: Stop);
        Assert.Equal(draft.Id, Assert.Single(found).InvoiceId);
    }

    [Fact]
    public async Task An_open_bill_can_be_void_and_its_payment_is_let_go()
    {
        await using var stripe = await Merchant.StartAsync();
        var draft = await DraftAsync(stripe, await stripe.CustomerAsync());
        await Merchant.RefusedAsync(() => stripe.V1.Invoices.VoidInvoiceAsync(draft.Id, cancellationToken: Stop));
        await stripe.V1.Invoices.FinalizeInvoiceAsync(draft.Id, cancellationToken: Stop);

        Assert.Equal("void", (await stripe.V1.Invoices.VoidInvoiceAsync(draft.Id, cancellationToken: Stop)).Status);

        Assert.Equal("canceled", Assert.Single(await stripe.V1.PaymentIntents.ListAsync(cancellationToken: Stop)).Status);
        Assert.Contains("invoice.voided", await stripe.TypesAsync());
    }

    [Fact]
    public async Task An_uncollectible_bill_can_still_be_paid()
    {
        await using var stripe = await Merchant.StartAsync();
        var draft = await DraftAsync(stripe, await stripe.CustomerAsync());
        await stripe.V1.Invoices.FinalizeInvoiceAsync(draft.Id, cancellationToken: Stop);

        Assert.Equal("uncollectible", (await stripe.V1.Invoices.MarkUncollectibleAsync(draft.Id, cancellationToken: Stop)).Status);

        Assert.Equal("paid", (await stripe.V1.Invoices.PayAsync(draft.Id, cancellationToken: Stop)).Status);
    }

    [Fact]
    public async Task A_bill_that_advances_by_itself_is_collected_within_the_hours_that_follow()
    {
        await using var stripe = await Merchant.StartAsync();
        var customer = await stripe.CustomerAsync();
        var draft = await DraftAsync(stripe, customer, advance: true);

        stripe.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("paid", (await stripe.V1.Invoices.GetAsync(draft.Id, cancellationToken: Stop)).Status);
    }

    private static async Task<Invoice> DraftAsync(Merchant stripe, Customer customer, bool advance = false)
    {
        var draft = await stripe.V1.Invoices.CreateAsync(new InvoiceCreateOptions { Customer = customer.Id, AutoAdvance = advance, Metadata = new() { ["passkit_days"] = "30" } }, cancellationToken: Stop);
        await stripe.V1.InvoiceItems.CreateAsync(
            new InvoiceItemCreateOptions
            {
                Customer = customer.Id,
                Invoice = draft.Id,
                Quantity = 2,
                Pricing = new() { Price = (await stripe.PriceAsync(1250, interval: null)).Id },
            },
            cancellationToken: Stop);
        return await stripe.V1.Invoices.GetAsync(draft.Id, cancellationToken: Stop);
    }
}
