using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Tests;

public sealed class PurchaseTests
{
    private static readonly Fact Charge = Given.Charge(1000) with { PaymentIntentId = "pi_1" };

    [Fact]
    public void B3_A_purchase_grants_its_tier_for_its_days_to_the_second()
    {
        var granted = Given.Entitled(Given.Now, Given.Purchase(30));

        var end = Given.Now.AddDays(30);
        Assert.Equal((EntitlementStatus.Active, "gold", end, end, end), (granted.Status, granted.Tier?.Id, granted.ValidUntil, granted.ExpiresAt, granted.ChangesAt));
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(end.AddSeconds(-1), Given.Purchase(30)).Status);
        var over = Given.Entitled(end, Given.Purchase(30));
        Assert.Equal((EntitlementStatus.Ended, "gold", end), (over.Status, over.Tier?.Id, over.ExpiresAt));
    }

    [Fact]
    public void B3_A_purchase_without_days_has_no_end() =>
        Assert.Equal((EntitlementStatus.Active, null, null), Of(Given.Entitled(Given.Now.AddYears(9), Given.Purchase())));

    [Fact]
    public void B3_The_days_run_from_the_first_word_of_the_payment_whatever_comes_first()
    {
        Fact[] facts = [Given.Purchase(30, asOf: Given.At(5, "evt_a"), paidAt: Given.Now.AddSeconds(5)), Given.Purchase(30, asOf: Given.At(90, "evt_b"), paidAt: Given.Now.AddSeconds(90))];

        foreach (var order in new[] { facts, [.. facts.Reverse()] }) Assert.Equal(Given.Now.AddSeconds(5).AddDays(30), Given.Entitled(Given.Now, order).ValidUntil);
    }

    [Fact]
    public void B3_The_days_of_a_delayed_payment_run_from_the_event_of_it_whatever_else_was_read_before_or_after()
    {
        var (begun, paid) = (Given.Now, Given.Now.AddDays(4));
        PurchaseFact told = Given.Purchase(3, asOf: new AsOf(paid, "evt_paid"), paidAt: paid), again = told with { AsOf = new AsOf(paid.AddMinutes(1), "evt_again"), PaidAt = paid.AddMinutes(1) };
        PurchaseFact read = told with { AsOf = AsOf.OfRead(paid.AddSeconds(2)), PaidAt = begun, PaidAtRead = true }, later = read with { AsOf = AsOf.OfRead(paid.AddDays(1)) };

        foreach (var order in Orders([told, again, read, later])) Assert.Equal((paid, false), Bought(order));
        foreach (var order in Orders([read, later])) Assert.Equal((begun, true), Bought(order));

        static (DateTimeOffset, bool) Bought(Fact[] facts) => Assert.Single(Given.Customer(facts).State.Purchases) is var row ? (row.PaidAt, row.PaidAtRead) : default;
    }

    [Fact]
    public void B3_What_maps_to_no_tier_or_was_bought_not_even_once_earns_nothing()
    {
        var none = Given.Purchase();

        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, Given.Purchase(price: "price_other")).Status);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Settings with { UnmappedPlanTier = "gold" }, Given.Purchase(price: "price_other")).Status);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Now, none with { Items = [none.Items[0] with { Quantity = 0 }] }).Status);
        Assert.Empty(Given.Customer(none with { Items = [], LinesRead = true }).State.Purchases);
        Assert.Equal(EntitlementStatus.None, Given.Entitled(Given.Settings with { UnmappedPlanTier = "gold" }, none with { Items = [] }).Status); // until its lines are read
    }

    [Fact]
    public void B3_The_best_line_wins_and_the_pass_falls_to_the_next_when_it_is_over()
    {
        var both = Given.Purchase() with { Items = [new PurchasedItem { PriceId = "price_gold", Days = 10 }, new PurchasedItem { PriceId = "price_silver" }] };

        Assert.Equal(("gold", Given.Now.AddDays(10)), (Given.Entitled(Given.Now, both).Tier?.Id, Given.Entitled(Given.Now, both).ChangesAt));
        Assert.Null(Given.Entitled(Given.Now, both).ExpiresAt);
        Assert.Equal("silver", Given.Entitled(Given.Now.AddDays(10), both).Tier?.Id);
    }

    [Fact]
    public void B3_A_full_refund_ends_it_and_a_part_of_it_does_not()
    {
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, Charge, Given.Purchase(), Given.Refund(999)).Status);

        var undone = Given.Entitled(Given.Now, Charge, Given.Purchase(), Given.Refund(999), Given.Refund(1, id: "re_2"));
        Assert.Equal((EntitlementStatus.Ended, "gold"), (undone.Status, undone.Tier?.Id));
    }

    [Fact]
    public void B3_A_refund_that_fails_lets_the_purchase_stand_again() =>
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(Given.Now, Charge, Given.Purchase(), Given.Refund(1000), Given.Refund(1000, "failed", asOf: Given.At(90, "evt_failed"))).Status);

    [Theory]
    [InlineData("lost", EntitlementStatus.Ended)]
    [InlineData("needs_response", EntitlementStatus.Active)]
    [InlineData("won", EntitlementStatus.Active)]
    [InlineData("warning_closed", EntitlementStatus.Active)]
    public void B3_A_lost_dispute_ends_it_whatever_disputes_do_to_subscriptions(string status, EntitlementStatus expected) =>
        Assert.Equal(expected, Given.Entitled(Given.Settings with { OnDispute = DisputePolicy.Keep }, Charge, Given.Purchase(), Given.Dispute(status)).Status);

    [Fact]
    public void B3_A_lost_dispute_that_is_appealed_is_lost_until_the_appeal_is_won()
    {
        var keep = Given.Settings with { OnDispute = DisputePolicy.Keep };
        Fact[] appealed = [Charge, Given.Purchase(), Given.Dispute("lost", asOf: 20), Given.Dispute("appeal_under_review", asOf: 30)];

        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(keep, appealed).Status);
        Assert.Equal(EntitlementStatus.Active, Given.Entitled(keep, [.. appealed, Given.Dispute("won", asOf: 40)]).Status);
    }

    [Fact]
    public void B3_A_purchase_that_comes_after_its_refund_earns_nothing()
    {
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Charge, Given.Refund(1000), Given.Purchase()).Status);
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Given.Refund(1000), Given.Purchase(), Charge).Status);
    }

    [Fact]
    public void B3_A_purchase_whose_refund_an_earlier_turn_took_earns_nothing()
    {
        var earlier = Given.Customer(Charge, Given.Refund(1000));
        Assert.Equal([("ch_1", true), ("pi_1", true)], earlier.ChangedPayments.Select(pair => (pair.Key, pair.Value)).Order());

        var later = new Customer(earlier.State, []) { UndonePayments = ["pi_1"] };

        Assert.Equal(["pi_1"], Customer.PaymentsOf([Given.Purchase(), Charge, Given.Purchase(payment: null, id: "cs_2")]));
        Assert.Equal(EntitlementStatus.Ended, Status(later.Then(Given.Purchase())));
        Assert.Equal(EntitlementStatus.Active, Status(later.Then(Given.Purchase(payment: "pi_2"))));
    }

    [Fact]
    public void B3_A_payment_that_stands_again_is_unmarked()
    {
        var again = Given.Customer(Charge, Given.Refund(1000), Given.Refund(1000, "failed", asOf: Given.At(90, "evt_failed")));

        Assert.All(again.ChangedPayments, payment => Assert.False(payment.Value));
        Assert.Equal(EntitlementStatus.Active, Status((again with { UndonePayments = ["pi_1"] }).Then(Given.Purchase())));
    }

    [Fact]
    public void B3_A_purchase_whose_payment_is_known_late_is_undone_if_that_payment_is()
    {
        Fact[] facts = [Given.Purchase(payment: null), Charge, Given.Refund(1000), Given.Purchase(asOf: AsOf.OfRead(Given.Now.AddSeconds(90)))];

        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, facts).Status);
    }

    [Fact]
    public void B3_A_payment_that_was_told_once_is_not_forgotten_by_a_later_event_that_leaves_it_out() =>
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Charge, Given.Purchase(), Given.Purchase(payment: null, asOf: Given.At(60, "evt_b")), Given.Refund(1000)).Status);

    [Fact]
    public void B3_A_payment_is_known_by_its_charge_where_no_intent_is_told() =>
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Charge, Given.Purchase(payment: "ch_1"), Given.Refund(1000)).Status);

    [Fact]
    public void B3_Lines_that_were_read_are_not_lost_to_later_events_that_cannot_tell_them()
    {
        var told = Given.Purchase() with { Items = [] };
        Fact[] facts = [Given.Purchase(asOf: AsOf.OfRead(Given.Now)), told with { AsOf = Given.At(20, "evt_a") }, told with { AsOf = Given.At(40, "evt_b") }];

        Assert.Equal("gold", Given.Entitled(Given.Now, facts).Tier?.Id);
        Assert.False(Assert.Single(Given.Customer(facts).State.Purchases).IsIncomplete);
    }

    [Fact]
    public void B3_A_reading_of_lines_that_comes_after_a_newer_event_is_used() =>
        Assert.Equal("gold", Given.Entitled(Given.Now, Given.Purchase(price: "price_silver", asOf: Given.At(20, "evt_a")), Given.Purchase(asOf: AsOf.OfRead(Given.Now))).Tier?.Id);

    [Fact]
    public void B3_A_session_and_the_invoice_that_it_made_are_one_purchase()
    {
        var session = Given.Purchase(10) with { InvoiceId = "in_1" };
        var invoice = Given.Purchase(id: "in_1", payment: null);

        foreach (var facts in new Fact[][] { [session, invoice], [invoice, session] }) Assert.Equal(Given.Now.AddDays(10), Given.Entitled(Given.Now, facts).ValidUntil);
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Charge, session, invoice, Given.Refund(1000)).Status);
    }

    [Fact]
    public void B3_An_invoice_earns_what_the_session_that_made_it_does_not_tell_as_long_as_the_sessions_payment_stands()
    {
        // As without a key: a session's event lists no lines, its invoice's does, and since 2025 without the payment.
        var session = Given.Purchase() with { InvoiceId = "in_1", Items = [] };
        var invoice = Given.Purchase(30, id: "in_1", payment: null);

        foreach (var facts in new Fact[][] { [session, invoice], [invoice, session] })
        {
            Assert.Equal(("gold", Given.Now.AddDays(30)), Of(Given.Entitled(Given.Now, facts)));
            Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, [Charge, .. facts, Given.Refund(1000)]).Status);
        }

        static (string?, DateTimeOffset?) Of(Entitlement entitlement) => (entitlement.Tier?.Id, entitlement.ValidUntil);
    }

    [Fact]
    public void B3_The_newer_of_two_snapshots_counts_whatever_comes_first_with_the_first_moment_of_payment()
    {
        var older = Given.Purchase(10, "price_silver", "pi_old", asOf: Given.At(5, "evt_z"), paidAt: Given.Now.AddSeconds(5)) with { InvoiceId = "in_old" };
        var newer = Given.Purchase(30, payment: "pi_new", asOf: Given.At(90, "evt_a"), paidAt: Given.Now.AddSeconds(90)) with { InvoiceId = "in_new" };

        foreach (var order in new Fact[][] { [older, newer], [newer, older] })
        {
            var row = Assert.Single(Given.Customer(order).State.Purchases);
            Assert.Equal(("price_gold", "pi_new", "in_new", Given.Now.AddSeconds(5)), (row.Items[0].PriceId, row.Payment, row.InvoiceId, row.PaidAt));
        }
    }

    [Fact]
    public void B3_A_payment_or_an_invoice_that_one_snapshot_alone_tells_is_known_whatever_comes_first()
    {
        var (payment, invoice) = (Given.Purchase(), Given.Purchase(payment: null) with { InvoiceId = "in_1" });
        (Fact, Fact)[] pairs = [(payment, invoice with { AsOf = Given.At(60, "evt_2") }), (payment with { AsOf = Given.At(60, "evt_2") }, invoice)];

        foreach (var order in pairs.SelectMany(pair => new Fact[][] { [pair.Item1, pair.Item2], [pair.Item2, pair.Item1] }))
        {
            var row = Assert.Single(Given.Customer(order).State.Purchases);
            Assert.Equal(("pi_1", "in_1"), (row.Payment, row.InvoiceId));
            Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, [.. order, Charge, Given.Refund(1000)]).Status);
        }
    }

    [Fact]
    public void B3_An_older_snapshot_that_adds_nothing_is_stale()
    {
        var known = Given.Customer(Given.Purchase(asOf: Given.At(60, "evt_a")) with { InvoiceId = "in_1" });
        var older = Given.Purchase() with { InvoiceId = "in_1" };

        foreach (var told in new[] { older, older with { Payment = null }, older with { InvoiceId = null }, older with { Payment = "pi_0" }, older with { InvoiceId = "in_0" } })
            Assert.Equal(Outcome.Stale, known.Apply(new CustomerEvent("evt_b", "test", [told]), Given.Now).Outcome);
    }

    [Fact]
    public void B3_What_is_undone_stays_so_when_a_later_event_leaves_its_payment_out() =>
        Assert.Equal(EntitlementStatus.Ended, Given.Entitled(Given.Now, Charge, Given.Purchase(), Given.Refund(1000), Given.Purchase(payment: null, asOf: Given.At(60, "evt_b"))).Status);

    [Fact]
    public void B3_A_refund_undoes_the_purchase_of_its_payment_and_no_other()
    {
        var customer = Given.Customer(Charge, Given.Purchase(), Given.Purchase(payment: "pi_2", id: "cs_2"), Given.Purchase(payment: null, id: "cs_3"), Given.Refund(1000));

        Assert.Equal([("cs_1", true), ("cs_2", false), ("cs_3", false)], customer.State.Purchases.Select(purchase => (purchase.Id, purchase.Undone)));
    }

    [Fact]
    public void B3_Of_purchases_of_one_moment_those_with_the_greatest_ids_are_kept()
    {
        Fact[] alike = [.. Enumerable.Range(0, 25).Select(number => Given.Purchase(30, id: $"cs_{number:00}", payment: $"pi_{number}"))];
        Fact[] different = [.. Enumerable.Range(1, 110).Select(number => Given.Purchase(number, id: $"cs_{number:000}", payment: $"pi_{number}"))];

        Assert.Equal(Enumerable.Range(5, 20).Select(number => $"cs_{number:00}"), Given.Customer([.. alike.Reverse()]).State.Purchases.Select(purchase => purchase.Id));
        Assert.Equal(Enumerable.Range(61, 50).Select(number => $"cs_{number:000}"), Given.Customer([.. different.Reverse()]).State.Purchases.Select(purchase => purchase.Id));
    }

    [Fact]
    public void B3_Of_purchases_of_the_same_things_the_newest_twenty_are_kept_and_of_all_fifty()
    {
        Fact[] alike = [.. Enumerable.Range(0, 25).Select(number => Given.Purchase(30, id: $"cs_{number:00}", payment: $"pi_{number}", paidAt: Given.Now.AddDays(number)))];
        Fact[] different = [.. Enumerable.Range(1, 110).Select(number => Given.Purchase(number, id: $"cs_{number:000}", payment: $"pi_{number}", paidAt: Given.Now.AddDays(number)))];

        Assert.Equal(Enumerable.Range(5, 20).Select(number => $"cs_{number:00}"), Given.Customer(alike).State.Purchases.Select(purchase => purchase.Id));
        Assert.Equal(Enumerable.Range(61, 50).Select(number => $"cs_{number:000}"), Given.Customer(different).State.Purchases.Select(purchase => purchase.Id));
    }

    [Fact]
    public void B3_Of_purchases_without_an_end_the_newest_are_kept()
    {
        Fact[] bought = [.. Enumerable.Range(0, 53).Select(number => Bought(number, null))];

        Assert.Equal(Enumerable.Range(3, 50).Select(number => $"cs_{number:00}"), Given.Customer(bought).State.Purchases.Select(purchase => purchase.Id));
    }

    [Fact]
    public void B3_A_purchase_is_kept_for_any_line_that_earns_and_as_long_as_the_one_that_lasts_longest()
    {
        PurchasedItem Coffee(int number) => new() { PriceId = $"price_coffee_{number}" };
        var coffees = Enumerable.Range(10, 25).Select(number => Bought(number, null) with { Items = [Coffee(number)] });
        var mixed = Bought(0, null) with { Items = [Coffee(0), new PurchasedItem { PriceId = "price_gold" }] };
        Assert.Contains("cs_00", Given.Customer([mixed, .. coffees]).State.Purchases.Select(purchase => purchase.Id));

        var shorter = Enumerable.Range(10, 60).Select(number => Bought(number, 100));
        var twice = Bought(0, null) with { Items = [new PurchasedItem { PriceId = "price_gold", Days = 1 }, new PurchasedItem { PriceId = "price_silver", Days = 400 }] };
        Assert.Contains("cs_00", Given.Customer([twice, .. shorter]).State.Purchases.Select(purchase => purchase.Id));
    }

    [Fact]
    public void B3_When_a_purchase_was_made_is_known_from_whichever_snapshot_told_it()
    {
        var made = Given.Purchase() with { Created = Given.Now.AddMinutes(-5) };
        var later = Given.Purchase(asOf: Given.At(60, "evt_2"));

        foreach (var facts in new Fact[][] { [made, later], [later, made] })
            Assert.Equal(made.Created, Assert.Single(Given.Customer(facts).State.Purchases).Created);
    }

    /// <summary>Something of its own kind that earns gold, paid a day after the one before it.</summary>
    private static PurchaseFact Bought(int number, int? days) => Given.Purchase(payment: $"pi_{number}", id: $"cs_{number:00}", paidAt: Given.Now.AddDays(number)) with
    {
        Items = [new PurchasedItem { PriceId = $"price_{number}", MetadataTier = "gold", Days = days }],
    };

    [Fact]
    public void B3_Of_a_long_purchase_the_lines_are_kept_beside_which_no_other_grants_as_much_for_as_long()
    {
        (string Price, int? Days)[] lines = [("silver", null), ("silver", 90), ("silver", null), ("none", null), ("gold", 5), ("gold", 10), ("silver", 7)];
        var bought = Given.Purchase() with { Items = [.. lines.Select(line => new PurchasedItem { PriceId = $"price_{line.Price}", Days = line.Days })] };

        var kept = Assert.Single(Given.Customer(bought).State.Purchases).Items;

        Assert.Equal([("price_silver", null), ("price_gold", 10)], kept.Take(2).Select(line => (line.PriceId, line.Days)));
        Assert.Equal(3, kept.Length);
        foreach (var day in new[] { 0, 4, 9, 10, 400 })
            Assert.Equal(day < 10 ? "gold" : "silver", Given.Entitled(Given.Now.AddDays(day), bought).Tier?.Id);
    }

    private static IEnumerable<Fact[]> Orders(Fact[] facts) => facts.Length == 0
        ? [[]]
        : facts.SelectMany(first => Orders([.. facts.Where(other => !ReferenceEquals(other, first))]).Select(rest => (Fact[])[first, .. rest]));

    private static EntitlementStatus Status(Customer customer) => EntitlementRules.Of(customer.State, Given.Settings, Given.Now).Status;

    private static (EntitlementStatus, DateTimeOffset?, DateTimeOffset?) Of(Entitlement entitlement) => (entitlement.Status, entitlement.ValidUntil, entitlement.ExpiresAt);

    [Fact]
    public void B3_What_was_bought_for_good_outlives_any_number_of_other_purchases()
    {
        var forGood = Given.Purchase(id: "cs_good", payment: "pi_good");
        var others = Enumerable.Range(0, 130).Select(number => Given.Purchase(price: $"price_{number}", payment: $"pi_{number}", id: $"cs_{number}", paidAt: Given.Now.AddDays(number + 1)));
        var short_ = Enumerable.Range(0, 130).Select(number => Given.Purchase(days: number + 1, payment: $"pi_d{number}", id: $"cs_d{number}", paidAt: Given.Now.AddDays(number + 1)));

        var customer = Given.Customer([forGood, .. others, .. short_]);

        Assert.Equal("purchase cs_good grants gold", EntitlementRules.Of(customer.State, Given.Settings, Given.Now.AddYears(9)).Reason);
        Assert.InRange(customer.State.Purchases.Length, 50, 70);
    }

    [Fact]
    public void B3_Of_a_long_purchase_the_lines_are_kept_that_earn_something()
    {
        var bought = Given.Purchase() with { Items = [.. Enumerable.Range(0, 99).Select(number => new PurchasedItem { PriceId = $"price_{number}" }), new PurchasedItem { PriceId = "price_gold" }] };

        var customer = Given.Customer(bought);

        Assert.Equal(["price_gold", "price_0", "price_1"], Assert.Single(customer.State.Purchases).Items.Select(line => line.PriceId));
        Assert.Equal("gold", EntitlementRules.Of(customer.State, Given.Settings, Given.Now).Tier?.Id);
        Assert.Same(customer.State.Purchases[0], customer.Then(bought).State.Purchases[0]);
    }
}
