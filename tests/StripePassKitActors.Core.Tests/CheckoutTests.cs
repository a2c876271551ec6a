using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

/// <summary>Whether what was bought in one checkout earns the pass, whatever else the customer bought.</summary>
public sealed class CheckoutTests
{
    private static readonly CheckoutClaim Subscribed = new("cs_2", Paid: true, SubscriptionId: "sub_1", Created: Given.Now);
    private static readonly CheckoutClaim Bought = new("cs_1", Paid: true, PaymentId: "pi_1", Created: Given.Now);
    private static readonly Fact Payment = Given.Charge(60_000) with { PaymentIntentId = "pi_1" };

    private static readonly MembershipSettings BySpend = Given.Settings with { Source = TierSource.Spend };
    private static readonly MembershipSettings Together = Given.Settings with { Source = TierSource.SpendWhileSubscribed };

    [Fact]
    public void The_subscription_that_was_bought_earns_while_it_is_honoured()
    {
        Assert.Equal(CheckoutStanding.Earned, Of(Subscribed, Given.Subscription("active")));
        Assert.Equal(CheckoutStanding.Nothing, Of(Subscribed, Given.Subscription("canceled")));
        Assert.Equal(CheckoutStanding.Nothing, Of(Subscribed, Given.Subscription("active", "price_other")));
    }

    [Fact]
    public void What_another_purchase_earns_is_not_shown()
    {
        var session = new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(0), Created = Given.Now, Paid = true };
        var coffee = Given.Purchase(price: "price_coffee");

        Assert.Equal(CheckoutStanding.Nothing, Of(Bought with { PaymentId = null }, Given.Subscription("active", id: "sub_2"), session, coffee));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought with { PaymentId = null }, Given.Purchase(id: "cs_9"), session, coffee));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought with { PaymentId = null }, Given.CustomerWith((MerchantsWord.PinTier, "gold")), session, coffee));
    }

    [Fact]
    public void The_things_that_were_bought_earn_under_the_session_or_its_invoice()
    {
        Assert.Equal(CheckoutStanding.Earned, Of(Bought, Given.Purchase()));
        Assert.Equal(CheckoutStanding.Earned, Of(Bought with { InvoiceId = "in_1" }, Given.Purchase(id: "in_1")));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought, Given.Charge(1000) with { PaymentIntentId = "pi_1" }, Given.Purchase(), Given.Refund(1000)));
    }

    [Fact]
    public void Spend_earns_where_the_payment_is_a_part_of_it()
    {
        var before = Given.Charge(55_000, id: "ch_0") with { PaymentIntentId = "pi_0" };
        var small = Given.Charge(100) with { PaymentIntentId = "pi_1" };

        Assert.Equal(CheckoutStanding.Earned, Of(Bought, Given.Settings, Payment));
        Assert.Equal(CheckoutStanding.Earned, Of(Bought, Given.Settings, before, small));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought, Given.Settings, before, small, Given.Purchase(price: "price_coffee"), Given.Refund(100)));
        Assert.Equal(CheckoutStanding.Unknown, Of(Bought, Given.Settings, before));
    }

    [Fact]
    public void Where_no_payment_is_named_what_was_paid_since_counts_as_it()
    {
        var before = Given.Charge(55_000, id: "ch_0") with { Created = Given.Now.AddSeconds(-1) };

        Assert.Equal(CheckoutStanding.Earned, Of(Subscribed, BySpend, Given.Subscription("active"), before, Given.Charge(100)));
        Assert.Equal(CheckoutStanding.Unknown, Of(Subscribed, BySpend, Given.Subscription("active"), before));
    }

    [Fact]
    public void Where_spend_and_subscription_earn_together_either_may_be_what_was_bought()
    {
        var before = Given.Charge(55_000, id: "ch_0") with { Created = Given.Now.AddDays(-1), PaymentIntentId = "pi_0" };

        Assert.Equal(CheckoutStanding.Earned, Of(Subscribed, Together, Given.Subscription("active"), before));
        Assert.Equal(CheckoutStanding.Earned, Of(Bought, Together, Given.Subscription("active", id: "sub_9"), Payment));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought, Together, Payment, Given.Purchase(price: "price_coffee")));
    }

    [Fact]
    public void What_has_not_come_yet_is_not_known()
    {
        Assert.Equal(CheckoutStanding.Unknown, Of(Subscribed));
        Assert.Equal(CheckoutStanding.Unknown, Of(Subscribed, Given.Subscription("incomplete")));
        Assert.Equal(CheckoutStanding.Unknown, Of(Bought));
    }

    [Fact]
    public void What_is_yet_to_be_read_is_not_known()
    {
        var state = Given.Customer(Given.Purchase(price: "price_coffee"), Given.Charge(1) with { PaymentIntentId = "pi_1" }).State with
        {
            Reads = PendingReads.None with { Objects = [new StripeReference("checkout.session", "cs_1")] },
        };

        Assert.Equal(CheckoutStanding.Unknown, CheckoutRules.Of(Bought, state, [new ChargeLedger { Id = "ch_1", Charge = Given.Charge(1) with { PaymentIntentId = "pi_1" } }], Given.Settings, Given.Now));
    }

    [Fact]
    public void A_session_that_was_not_paid_earns_nothing_however_much_there_is() =>
        Assert.Equal(CheckoutStanding.Nothing, Of(Subscribed with { Paid = false }, Given.Subscription("active")));

    [Fact]
    public void Who_opted_out_has_no_pass_whatever_was_bought() =>
        Assert.Equal(CheckoutStanding.Nothing, Of(Subscribed, Given.Subscription("active"), Given.CustomerWith((MerchantsWord.OptOut, "yes"))));

    private static CheckoutStanding Of(CheckoutClaim claim, params Fact[] facts) => Of(claim, Given.Settings, facts);

    private static CheckoutStanding Of(CheckoutClaim claim, MembershipSettings settings, params Fact[] facts)
    {
        var customer = Given.Customer(facts);
        return CheckoutRules.Of(claim, customer.State, [.. customer.Ledgers.Values], settings, Given.Now);
    }
}
