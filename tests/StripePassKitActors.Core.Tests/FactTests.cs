using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

public sealed class FactTests
{
    [Fact]
    public void F1_F3_Any_order_and_any_number_of_deliveries_end_in_the_same_money_and_membership()
    {
        Fact[] facts =
        [
            Given.Charge(0, amount: 1000, asOf: Given.At(0, "evt_a")),
            Given.Charge(1000, asOf: Given.At(0, "evt_b")),
            Given.Charge(1000, refunded: 400, asOf: Given.At(5, "evt_c")),
            Given.Refund(400, "pending", asOf: Given.At(5, "evt_d")),
            Given.Refund(400, "failed", asOf: Given.At(9, "evt_e")),
            Given.Subscription("incomplete", asOf: Given.At(0, "evt_f")),
            Given.Subscription("active", asOf: Given.At(0, "evt_g")),
            Given.Subscription("canceled", asOf: Given.At(3, "evt_h")),
            Given.Subscription("active", asOf: Given.At(7, "evt_i")),
        ];
        var random = new Random(20261124);

        var ends = Enumerable.Range(0, 200).Select(_ =>
        {
            var deliveries = facts.Concat(facts).ToArray();
            random.Shuffle(deliveries);
            var state = Given.Customer(deliveries).State;
            return (Spend: string.Join(",", state.Spend), Status: Assert.Single(state.Subscriptions).Status, By: state.Subscriptions[0].AsOf.EventId);
        }).Distinct().ToArray();

        var end = Assert.Single(ends);
        Assert.Equal(new Spend("usd", 1000).ToString(), end.Spend);
        Assert.Equal(("canceled", "evt_h"), (end.Status, end.By));
    }

    [Fact]
    public void F3_An_equal_fact_that_is_newer_still_moves_the_moment_of_what_is_known()
    {
        var known = Given.Customer(Given.Subscription("active", asOf: Given.At(10)), Given.Subscription("active", asOf: Given.At(20, "evt_2")));

        var after = known.Apply(new CustomerEvent("evt_3", "customer.subscription.updated", [Given.Subscription("past_due", asOf: Given.At(15, "evt_3"))]), Given.Now);

        Assert.Equal(Outcome.Stale, after.Outcome);
        Assert.Equal("active", after.Customer.State.Subscriptions[0].Status);
    }

    [Fact]
    public void F4_Ties_are_counted() =>
        Assert.Equal(1, Given.Customer(Given.Subscription("incomplete", asOf: Given.At(0, "evt_1")), Given.Subscription("active", asOf: Given.At(0, "evt_2"))).Ties);

    [Fact]
    public void A_repeated_event_writes_nothing()
    {
        var taken = new CustomerEvent("evt_1", "charge.succeeded", [Given.Charge(1000)]);
        var customer = new Customer(CustomerState.Of(CustomerId.Parse("cus_1")), ImmutableDictionary<string, ChargeLedger>.Empty);
        var once = customer.Apply(taken, Given.Now).Customer;

        var again = once.Apply(taken, Given.Now);

        Assert.Equal(Outcome.Duplicate, again.Outcome);
        Assert.Same(once, again.Customer);
    }

    [Fact]
    public void A_repeated_event_that_told_nothing_new_writes_nothing_either()
    {
        var known = Given.Customer(Given.Subscription("active", asOf: Given.At(9, "evt_9")));
        CustomerEvent[] others = [new("evt_ignored", "test", []), new("evt_stale", "test", [Given.Subscription("active", asOf: Given.At(1, "evt_stale"))])];

        foreach (var taken in others)
        {
            var once = known.Apply(taken, Given.Now).Customer;
            Assert.Same(once, once.Apply(taken, Given.Now).Customer);
        }
    }

    [Fact]
    public void A_repeated_event_that_others_pushed_out_of_memory_writes_nothing()
    {
        var taken = new CustomerEvent("evt_9", "test", [Given.Subscription("active", asOf: Given.At(9, "evt_9"))]);
        var customer = Given.Customer().Apply(taken, Given.Now).Customer;
        for (var i = 0; i < CustomerState.RecentEventsKept; i++) customer = customer.Apply(new CustomerEvent($"evt_other{i}", "test", []), Given.Now).Customer;

        Assert.Same(customer, customer.Apply(taken, Given.Now).Customer);
    }

    [Fact]
    public void F2_F3_Only_what_is_over_for_good_is_terminal_and_only_what_events_cannot_tell_is_worth_a_reading()
    {
        Fact[] facts =
        [
            Given.Charge(1000), Given.Refund(1), Given.Dispute("won"), Given.Subscription("unpaid") with { Items = [] }, Given.CustomerWith(),
            new Membership.InvoiceFact { Id = "in_1", AsOf = Given.At(0), SubscriptionId = "sub_1", Created = Given.Now, Open = false }, new CheckoutSessionFact { Id = "cs_1", AsOf = Given.At(0) },
        ];

        Assert.All(facts, fact => Assert.Equal((false, false), (fact.IsTerminal, fact.IsIncomplete)));
        Assert.All([Given.Subscription("canceled"), Given.Subscription("incomplete_expired"), Given.CustomerWith() with { Deleted = true }], (Fact fact) => Assert.True(fact.IsTerminal));
        Assert.True(Given.Purchase().IsIncomplete);
    }

    [Theory]
    [InlineData("cus_1", true)]
    [InlineData("acct_1-a", true)]
    [InlineData("", false)]
    [InlineData("cus/1", false)]
    [InlineData("cus.1", false)]
    [InlineData("cus#1", false)]
    [InlineData("cus 1", false)]
    public void A_customer_id_holds_only_what_Dapr_accepts(string text, bool accepted) =>
        Assert.Equal(accepted, CustomerId.TryParse(text, out _));
}
