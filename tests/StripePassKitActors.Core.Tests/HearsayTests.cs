using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Tests;

/// <summary>What an event alone settles, and what must be read before it is believed.</summary>
public sealed class HearsayTests
{
    private static readonly SubscriptionFact Active = Given.Subscription("active");

    [Theory]
    [InlineData(11, true)]
    [InlineData(10, false)]
    [InlineData(1, false)]
    [InlineData(-10, false)]
    [InlineData(-11, true)] // it is passed over as it is
    public void F2_An_event_settles_what_is_more_than_ten_seconds_away_from_what_is_known(int seconds, bool settles) =>
        Assert.Equal(settles, (Active with { AsOf = Given.At(seconds, "evt_2") }).SettlesAgainst(Active));

    [Fact]
    public void F2_What_is_new_repeated_or_over_for_good_needs_no_reading()
    {
        Assert.True(Active.SettlesAgainst(null));
        Assert.True(Active.SettlesAgainst(Active));
        Assert.True((Active with { AsOf = Given.At(1, "evt_2") }).SettlesAgainst(Given.Subscription("canceled")));
    }

    [Theory]
    [InlineData(-3, true)]
    [InlineData(-2, false)] // Stripe may have looked before that, and answered later
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void F2_A_reading_answers_what_is_older_than_the_moment_Stripe_looked(int seconds, bool answered)
    {
        var read = Active with { AsOf = AsOf.OfRead(Given.Now) };
        var told = Given.Subscription("past_due", asOf: Given.At(seconds, "evt_2"));

        Assert.Equal(answered, told.IsAnsweredBy(read));
        Assert.Equal(answered, told.SettlesAgainst(read));
        Assert.False(told.IsAnsweredBy(Active with { AsOf = Given.At(5, "evt_later") }));
        Assert.False(told.IsAnsweredBy(null));
    }

    [Fact]
    public void F2_Of_a_reading_and_an_event_of_one_second_the_reading_is_believed_whatever_comes_first()
    {
        var read = Given.Subscription("past_due", asOf: AsOf.OfRead(Given.Now));

        Assert.True(read.Beats(Active));
        Assert.False(Active.Beats(read));
        Assert.True(read.Beats(Active with { AsOf = AsOf.OfRead(Given.Now) }));
        Assert.False(read.TiesWith(Active));
    }

    [Fact]
    public void F3_What_is_over_for_good_is_not_undone_by_a_reading() =>
        Assert.False((Active with { AsOf = AsOf.OfRead(Given.Now.AddDays(1)) }).Beats(Given.Subscription("canceled")));

    [Fact]
    public void F5_Less_spend_no_tier_a_lower_one_and_an_earlier_end_take_away()
    {
        Assert.True(TakesAway([Given.Charge(1000), Given.Charge(900, id: "ch_2")], [Given.Charge(1000), Given.Charge(900, id: "ch_2"), Given.Refund(1)]));
        Assert.True(TakesAway([Active], [Given.Subscription("canceled")]));
        Assert.True(TakesAway([Active], [Given.Subscription("active", "price_silver")]));
        Assert.True(TakesAway([Active], [Active with { CancelAtPeriodEnd = true }]));
        Assert.True(TakesAway([Given.Purchase()], [Given.Purchase(30)]));
        Assert.True(TakesAway([Active], [Given.Subscription("past_due")]));
    }

    [Fact]
    public void F5_The_same_more_and_what_was_not_honoured_anyway_take_nothing_away()
    {
        Assert.False(TakesAway([Active], [Active]));
        Assert.False(TakesAway([Given.Subscription("active", "price_silver")], [Active]));
        Assert.False(TakesAway([Given.Charge(1000)], [Given.Charge(1000), Given.Charge(5, id: "ch_2", currency: "eur")]));
        Assert.False(TakesAway([Active with { CancelAtPeriodEnd = true }], [Active]));
        Assert.False(TakesAway([Given.Subscription("unpaid")], [Given.Subscription("canceled")]));
        Assert.False(TakesAway([], [Active]));
    }

    [Fact]
    public void F5_One_currency_that_falls_takes_away_although_another_rises() =>
        Assert.True(TakesAway([Given.Charge(1000)], [Given.Charge(1000), Given.Refund(1), Given.Charge(9000, id: "ch_2", currency: "eur")]));

    [Fact]
    public void F5_A_currency_of_which_nothing_is_left_takes_away() =>
        Assert.True(TakesAway([Given.Charge(1000)], [Given.Charge(1000), Given.Dispute("lost")]));

    [Theory]
    [InlineData("gold", 20, "gold", 20, false)]
    [InlineData("gold", 20, "gold", 21, false)]
    [InlineData("gold", 20, "gold", 19, true)]
    [InlineData("gold", 20, "silver", 30, true)]
    [InlineData("silver", 20, "gold", 20, false)]
    [InlineData("gold", 0, "silver", -5, false)] // it is over already
    [InlineData("gold", 20, null, 0, true)]
    [InlineData("gold", 20, "no such tier", 20, true)]
    [InlineData("no such tier", 20, "silver", 20, false)]
    public void F5_A_valid_pass_loses_its_validity_its_tier_or_days_of_it(string told, int toldDays, string? wanted, int wantedDays, bool loses) =>
        Assert.Equal(loses, Hearsay.WouldLose(Shows(told, toldDays), wanted is null ? null : Shows(wanted, wantedDays), Given.Settings, Given.Now));

    [Fact]
    public void F5_Who_has_no_pass_loses_none() => Assert.False(Hearsay.WouldLose(null, null, Given.Settings, Given.Now));

    [Fact]
    public void B5_A_reading_of_a_past_due_subscription_closes_the_invoices_that_it_does_not_owe_any_more()
    {
        var told = Given.Customer(Given.Subscription("past_due"), Owed("in_1", failed: 0), Owed("in_2", failed: 5), Owed("in_3", failed: 1) with { SubscriptionId = "sub_2" });

        var read = told.WithReading([Given.Subscription("past_due", asOf: AsOf.OfRead(Given.Now.AddDays(9))), Owed("in_2", failed: 5) with { AsOf = AsOf.OfRead(Given.Now.AddDays(9)) }]);

        Assert.Equal(["in_2", "in_3"], read.State.Invoices.Where(invoice => invoice.Open).Select(invoice => invoice.Id));
        Assert.Equal(Given.Now.AddDays(5 + 21), EntitlementRules.Of(read.State, Given.Settings, Given.Now).ValidUntil);
    }

    [Fact]
    public void B5_An_invoice_that_was_read_a_second_before_its_subscription_is_still_owed()
    {
        var told = Given.Customer(Given.Subscription("past_due"));

        var read = told.WithReading([Given.Subscription("past_due", asOf: AsOf.OfRead(Given.Now.AddDays(9))), Owed("in_1", failed: 5) with { AsOf = AsOf.OfRead(Given.Now.AddDays(9).AddSeconds(-1)) }]);

        Assert.True(Assert.Single(read.State.Invoices).Open);
    }

    [Fact]
    public void B5_A_reading_closes_no_invoice_of_which_something_newer_is_known()
    {
        var told = Given.Customer(Given.Subscription("past_due"), Owed("in_1", failed: 0) with { AsOf = Given.At(600, "evt_new") });

        Assert.True(Assert.Single(told.WithReading([Given.Subscription("past_due", asOf: AsOf.OfRead(Given.Now.AddSeconds(300)))]).State.Invoices).Open);
    }

    [Fact]
    public void B5_The_failure_that_was_read_first_starts_the_grace_in_place_of_the_one_that_was_told()
    {
        var told = Given.Customer(Given.Subscription("past_due"), Owed("in_1", failed: 5));

        var read = told.WithReading([Given.Subscription("past_due", asOf: AsOf.OfRead(Given.Now.AddDays(9))), Owed("in_1", failed: 2) with { AsOf = AsOf.OfRead(Given.Now.AddDays(9)) }]);

        Assert.Equal(Given.Now.AddDays(2 + 21), EntitlementRules.Of(read.State, Given.Settings, Given.Now).ValidUntil);
    }

    [Fact]
    public void M3_Refunds_that_were_read_together_with_their_charge_are_summed_and_what_the_charge_says_is_not_asked()
    {
        var charge = Given.Charge(1000, refunded: 700, asOf: AsOf.OfRead(Given.Now)) with { RefundsListed = true };

        Assert.Equal(600, ChargeLedger.Of("ch_1").With(charge).With(Given.Refund(400, asOf: AsOf.OfRead(Given.Now))).Net);
        Assert.Equal(300, ChargeLedger.Of("ch_1").With(charge with { RefundsListed = false }).With(Given.Refund(400, asOf: AsOf.OfRead(Given.Now))).Net);
    }

    [Fact]
    public void F6_No_fact_carries_another_objects_amount()
    {
        // A refund that is known does not change what its charge says, nor the other way round.
        var ledger = ChargeLedger.Of("ch_1").With(Given.Charge(1000)).With(Given.Refund(400)).With(Given.Dispute("lost", 100));

        Assert.Equal((0, 400, 100), (ledger.Charge!.AmountRefunded, ledger.Refunds[0].Amount, ledger.Disputes[0].Amount));
    }

    private static bool TakesAway(Fact[] before, Fact[] after) => Hearsay.TakesAway(Given.Customer(before).State, Given.Customer(after).State, Given.Settings, Given.Now);

    private static PassContent Shows(string tier, int days) =>
        new() { Tier = tier, Person = Person.Unknown, Expiry = Given.Now.AddDays(days), Metadata = ImmutableSortedDictionary<string, string>.Empty };

    private static InvoiceFact Owed(string id, int failed) => new()
    {
        Id = id,
        AsOf = Given.At(0, "evt_" + id),
        SubscriptionId = "sub_1",
        Created = Given.Now.AddDays(failed),
        Open = true,
        FailedAt = Given.Now.AddDays(failed),
    };
}
