using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Tests;

public sealed class CustomerTests
{
    [Fact]
    public void The_newest_fifty_events_are_remembered_newest_last()
    {
        var customer = Given.Customer();
        for (var i = 0; i < 60; i++) customer = customer.Apply(new CustomerEvent($"evt_{i}", "test", []), Given.Now).Customer;

        Assert.Equal(Enumerable.Range(10, 50).Select(number => $"evt_{number}"), customer.State.RecentEvents.Select(taken => taken.Id));
        Assert.All(customer.State.RecentEvents, taken => Assert.Equal(Outcome.Ignored, taken.Outcome));
    }

    [Fact]
    public void Every_charge_stands_once_on_a_page_or_waits_for_the_next_and_a_full_page_is_never_written_again()
    {
        var pages = new Dictionary<int, ImmutableArray<string>>();
        var state = Given.Customer().State;
        for (var i = 0; i < 130; i++)
        {
            Fact[] facts = [Given.Charge(10, id: $"ch_{i}", asOf: Given.At(0, $"evt_{i}")), Given.Charge(10, 5, id: $"ch_{i}", asOf: Given.At(1, $"evt_{i}b"))];
            var customer = new Customer(state, ImmutableDictionary<string, ChargeLedger>.Empty.Add($"ch_{i}", ChargeLedger.Of($"ch_{i}")));
            foreach (var fact in facts) customer = customer.Apply(new CustomerEvent(fact.AsOf.EventId, "test", [fact]), Given.Now).Customer;
            foreach (var (page, ids) in customer.FilledPages) pages.Add(page, ids);
            state = customer.State;
        }

        Assert.Equal([0, 1], pages.Keys.Order());
        Assert.Equal(Enumerable.Range(0, 130).Select(number => $"ch_{number}"), pages[0].Concat(pages[1]).Concat(state.UnpagedCharges));
        Assert.Equal((100, 650), (state.PagedCharges, Assert.Single(state.Spend).Amount));
    }

    [Fact]
    public void P8_The_last_payment_is_the_newest_charge_that_took_money_whatever_came_last()
    {
        static ChargeFact Made(string id, int days) => Given.Charge(100, id: id, asOf: Given.At(days, $"evt_{id}")) with { Created = Given.Now.AddDays(days) };

        Assert.Null(Given.Customer(Given.Refund(100)).State.LastPaidAt);
        Assert.Null(Given.Customer(Made("ch_1", 1) with { Succeeded = false }, Made("ch_2", 2) with { Captured = 0 }).State.LastPaidAt);
        Assert.Equal(Given.Now.AddDays(3), Given.Customer(Made("ch_1", 1), Made("ch_3", 3), Made("ch_2", 2), Made("ch_4", 4) with { Succeeded = false }).State.LastPaidAt);
        Assert.Equal(Given.Now.AddDays(1), Given.Customer(Made("ch_1", 1) with { AmountRefunded = 100 }).State.LastPaidAt);
    }

    [Fact]
    public void The_newest_twenty_charges_by_Stripes_time_are_shown_newest_first()
    {
        Fact[] charges = [.. Enumerable.Range(0, 30).Select(number => Given.Charge(1, id: $"ch_{number:00}") with { Created = Given.Now.AddMinutes(number) })];
        new Random(20261124).Shuffle(charges);

        Assert.Equal(Enumerable.Range(10, 20).Reverse().Select(number => $"ch_{number:00}"), Given.Customer(charges).State.NewestCharges.Select(charge => charge.Id));
    }

    [Fact]
    public void F1_A_refund_that_comes_before_its_charge_counts_when_the_charge_comes()
    {
        var customer = Given.Customer(Given.Refund(400));
        Assert.Empty(customer.State.Spend);
        Assert.Equal(["ch_1"], customer.State.UnpagedCharges);

        customer = customer.Apply(new CustomerEvent("evt_9", "charge.succeeded", [Given.Charge(1000)]), Given.Now).Customer;

        Assert.Equal([new Spend("usd", 600, Refunds: 400)], customer.State.Spend);
        Assert.Equal(["ch_1"], customer.State.UnpagedCharges);
    }

    [Fact]
    public void M3_A_refund_that_did_not_succeed_yet_and_one_that_did_are_one_refund()
    {
        Fact[] facts = [Given.Charge(1000), Given.Refund(400, "pending", asOf: Given.At(1, "evt_a")), Given.Refund(400, asOf: Given.At(2, "evt_b")), Given.Refund(100, id: "re_2")];

        Assert.Equal([new Spend("usd", 500, Refunds: 500)], Given.Customer(facts).State.Spend);
    }

    [Fact]
    public void F3_A_deleted_customer_stays_deleted_whatever_comes_later()
    {
        var customer = Given.Customer(Given.Subscription("active"), Given.CustomerWith() with { Deleted = true }, Given.CustomerWith() with { AsOf = Given.At(99, "evt_late") });

        Assert.True(customer.State.Customer!.Deleted);
        Assert.Equal(EntitlementStatus.Ended, EntitlementRules.Of(customer.State, Given.Settings, Given.Now).Status);
    }

    [Fact]
    public void F3_An_older_customer_or_checkout_never_replaces_a_newer_one()
    {
        CheckoutSessionFact Checkout(string name, int seconds) => new() { Id = $"cs_{seconds}", AsOf = Given.At(seconds, $"evt_cs{seconds}"), Name = name };
        var customer = Given.Customer(
            Given.CustomerWith() with { Email = "new@example.com", AsOf = Given.At(9, "evt_9") }, Given.CustomerWith() with { Email = "old@example.com", AsOf = Given.At(1, "evt_1") },
            Checkout("new", 8), Checkout("old", 2));

        Assert.Equal(("new@example.com", "new"), (customer.State.Person.Email, customer.State.Person.Name));
    }

    [Fact]
    public void F4_Of_two_snapshots_of_one_second_the_one_further_along_is_the_later_whatever_their_order()
    {
        (Fact Earlier, Fact Later)[] pairs =
        [
            (Given.Charge(0, amount: 1000), Given.Charge(1000)),
            (Given.Charge(1000), Given.Charge(1000, refunded: 400)),
            (Given.Charge(1000) with { Succeeded = false }, Given.Charge(0, amount: 1000)),
            (Given.Refund(400, "pending"), Given.Refund(400, "requires_action")),
            (Given.Refund(400, "requires_action"), Given.Refund(400)),
            (Given.Refund(400), Given.Refund(400, "failed")),
            (Given.Subscription("incomplete"), Given.Subscription("unpaid")),
            (Given.Subscription("unpaid"), Given.Subscription("paused")),
            (Given.Subscription("paused"), Given.Subscription("past_due")),
            (Given.Subscription("past_due"), Given.Subscription("trialing")),
            (Given.Subscription("trialing"), Given.Subscription("active")),
            (Given.Subscription("active"), Given.Subscription("incomplete_expired")),
            (Given.Subscription("active"), Given.Subscription("canceled")),
            (Invoice(open: true), Invoice(open: false)),
        ];

        foreach (var (earlier, later) in pairs)
        {
            // The event ids say the opposite, so that they cannot be what decided.
            var (first, second) = (earlier with { AsOf = Given.At(0, "evt_z") }, later with { AsOf = Given.At(0, "evt_a") });
            Assert.True(second.Beats(first), $"{second} should win.");
            Assert.False(first.Beats(second), $"{first} should lose.");
        }
    }

    [Fact]
    public void F4_What_nothing_else_decides_the_event_ids_do()
    {
        var (one, other) = (Given.Subscription("active", "price_silver", asOf: Given.At(0, "evt_a")), Given.Subscription("active", asOf: Given.At(0, "evt_b")));

        Assert.True(other.Beats(one));
        Assert.False(one.Beats(other));
        Assert.False(one.Beats(one));
    }

    [Fact]
    public void F4_What_was_not_between_two_events_of_one_second_is_no_tie()
    {
        var known = Given.Subscription("active", asOf: Given.At(0, "evt_a"));

        Assert.False(known.TiesWith(null));
        Assert.False(known.TiesWith(known));
        Assert.False((known with { AsOf = Given.At(1, "evt_b") }).TiesWith(known));
        Assert.False(Given.Subscription("canceled", asOf: Given.At(0, "evt_b")).TiesWith(known));
        Assert.True((known with { AsOf = Given.At(0, "evt_b") }).TiesWith(known));
    }

    [Fact]
    public void A_closed_invoice_is_remembered_for_as_long_as_Stripe_resends_and_then_forgotten()
    {
        var closed = Invoice(open: false);
        InvoiceFact After(int days) => Invoice(open: false) with { Id = "in_2", AsOf = new AsOf(Given.Now.AddDays(days), "evt_2") };

        Assert.Equal(["in_1", "in_2"], Given.Customer(closed, After(30)).State.Invoices.Select(invoice => invoice.Id));
        Assert.Equal(["in_2"], Given.Customer(closed, After(40)).State.Invoices.Select(invoice => invoice.Id));
        Assert.Equal(["in_1", "in_2"], Given.Customer(Invoice(open: true), After(400)).State.Invoices.Select(invoice => invoice.Id));
    }

    [Fact]
    public void B5_A_late_word_of_a_failure_opens_no_invoice_that_was_paid()
    {
        var late = Invoice(open: true) with { AsOf = Given.At(-60, "evt_late"), FailedAt = Given.Now.AddSeconds(-60) };

        var invoice = Assert.Single(Given.Customer(Invoice(open: false), late).State.Invoices);

        Assert.Equal((false, Given.Now.AddSeconds(-60)), (invoice.Open, invoice.FailedAt));
    }

    [Fact]
    public void Many_ended_subscriptions_are_forgotten_once_no_event_can_speak_of_them_and_running_ones_never()
    {
        Fact[] Facts(int days) =>
        [
            .. Enumerable.Range(0, 25).Select(number => Given.Subscription("canceled", id: $"sub_{number:00}", asOf: Given.At(number, $"evt_{number}"))),
            Given.Subscription("active", id: "sub_old", asOf: Given.At(-100, "evt_old")),
            Given.Subscription("active", id: "sub_new", asOf: new AsOf(Given.Now.AddDays(days), "evt_new")),
        ];

        Assert.Equal(27, Given.Customer(Facts(30)).State.Subscriptions.Length);
        var kept = Given.Customer(Facts(40)).State.Subscriptions.Select(subscription => subscription.Id).ToArray();
        Assert.Equal(22, kept.Length);
        Assert.Contains("sub_old", kept);
        Assert.DoesNotContain("sub_04", kept);
        Assert.Contains("sub_05", kept);
    }

    [Fact]
    public void Ended_subscriptions_that_are_read_again_are_forgotten_by_when_they_ended()
    {
        var read = AsOf.OfRead(Given.Now.AddDays(400));

        var kept = Given.Customer(
        [
            .. Enumerable.Range(0, 200).Select(number => Given.Subscription("canceled", id: $"sub_{number:000}") with { AsOf = read, EndedAt = Given.Now.AddDays(number) }),
            Given.Subscription("active", id: "sub_new") with { AsOf = read },
        ]).State.Subscriptions;

        Assert.Equal(21, kept.Length);
        Assert.Contains("sub_199", kept.Select(subscription => subscription.Id));
    }

    [Fact]
    public void Of_subscriptions_that_ended_in_one_second_the_least_ids_are_kept_and_one_that_ended_35_days_before_still_is()
    {
        Fact[] Facts(TimeSpan later) =>
        [
            .. Enumerable.Range(0, 25).Reverse().Select(number => Given.Subscription("canceled", id: $"sub_{number:00}")),
            Given.Subscription("active", id: "sub_new", asOf: new AsOf(Given.Now + later, "evt_new")),
        ];

        Assert.Equal(26, Given.Customer(Facts(TimeSpan.FromDays(35))).State.Subscriptions.Length);
        Assert.Equal([.. Enumerable.Range(0, 20).Select(number => $"sub_{number:00}"), "sub_new"], Given.Customer(Facts(TimeSpan.FromDays(35.1))).State.Subscriptions.Select(subscription => subscription.Id));
    }

    [Fact]
    public void A_closed_invoice_of_35_days_before_the_newest_is_still_remembered()
    {
        var newest = Invoice(open: false) with { Id = "in_2", AsOf = new AsOf(Given.Now.AddDays(35), "evt_2") };

        Assert.Equal(2, Given.Customer(Invoice(open: false), newest).State.Invoices.Length);
    }

    [Fact]
    public void B5_Of_a_subscriptions_open_invoices_the_oldest_ten_are_kept_whatever_comes_first()
    {
        Fact[] owed = [.. Enumerable.Range(0, 30).Select(Owed)];

        foreach (var order in new Fact[][] { owed, [.. owed.Reverse()] })
        {
            var state = Given.Customer([.. order, Owed(40) with { SubscriptionId = "sub_2" }]).State;
            Assert.Equal([.. Enumerable.Range(10, 10).Select(number => $"in_{number}"), "in_50"], state.Invoices.Select(invoice => invoice.Id));
        }

        var known = Given.Customer(owed);
        Assert.Equal(Outcome.Stale, known.Apply(new CustomerEvent("evt_again", "invoice.payment_failed", [owed[20]]), Given.Now).Outcome);
    }

    [Fact]
    public void B5_No_invoice_of_a_subscription_that_is_over_is_kept_whatever_comes_first()
    {
        foreach (var order in new Fact[][] { [Owed(0), Given.Subscription("canceled")], [Given.Subscription("canceled"), Owed(0)] })
            Assert.Equal(["in_11"], Given.Customer([.. order, Owed(1) with { SubscriptionId = "sub_2" }]).State.Invoices.Select(invoice => invoice.Id));
    }

    private static InvoiceFact Owed(int number) => Invoice(open: true) with { Id = $"in_{number + 10}", AsOf = Given.At(number, $"evt_in_{number}"), Created = Given.Now.AddDays(number) };

    [Fact]
    public void Of_charges_of_one_second_the_greatest_ids_are_shown()
    {
        Fact[] charges = [.. Enumerable.Range(0, 30).Select(number => Given.Charge(1, id: $"ch_{number:00}"))];

        foreach (var order in new[] { charges, [.. charges.Reverse()] })
            Assert.Equal(Enumerable.Range(10, 20).Reverse().Select(number => $"ch_{number:00}"), Given.Customer(order).State.NewestCharges.Select(charge => charge.Id));
    }

    public static TheoryData<Outcome, Fact[], Fact> Told => new()
    {
        { Outcome.Applied, [], Given.Charge(1000) },
        { Outcome.Applied, [Given.Charge(0, amount: 1000)], Given.Charge(0, amount: 900, asOf: Given.At(9, "evt_9")) }, // of its ledger alone
        { Outcome.Stale, [Given.Charge(1000)], Given.Charge(500, asOf: Given.At(-9, "evt_9")) },
        { Outcome.Applied, [Given.Subscription("active")], Given.Subscription("past_due", asOf: Given.At(9, "evt_9")) },
        { Outcome.Stale, [Given.Subscription("past_due"), Given.Subscription("active", asOf: Given.At(-5, "evt_8"))], Given.Subscription("past_due", asOf: Given.At(-9, "evt_9")) },
        { Outcome.Stale, [Invoice(open: true)], Invoice(open: true) with { AsOf = Given.At(-9, "evt_9") } },
        { Outcome.Stale, [Session("cs_1", 0)], Session("cs_1", -9) },
        { Outcome.Applied, [Session("cs_1", 0)], Session("cs_2", 9) },
        { Outcome.Stale, [Given.CustomerWith()], Given.CustomerWith() with { AsOf = Given.At(-9, "evt_9") } },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void F3_An_event_that_tells_nothing_new_is_stale(Outcome outcome, Fact[] known, Fact told) =>
        Assert.Equal(outcome, Given.Customer(known).Apply(new CustomerEvent("evt_told", "test", [told]), Given.Now).Outcome);

    [Fact]
    public void F1_What_is_known_of_an_object_is_that_of_its_id()
    {
        Fact[] facts =
        [
            Given.Charge(1000), Given.Charge(900, id: "ch_2"), Given.Refund(1), Given.Refund(2, id: "re_2"), Given.Dispute("lost", 1), Given.Dispute("lost", 2, id: "du_2"),
            Given.Subscription("active"), Given.Subscription("active", id: "sub_2"), Invoice(open: true), Invoice(open: true) with { Id = "in_2" },
            Given.Purchase(), Given.Purchase(payment: "pi_2", id: "cs_2"), Given.CustomerWith(), Session("cs_9", 0),
        ];
        var customer = Given.Customer(facts);

        Assert.All(facts, fact => Assert.Equal((fact.GetType(), fact.Id), (customer.Known(fact)?.GetType(), customer.Known(fact)?.Id)));
        Assert.All(facts, fact => Assert.Null(Given.Customer().Known(fact)));
    }

    [Fact]
    public void B3_What_was_saved_in_a_turn_is_known_to_the_rest_of_it()
    {
        var saved = (Given.Customer(Given.Charge(1000) with { PaymentIntentId = "pi_1" }, Given.Refund(1000)) with { UndonePayments = ["pi_0"] }).Saved();

        Assert.Equal(["ch_1", "pi_0", "pi_1"], saved.UndonePayments.Order(StringComparer.Ordinal));
        Assert.Equal((0, 0, 0), (saved.ChangedLedgers.Count, saved.FilledPages.Count, saved.ChangedPayments.Count));
        Assert.Equal(EntitlementStatus.Ended, EntitlementRules.Of(saved.Then(Given.Purchase()).State, Given.Settings, Given.Now).Status);
    }

    [Fact]
    public void B5_An_invoice_that_never_failed_has_no_failure() =>
        Assert.Null(Assert.Single(Given.Customer(Invoice(open: true), Invoice(open: false) with { AsOf = Given.At(9, "evt_9") }).State.Invoices).FailedAt);

    [Fact]
    public void A_text_that_is_no_customer_id_is_refused_and_an_id_that_was_never_read_names_nobody()
    {
        Assert.Equal("A customer id is 1 to 255 letters, digits, '_' or '-'.", Assert.Throws<FormatException>(() => CustomerId.Parse("cus/1")).Message);
        Assert.Equal("A default CustomerId names nobody.", Assert.Throws<InvalidOperationException>(() => default(CustomerId).Value).Message);
        Assert.Equal(("cus_1", ""), (CustomerId.Parse("cus_1").ToString(), default(CustomerId).ToString()));
    }

    [Fact]
    public void A_customer_id_is_no_longer_than_Stripes() =>
        Assert.Equal((true, false), (CustomerId.TryParse(new string('a', 255), out _), CustomerId.TryParse(new string('a', 256), out _)));

    private static CheckoutSessionFact Session(string id, int seconds) => new() { Id = id, AsOf = Given.At(seconds, $"evt_{id}{seconds}"), Name = "Ada", Paid = true };

    private static InvoiceFact Invoice(bool open) => new() { Id = "in_1", AsOf = Given.At(0, "evt_in"), SubscriptionId = "sub_1", Created = Given.Now, Open = open };

    [Fact]
    public void A_charge_whose_record_was_overwritten_counts_again_with_the_next_word_of_it()
    {
        var saved = Given.Customer(Given.Charge(1000));
        var overwritten = new Customer(CustomerState.Of(CustomerId.Parse("cus_1")), saved.Ledgers);

        var (after, _) = overwritten.Apply(new CustomerEvent("evt_r", "refund.created", [Given.Refund(400)]), Given.Now);

        Assert.Equal([new Spend("usd", 600, Refunds: 400)], after.State.Spend);
        Assert.Equal(["ch_1"], after.State.UnpagedCharges);
    }
}
