using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

public sealed class MoneyTests
{
    [Theory]
    [InlineData(1000, 1000, 0, 1000)] // captured whole
    [InlineData(1000, 1000, 400, 600)] // refunded in part
    [InlineData(1000, 700, 300, 700)] // captured in part: the released remainder is no refund
    [InlineData(1000, 700, 500, 500)] // captured in part, then refunded
    [InlineData(1000, 0, 0, 0)] // authorised only
    public void M2_Net_is_what_was_captured_less_what_was_refunded(long amount, long captured, long refunded, long net) =>
        Assert.Equal(net, ChargeLedger.Of("ch_1").With(Given.Charge(captured, refunded, amount)).Net);

    [Theory]
    [InlineData("succeeded", 600)]
    [InlineData("pending", 600)]
    [InlineData("requires_action", 600)]
    [InlineData("failed", 1000)]
    [InlineData("canceled", 1000)]
    public void M3_Only_refunds_that_stand_take_money_away(string status, long net) =>
        Assert.Equal(net, ChargeLedger.Of("ch_1").With(Given.Charge(1000)).With(Given.Refund(400, status)).Net);

    [Fact]
    public void M3_A_refund_that_failed_after_the_charge_counted_it_gives_the_money_back() =>
        Assert.Equal(1000, ChargeLedger.Of("ch_1").With(Given.Charge(1000, refunded: 400)).With(Given.Refund(400, "failed")).Net);

    [Fact]
    public void M3_The_charge_and_its_refund_tell_of_the_same_money_once() =>
        Assert.Equal(600, ChargeLedger.Of("ch_1").With(Given.Charge(1000, refunded: 400)).With(Given.Refund(400)).Net);

    [Fact]
    public void M1_A_charge_that_did_not_succeed_is_worth_nothing() =>
        Assert.Equal(0, ChargeLedger.Of("ch_1").With(Given.Charge(1000) with { Succeeded = false }).Net);

    [Theory]
    [InlineData(1000, 1000, 1500, 0)] // more refunded than captured, as a lost race may tell
    [InlineData(1000, 700, 0, 700)] // the remainder is released, and its refund not told yet
    [InlineData(1000, 1200, 0, 1200)] // more captured than authorised: nothing is released
    [InlineData(1000, 1200, 300, 900)]
    public void M2_Net_is_never_below_zero_and_what_is_released_neither(long amount, long captured, long refunded, long net) =>
        Assert.Equal(net, ChargeLedger.Of("ch_1").With(Given.Charge(captured, refunded, amount)).Net);

    [Fact]
    public void M3_What_the_charge_tells_beyond_the_refunds_that_are_known_counts() =>
        Assert.Equal(300, ChargeLedger.Of("ch_1").With(Given.Charge(1000, refunded: 700)).With(Given.Refund(400)).Net);

    [Theory]
    [InlineData(300, false, false, 400)] // the charge does not tell of the refund yet
    [InlineData(700, false, false, 400)]
    [InlineData(700, true, false, 400)] // Stripe told of a refund for what it released
    [InlineData(300, true, false, 400)]
    [InlineData(700, false, true, 400)] // another refund came back, and Stripe took it off the charge's amount, as it may
    [InlineData(700, true, true, 400)]
    [InlineData(1000, false, true, 400)] // or not
    public void M2_M3_What_a_partial_capture_released_is_no_refund_whether_it_is_told_of_as_one_or_not(long amountRefunded, bool releaseTold, bool failed, long refunded)
    {
        var ledger = ChargeLedger.Of("ch_1").With(Given.Charge(700, amountRefunded, amount: 1000)).With(Given.Refund(400));
        if (releaseTold) ledger = ledger.With(Given.Refund(300, id: "re_released"));
        if (failed) ledger = ledger.With(Given.Refund(400, "failed", id: "re_failed"));

        Assert.Equal(refunded, ledger.Refunded);
        if (releaseTold) Assert.Equal(refunded, ledger.With(Given.Charge(700, amountRefunded, amount: 1000, asOf: AsOf.OfRead(Given.Now)) with { RefundsListed = true }).Refunded);
    }

    [Fact]
    public void M3_A_refund_that_failed_and_its_repetition_take_the_money_away_once() =>
        Assert.Equal(600, ChargeLedger.Of("ch_1").With(Given.Charge(1000, refunded: 400)).With(Given.Refund(400, "failed")).With(Given.Refund(400, id: "re_2")).Net);

    [Fact]
    public void F3_An_older_refund_or_charge_changes_nothing()
    {
        var known = ChargeLedger.Of("ch_1").With(Given.Charge(1000, asOf: Given.At(9))).With(Given.Refund(400, "failed", asOf: Given.At(9)));

        Assert.Same(known, known.With(Given.Charge(500, asOf: Given.At(1))).With(Given.Refund(400, "pending", asOf: Given.At(1))));
    }

    [Fact]
    public void M5_Currencies_never_mix()
    {
        var spend = Given.Customer(Given.Charge(1000), Given.Charge(700, id: "ch_2", currency: "eur")).State.Spend;

        Assert.Equal([new Spend("eur", 700), new Spend("usd", 1000)], spend);
    }

    [Theory]
    [InlineData(1234, "usd", "12.34 USD")]
    [InlineData(1234, "jpy", "1234 JPY")]
    [InlineData(1234, "kwd", "1.234 KWD")]
    [InlineData(500, "isk", "5.00 ISK")]
    [InlineData(500, "ugx", "5.00 UGX")]
    public void M5_Amounts_have_the_exponents_of_Stripe(long amount, string currency, string text) =>
        Assert.Equal(text, Currency.Format(amount, currency));

    [Theory]
    [InlineData(0, "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")]
    [InlineData(3, "bhd jod kwd omr tnd")]
    [InlineData(2, "usd eur isk ugx huf twd")]
    public void M5_Stripe_charges_each_currency_with_so_many_digits(int exponent, string currencies) =>
        Assert.All(currencies.Split(' '), currency => Assert.Equal(exponent, Currency.Exponent(currency)));

    [Theory]
    [InlineData("usd", true)]
    [InlineData("zzz", true)] // each code counts, known or not
    [InlineData("USD", false)]
    [InlineData("us1", false)]
    [InlineData("us", false)]
    [InlineData("usdt", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void M5_A_currency_is_three_lower_case_letters(string? text, bool code) => Assert.Equal(code, Currency.IsCode(text));

    [Fact]
    public void M1_Spend_that_no_number_holds_is_refused_and_never_turns_negative()
    {
        foreach (var months in new[] { 0, 1 }) // within a month as well as beyond
        {
            var (charge, refunded) = (Given.Charge(1, id: "ch_2") with { Created = Given.Now.AddMonths(months) }, Given.Charge(1, refunded: 1, id: "ch_2") with { Created = Given.Now.AddMonths(months) });
            Assert.Throws<OverflowException>(() => Given.Customer(Given.Charge(long.MaxValue), charge));
            Assert.Throws<OverflowException>(() => Given.Customer(Given.Charge(long.MaxValue, refunded: long.MaxValue), refunded));
        }
    }

    [Fact]
    public void F1_Refunds_and_disputes_stand_in_the_order_of_their_ids_whatever_came_first()
    {
        foreach (var ids in new[] { new[] { "1", "2", "3" }, ["3", "1", "2"] })
        {
            var ledger = ids.Aggregate(ChargeLedger.Of("ch_1"), (known, id) => known.With(Given.Refund(1, id: "re_" + id)).With(Given.Dispute("lost", 1, id: "du_" + id)));
            Assert.Equal(["re_1", "re_2", "re_3"], ledger.Refunds.Select(refund => refund.Id));
            Assert.Equal(["du_1", "du_2", "du_3"], ledger.Disputes.Select(dispute => dispute.Id));
        }
    }

    [Fact]
    public void M7_What_refunds_took_off_falls_when_a_dispute_takes_it_instead()
    {
        Fact[] refunded = [Given.Charge(1000), Given.Refund(1000)];

        Assert.Equal([new Spend("usd", 0, Refunds: 1000)], Given.Customer(refunded).State.Spend);
        Assert.Equal([new Spend("usd", 0, Refunds: 600)], Given.Customer([.. refunded, Given.Dispute("lost", 400)]).State.Spend);
    }

    [Fact]
    public void B3_A_payment_is_known_by_its_intent_else_by_its_charge() =>
        Assert.Equal(("pi_1", "ch_1"), ((Given.Charge(1) with { PaymentIntentId = "pi_1" }).Payment, Given.Charge(1).Payment));

    [Fact]
    public void M6_A_month_of_spend_is_stored_as_short_as_it_can_be_and_read_as_it_was()
    {
        MonthSpend[] months = [new(202611, "usd", 1000, 0), new(202610, "eur", 0, 400)];

        var stored = System.Text.Json.JsonSerializer.Serialize(months);

        Assert.Equal("""[[202611,"usd",1000],[202610,"eur",0,400]]""", stored);
        Assert.Equal(months, System.Text.Json.JsonSerializer.Deserialize<MonthSpend[]>(stored));
    }

    [Fact]
    public void A_charge_that_changes_its_currency_is_refused_and_nothing_is_lost()
    {
        var customer = Given.Customer(Given.Charge(1000));

        var refused = Assert.Throws<InvalidFactException>(() =>
            customer.Apply(new CustomerEvent("evt_2", "charge.updated", [Given.Charge(1, currency: "eur", asOf: Given.At(9))]), Given.Now));
        Assert.Equal("Charge ch_1 was in usd and is now in eur; a charge never changes its currency.", refused.Message);
        Assert.Equal([new Spend("usd", 1000)], customer.State.Spend);
    }
}
