using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;

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
    public void Spend_of_a_window_earns_where_all_spend_would_and_nowhere_else()
    {
        var before = Given.Charge(55_000, id: "ch_0") with { Created = Given.Now.AddDays(-1), PaymentIntentId = "pi_0" };
        var small = Given.Charge(100) with { PaymentIntentId = "pi_1" };
        var year = Given.Settings with { SpendWindow = SpendWindow.CalendarYear };

        Assert.Equal(CheckoutStanding.Earned, Of(Bought, year, before, small));
        Assert.Equal(CheckoutStanding.Earned, Of(Subscribed, year with { Source = TierSource.SpendWhileSubscribed }, Given.Subscription("active"), before));
        Assert.Equal(CheckoutStanding.Nothing, Of(Subscribed, year, Given.Subscription("active", "price_other"), before));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought with { PaymentId = null, Created = Given.Now.AddDays(1) }, year, Given.Purchase(price: "price_coffee"), before));
    }

    [Fact]
    public void A_payment_is_waited_for_where_spend_can_earn_a_tier_and_nowhere_else()
    {
        var coffee = Given.Purchase(price: "price_coffee");
        var withoutThresholds = Given.Settings with { Tiers = [.. Given.Settings.Tiers.Select(tier => tier with { MinimumSpend = tier.MinimumSpend.Clear() })] };

        Assert.Equal(CheckoutStanding.Unknown, Of(Bought, coffee));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought, withoutThresholds, coffee));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought, Given.Settings with { Source = TierSource.Subscription }, coffee));
        Assert.Equal(CheckoutStanding.Nothing, Of(Bought with { PaymentId = null }, coffee));
    }

    [Fact]
    public void A_session_is_known_by_what_it_sold_beside_other_purchases()
    {
        var claim = Bought with { PaymentId = null };

        Assert.Equal(CheckoutStanding.Nothing, Of(claim, Given.Purchase(id: "cs_9"), Given.Purchase(price: "price_coffee")));
        Assert.Equal(CheckoutStanding.Unknown, Of(claim, Given.Purchase(id: "cs_9")));
    }

    [Theory]
    [InlineData("cs_1", 0, CheckoutStanding.Nothing)]
    [InlineData("cs_9", 1, CheckoutStanding.Nothing)]
    [InlineData("cs_9", 0, CheckoutStanding.Unknown)]
    [InlineData("cs_9", -1, CheckoutStanding.Unknown)]
    public void A_session_is_known_once_it_or_a_newer_one_came(string id, int seconds, CheckoutStanding expected) =>
        Assert.Equal(expected, Of(Bought with { PaymentId = null }, new CheckoutSessionFact { Id = id, AsOf = Given.At(0), Created = Given.Now.AddSeconds(seconds), Paid = true }));

    [Fact]
    public void What_has_not_come_yet_is_not_known()
    {
        Assert.Equal(CheckoutStanding.Unknown, Of(Subscribed));
        Assert.Equal(CheckoutStanding.Unknown, Of(Subscribed, Given.Subscription("incomplete")));
        Assert.Equal(CheckoutStanding.Unknown, Of(Bought));
    }

    [Fact]
    public void A_session_that_does_not_tell_what_was_bought_waits_for_the_invoice_that_it_made()
    {
        var claim = Bought with { InvoiceId = "in_1" };
        Fact paid = Given.Charge(1) with { PaymentIntentId = "pi_1" }, session = Given.Purchase() with { InvoiceId = "in_1", Items = [] };

        Assert.Equal(CheckoutStanding.Unknown, Of(claim, paid, session));
        Assert.Equal(CheckoutStanding.Earned, Of(claim, paid, session, Given.Purchase(id: "in_1", payment: null)));
        Assert.Equal(CheckoutStanding.Nothing, Of(claim, paid, session, Given.Purchase(id: "in_1", payment: null, price: "price_coffee")));
        Assert.Equal(CheckoutStanding.Nothing, Of(claim, paid, Given.Purchase(price: "price_coffee", asOf: AsOf.OfRead(Given.Now)) with { InvoiceId = "in_1" }));
    }

    [Theory]
    [InlineData("checkout.session", "cs_1", true)]
    [InlineData("invoice", "in_1", true)]
    [InlineData("checkout.session", "cs_9", false)]
    public void What_is_yet_to_be_read_is_not_known(string kind, string id, bool isOfTheCheckout)
    {
        var customer = Given.Customer(Given.Purchase(price: "price_coffee", asOf: AsOf.OfRead(Given.Now)), Given.Charge(1) with { PaymentIntentId = "pi_1" });

        Assert.Equal(isOfTheCheckout ? CheckoutStanding.Unknown : CheckoutStanding.Nothing, Of(Bought with { InvoiceId = "in_1" }, customer, new StripeReference(kind, id)));
        Assert.Equal(CheckoutStanding.Unknown, Of(Subscribed, Given.Customer(Given.Subscription("canceled")), new StripeReference("subscription", "sub_1")));
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

    private static CheckoutStanding Of(CheckoutClaim claim, Customer customer, StripeReference unread)
    {
        var state = customer.State with { Reads = PendingReads.None with { Objects = [new StripeReference("charge", "ch_9"), unread] } };
        return CheckoutRules.Of(claim, state, [.. customer.Ledgers.Values], Given.Settings, Given.Now);
    }
}
