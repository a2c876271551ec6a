using System.Text.Json;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Stripe;

namespace StripePassKitActors.Customers.Tests;

public sealed class FactReaderTests
{
    private static readonly DateTimeOffset Said = DateTimeOffset.FromUnixTimeSeconds(1600000000);

    private readonly EventReader reader = new(new FactReader("card_tier", ["passkit_pin_tier", "shoe"]));

    [Theory]
    [InlineData(""" "amount_captured":300,"captured":true,"status":"succeeded" """, 300, true)]
    [InlineData(""" "amount_captured":0,"captured":false,"status":"succeeded" """, 0, true)] // authorised only
    [InlineData(""" "captured":false,"status":"succeeded" """, 0, true)] // before 2020-08-27
    [InlineData(""" "captured":true,"status":"succeeded" """, 500, true)]
    [InlineData(""" "captured":true,"status":"paid" """, 500, false)]
    [InlineData(""" "captured":true,"status":"paid","paid":true """, 500, true)] // the oldest word for it
    [InlineData(""" "captured":true,"paid":true """, 500, true)]
    [InlineData(""" "captured":true """, 500, false)]
    [InlineData(""" "captured":true,"paid":true,"status":"pending" """, 500, false)]
    [InlineData(""" "captured":true,"paid":true,"status":"failed" """, 500, false)]
    public void M1_A_charge_is_worth_what_was_captured_if_it_succeeded(string rest, long captured, bool succeeded)
    {
        var charge = One<ChargeFact>($$"""{"id":"ch_1","object":"charge","customer":"cus_1","created":1599999999,"currency":"EUR","amount":500,"amount_refunded":20,{{rest}}}""");

        Assert.Equal((captured, succeeded, 500, 20, "eur"), (charge.Captured, charge.Succeeded, charge.Amount, charge.AmountRefunded, charge.Currency));
        Assert.Equal((Said.AddSeconds(-1), new AsOf(Said, "evt_1")), (charge.Created, charge.AsOf));
    }

    [Theory]
    [InlineData("""{"object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":5}""", "no id")]
    [InlineData("""{"id":"ch/1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":5}""", "no id")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":0,"currency":"usd","amount":5}""", "no time of creation")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":1000000000000001}""", "impossible amount")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":5,"amount_captured":-1}""", "negative amount_captured")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":5,"amount_refunded":-1}""", "negative amount_refunded")]
    [InlineData("""{"id":"re_1","object":"refund","customer":"cus_1","charge":"ch_1"}""", "no amount")]
    [InlineData("""{"id":"sub_1","object":"subscription","customer":"cus_1"}""", "does not know")]
    [InlineData("""{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","items":{"data":[{"quantity":1}]}}""", "without a price")]
    [InlineData("""{"id":"cus 1","object":"customer"}""", "Dapr refuses")]
    [InlineData("""{"id":"cus_1","object":"customer","name":["Ada"]}""", "wrong type at $.name")]
    public void What_is_missing_or_impossible_is_told(string stripeObject, string reason) =>
        Assert.Contains(reason, Assert.IsType<EventReading.Unreadable>(Read("any.type", stripeObject)).Reason, StringComparison.Ordinal);

    [Fact]
    public void F1_The_refunds_within_a_charge_are_facts_of_their_own()
    {
        var facts = Facts("charge.refunded", """
            {"id":"ch_1","object":"charge","customer":"cus_1","created":1599999999,"currency":"usd","amount":500,"captured":true,"status":"succeeded","amount_refunded":120,
             "refunds":{"data":[{"id":"re_1","object":"refund","amount":100,"status":"failed"},{"id":"re_2","object":"refund","amount":20,"charge":{"id":"ch_1"}}]}}
            """);

        Assert.IsType<ChargeFact>(facts[0]);
        Assert.Equal(
            [("re_1", "ch_1", 100L, "failed"), ("re_2", "ch_1", 20L, "succeeded")],
            facts.Skip(1).Cast<RefundFact>().Select(refund => (refund.Id, refund.ChargeId, refund.Amount, refund.Status)));
    }

    [Theory]
    [InlineData("charge.refund.updated")]
    [InlineData("refund.failed")]
    [InlineData("customer.nothing_like_it")]
    public void F1_What_an_object_is_decides_and_not_the_events_name(string type) =>
        Assert.Equal("ch_1", Assert.IsType<RefundFact>(Assert.Single(Facts(type, """{"id":"re_1","object":"refund","customer":"cus_1","charge":"ch_1","amount":5,"status":"pending"}"""))).ChargeId);

    [Theory]
    [InlineData(""" "customer":"cus_1" """, "cus_1")]
    [InlineData(""" "customer":"cus_1","customer_account":"acct_1" """, "cus_1")]
    [InlineData(""" "customer":null,"customer_account":"acct_1" """, "acct_1")]
    [InlineData(""" "customer_account":{"id":"acct_1"} """, "acct_1")]
    public void B12_Whose_it_is_says_the_customer_else_the_customer_account_and_nothing_else(string owner, string expected) =>
        Assert.Equal(expected, Assert.IsType<EventReading.Understood>(Read("any.type", $$"""
            {"id":"sub_1","object":"subscription","status":"active","client_reference_id":"cus_2","customer_email":"ada@example.com",{{owner}}}
            """)).Payer.Actor.Value);

    [Theory]
    [InlineData("""{"id":"cs_1","object":"checkout.session","status":"complete","client_reference_id":"cus_2","customer_details":{"email":"ada@example.com"}}""")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":{"deleted":true},"created":1599999999,"currency":"usd","amount":5,"receipt_email":"ada@example.com"}""")]
    public void B12_What_names_no_customer_is_no_customers_whatever_the_buyer_wrote(string stripeObject)
    {
        var payer = Assert.IsType<EventReading.Understood>(Read("any.type", stripeObject)).Payer;

        Assert.Null(payer.Customer);
        Assert.True(Core.Customers.GuestId.Is(payer.Actor.Value));
    }

    [Fact]
    public void A_subscription_of_today_is_read_whole()
    {
        var subscription = One<SubscriptionFact>("""
            {"id":"sub_1","object":"subscription","customer":"cus_1","status":"canceled","cancel_at_period_end":true,"cancel_at":1600000100,"ended_at":1600000200,"canceled_at":1600000050,
             "pause_collection":{"behavior":"void"},"current_period_start":1,"current_period_end":2,
             "items":{"data":[{"quantity":3,"current_period_start":1600000000,"current_period_end":1600000300,
              "price":{"id":"price_1","lookup_key":"monthly","product":{"id":"prod_1"},"metadata":{"card_tier":"gold","passkit_tier":"silver"}},"plan":{"id":"plan_1"}}]}}
            """);

        Assert.Equal((true, Said.AddSeconds(100), Said.AddSeconds(200), true), (subscription.CancelAtPeriodEnd, subscription.CancelAt, subscription.EndedAt, subscription.CollectionPaused));
        Assert.Equal(
            new SubscriptionItem
            {
                PriceId = "price_1",
                LookupKey = "monthly",
                ProductId = "prod_1",
                MetadataTier = "gold",
                Quantity = 3,
                CurrentPeriodStart = Said,
                CurrentPeriodEnd = Said.AddSeconds(300),
            },
            Assert.Single(subscription.Items));
    }

    [Fact]
    public void F7_A_subscription_of_before_2025_has_its_period_and_of_before_2020_its_plan_and_end()
    {
        var subscription = One<SubscriptionFact>("""
            {"id":"sub_1","object":"subscription","customer":"cus_1","status":"canceled","canceled_at":1600000050,"pause_collection":null,
             "current_period_start":1600000000,"current_period_end":1600000300,"items":{"data":[{"plan":{"id":"plan_1","product":"prod_1"}}]}}
            """);

        Assert.Equal((false, null, Said.AddSeconds(50), false), (subscription.CancelAtPeriodEnd, subscription.CancelAt, subscription.EndedAt, subscription.CollectionPaused));
        Assert.Equal(
            new SubscriptionItem { PriceId = "plan_1", ProductId = "prod_1", Quantity = 1, CurrentPeriodStart = Said, CurrentPeriodEnd = Said.AddSeconds(300) },
            Assert.Single(subscription.Items));
    }

    [Fact]
    public void A_subscription_that_runs_has_no_end_although_its_cancellation_is_asked_for() =>
        Assert.Null(One<SubscriptionFact>("""{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","canceled_at":1600000050}""").EndedAt);

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(253402300799L)] // 9999-12-31
    [InlineData(long.MaxValue)]
    public void F7_A_time_in_1970_or_beyond_all_payments_is_unknown(long seconds)
    {
        var subscription = One<SubscriptionFact>($$$"""
            {"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","cancel_at":{{{seconds}}},"ended_at":{{{seconds}}},
             "items":{"data":[{"price":{"id":"p"},"current_period_start":{{{seconds}}},"current_period_end":{{{seconds}}}}]}}
            """);

        Assert.Equal((null, null), (subscription.CancelAt, subscription.EndedAt));
        Assert.Equal((null, null), (subscription.Items[0].CurrentPeriodStart, subscription.Items[0].CurrentPeriodEnd));
    }

    [Theory]
    [InlineData("invoice.payment_failed", """ "status":"open" """, true, true)]
    [InlineData("invoice.paid", """ "status":"paid" """, false, false)]
    [InlineData("invoice.voided", """ "status":"void" """, false, false)]
    [InlineData("invoice.marked_uncollectible", """ "status":"uncollectible" """, false, false)]
    [InlineData("invoice.payment_succeeded", """ "paid":true """, false, false)] // before 2018-11-08 an invoice had no status
    [InlineData("invoice.payment_failed", """ "paid":false,"closed":false """, true, true)]
    [InlineData("invoice.payment_failed", """ "paid":false,"closed":true """, true, true)] // the last try
    [InlineData("invoice.payment_failed", """ "paid":true """, false, true)]
    [InlineData("invoice.updated", """ "paid":false,"forgiven":true """, false, false)]
    public void F7_An_invoice_says_whether_it_is_owed_and_when_it_failed(string type, string rest, bool open, bool failed)
    {
        var invoice = Assert.IsType<InvoiceFact>(Assert.Single(Facts(type, $$"""{"id":"in_1","object":"invoice","customer":"cus_1","created":1599999000,"due_date":1600000500,"subscription":"sub_1",{{rest}}}""")));

        Assert.Equal(("sub_1", open, failed ? Said : null), (invoice.SubscriptionId, invoice.Open, invoice.FailedAt));
        Assert.Equal((Said.AddSeconds(-1000), Said.AddSeconds(500)), (invoice.Created, invoice.DueAt));
    }

    [Theory]
    [InlineData("invoice.updated", """ "status":"void","closed":true,"subscription":"sub_1" """, 1)]
    [InlineData("invoice.updated", """ "closed":true,"forgiven":true,"paid":false,"subscription":"sub_1" """, 1)] // before 2018-11-08
    [InlineData("invoice.updated", """ "closed":true,"forgiven":false,"paid":false,"subscription":"sub_1" """, 0)] // still owed
    [InlineData("invoice.created", """ "status":"open","subscription":"sub_1" """, 0)]
    [InlineData("invoice.finalized", """ "status":"open","due_date":1600000500,"subscription":"sub_1" """, 1)] // sent to be paid by a day
    [InlineData("invoice.created", """ "paid":false,"closed":false,"due_date":1600000500,"subscription":"sub_1" """, 1)]
    [InlineData("invoice.created", """ "status":"draft","due_date":1600000500,"subscription":"sub_1" """, 0)]
    [InlineData("invoice.created", """ "status":"open","due_date":0,"subscription":"sub_1" """, 0)]
    [InlineData("invoice.created", """ "status":"open","due_date":1600000500 """, 0)]
    [InlineData("invoice.created", """ "status":"draft","paid":true,"subscription":"sub_1" """, 0)]
    [InlineData("invoice.created", """ "paid":false,"closed":false,"subscription":"sub_1" """, 0)]
    public void F7_Only_an_invoice_of_a_subscription_that_failed_or_is_settled_or_has_a_day_on_which_it_is_due_says_something(string type, string rest, int facts) =>
        Assert.Equal(facts, Facts(type, $$"""{"id":"in_1","object":"invoice","customer":"cus_1","created":1599999000,{{rest}}}""").Count);

    [Theory]
    [InlineData("invoice.paid", """ "status":"paid" """, 1)]
    [InlineData("invoice.payment_succeeded", """ "paid":true """, 1)] // before 2018-11-08 an invoice had no status
    [InlineData("invoice.finalized", """ "status":"open" """, 0)]
    [InlineData("invoice.voided", """ "status":"void","paid":false """, 0)]
    [InlineData("invoice.updated", """ "status":"uncollectible" """, 0)]
    [InlineData("invoice.payment_failed", """ "status":"open","paid":false """, 0)]
    public void B3_A_paid_invoice_outside_a_subscription_is_a_purchase(string type, string rest, int purchases) =>
        Assert.Equal(purchases, Facts(type, $$"""{"id":"in_1","object":"invoice","customer":"cus_1","created":1599999000,{{rest}}}""").OfType<PurchaseFact>().Count());

    [Fact]
    public void B3_An_invoice_of_today_tells_its_lines_and_its_payment_and_when_it_was_paid()
    {
        var purchase = One<PurchaseFact>("""
            {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","created":1599999000,"status_transitions":{"paid_at":1599999500},
             "payments":{"data":[{"payment":{"type":"payment_intent","payment_intent":"pi_1"}}]},
             "lines":{"data":[{"quantity":2,"pricing":{"price_details":{"price":"price_1","product":"prod_1"}}},{"pricing":null}]}}
            """);

        Assert.Equal(("pi_1", Said.AddSeconds(-1000), Said.AddSeconds(-500), null, false), (purchase.Payment, purchase.Created, purchase.PaidAt, purchase.InvoiceId, purchase.Undone));
        Assert.Equal(new PurchasedItem { PriceId = "price_1", ProductId = "prod_1", Quantity = 2 }, Assert.Single(purchase.Items));
    }

    [Theory]
    [InlineData(""" "payment_intent":"pi_1","charge":"ch_1" """, "pi_1")]
    [InlineData(""" "charge":{"id":"ch_1"} """, "ch_1")]
    [InlineData(""" "payments":{"data":[{"payment":{"type":"charge","charge":"ch_1"}}]} """, "ch_1")]
    [InlineData(""" "payments":{"data":[]} """, null)] // paid out of band, or from the balance
    public void F7_An_invoice_names_its_payment_as_its_version_does(string rest, string? payment) =>
        Assert.Equal(payment, One<PurchaseFact>($$"""{"id":"in_1","object":"invoice","customer":"cus_1","status":"paid",{{rest}}}""").Payment);

    [Fact]
    public void F7_An_invoice_of_2020_tells_its_lines_with_their_prices()
    {
        var purchase = One<PurchaseFact>("""
            {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","metadata":{"card_tier":" silver ","passkit_days":"30"},
             "lines":{"data":[{"quantity":1,"price":{"id":"price_1","lookup_key":"day","product":"prod_1","metadata":{"card_tier":"gold","passkit_days":"1"}}},{"plan":{"id":"plan_1"}}]}}
            """);

        Assert.Equal(Said, purchase.PaidAt);
        Assert.Equal(
            [
                new PurchasedItem { MetadataTier = "silver", Days = 30 },
                new PurchasedItem { PriceId = "price_1", LookupKey = "day", ProductId = "prod_1", MetadataTier = "gold", Days = 1 },
                new PurchasedItem { PriceId = "plan_1" },
            ],
            purchase.Items);
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData(" 30 ", 30)] // as tiers are read
    [InlineData("36500", 36_500)]
    [InlineData("36501", null)] // beyond what dates can hold
    [InlineData("0", null)]
    [InlineData("-3", null)]
    [InlineData("a month", null)]
    [InlineData("1.5", null)]
    [InlineData("", null)]
    public void B3_A_purchase_grants_its_tier_for_whole_days_or_without_an_end(string days, int? granted) =>
        Assert.Equal(granted, Assert.Single(Session($$$"""{"id":"cs_1","object":"checkout.session","customer":"cus_1","status":"complete","payment_status":"paid","mode":"payment","metadata":{"card_tier":"gold","passkit_days":"{{{days}}}"}}""").Items).Days);

    [Fact]
    public void B3_The_days_stand_beside_the_tier_that_they_are_of()
    {
        PurchasedItem Line(string price, string product) => Assert.Single(Session($$$$"""
            {"id":"cs_1","object":"checkout.session","customer":"cus_1","status":"complete","payment_status":"paid","mode":"payment",
             "line_items":{"data":[{"price":{"id":"price_1","metadata":{{{{price}}}},"product":{"id":"prod_1","metadata":{{{{product}}}}}}}]}}
            """).Items);

        Assert.Equal(("gold", "silver", 7), Of(Line("""{"card_tier":"gold","passkit_days":"7"}""", """{"card_tier":"silver","passkit_days":"9"}""")));
        Assert.Equal((null, "silver", 9), Of(Line("""{"passkit_days":"7"}""", """{"card_tier":"silver","passkit_days":"9"}""")));
        Assert.Equal((null, "", 7), Of(Line("""{"passkit_days":"7"}""", """{"passkit_days":"9"}""")));

        static (string?, string?, int?) Of(PurchasedItem item) => (item.MetadataTier, item.ProductTier, item.Days);
    }

    [Theory]
    [InlineData("paid", "payment", true, true)]
    [InlineData("no_payment_required", "payment", true, true)] // a coupon of 100 %
    [InlineData("unpaid", "payment", false, false)] // a bank debit that is yet to come
    [InlineData("paid", "subscription", true, false)] // its subscription tells
    [InlineData("no_payment_required", "setup", false, false)] // a card was saved, nothing bought
    public void B3_A_paid_session_in_payment_mode_is_a_purchase(string status, string mode, bool paid, bool purchase)
    {
        var facts = Facts("checkout.session.completed", $$"""{"id":"cs_1","object":"checkout.session","customer":"cus_1","status":"complete","payment_status":"{{status}}","mode":"{{mode}}","payment_intent":"pi_1","invoice":"in_1"}""");

        Assert.Equal(paid, Assert.IsType<CheckoutSessionFact>(facts[0]).Paid);
        Assert.Equal(purchase ? ("pi_1", "in_1") : null, facts.OfType<PurchaseFact>().Select(fact => ((string?, string?)?)(fact.Payment, fact.InvoiceId)).SingleOrDefault());
    }

    [Fact]
    public void B3_A_session_that_was_read_was_paid_when_its_charge_was_made()
    {
        using var session = JsonDocument.Parse("""
            {"id":"cs_1","object":"checkout.session","status":"complete","payment_status":"paid","mode":"payment","created":1599990000,
             "payment_intent":{"id":"pi_1","latest_charge":{"id":"ch_1","created":1599990100}}}
            """);

        var purchase = Assert.Single(new FactReader("card_tier", []).Read("checkout.session", session.RootElement, "", AsOf.OfRead(Said)).OfType<PurchaseFact>());

        Assert.Equal(("pi_1", DateTimeOffset.FromUnixTimeSeconds(1599990100), true), (purchase.Payment, purchase.PaidAt, purchase.PaidAtRead));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1599990000), purchase.Created);
    }

    [Theory]
    [InlineData("lost", true)]
    [InlineData("appeal_needs_response", true)] // only what was lost is appealed
    [InlineData("needs_response", false)]
    [InlineData("won", false)]
    [InlineData("something_new", false)]
    public void M4_A_dispute_is_read_whole(string status, bool lost)
    {
        var dispute = One<DisputeFact>($$"""{"id":"du_1","object":"dispute","charge":{"id":"ch_1"},"payment_intent":"pi_1","amount":500,"created":1599999000,"status":"{{status}}"}""");

        Assert.Equal(("ch_1", 500, status, Said.AddSeconds(-1000)), (dispute.ChargeId, dispute.Amount, dispute.Status, dispute.Created));
        Assert.Equal(lost ? Said : null, dispute.LostAt);
    }

    [Fact]
    public void B7_A_lost_dispute_that_is_read_does_not_tell_when_it_was_lost_and_stands_for_as_early_as_it_can_have_been()
    {
        var dispute = System.Text.Json.JsonElement.Parse("""{"id":"du_1","object":"dispute","charge":"ch_1","amount":500,"created":1599999000,"status":"lost"}""");

        var fact = Assert.IsType<DisputeFact>(Assert.Single(new FactReader("card_tier", []).Read(new Customers.Stripe.Api.StripeObject("dispute", dispute, Said))));

        Assert.Equal((Said.AddSeconds(-1000), Said), (fact.LostAt, fact.AsOf.At));
    }

    [Fact]
    public void B3_Of_an_invoices_payments_the_one_that_was_paid_is_its_payment()
    {
        var purchase = One<PurchaseFact>("""
            {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","payments":{"data":[
              {"status":"canceled","payment":{"type":"payment_intent","payment_intent":"pi_given_up"}},
              {"status":"paid","payment":{"type":"payment_intent","payment_intent":"pi_1"}}]} }
            """);

        Assert.Equal("pi_1", purchase.Payment);
    }

    [Fact]
    public void M4_A_dispute_without_a_status_is_told() =>
        Assert.Contains("no status", Assert.IsType<EventReading.Unreadable>(Read("any.type", """{"id":"du_1","object":"dispute","charge":"ch_1","amount":5}""")).Reason, StringComparison.Ordinal);

    [Fact]
    public void An_invoice_of_today_names_its_subscription_in_its_parent() =>
        Assert.Equal("sub_2", Assert.IsType<InvoiceFact>(Assert.Single(Facts("invoice.paid", """
            {"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","parent":{"subscription_details":{"subscription":{"id":"sub_2"}}}}
            """))).SubscriptionId);

    [Fact]
    public void P2_What_somebody_is_called_has_no_blanks_at_its_edges_which_PassKit_would_refuse_of_an_address()
    {
        var customer = One<CustomerFact>("""{"id":"cus_1","object":"customer","name":" Ada ","email":"ada@example.com ","phone":" "}""");

        Assert.Equal(("Ada", "ada@example.com", null), (customer.Name, customer.Email, customer.Phone));
    }

    [Fact]
    public void A_customer_is_a_person_and_only_the_metadata_that_a_setting_names()
    {
        var customer = One<CustomerFact>("""
            {"id":"cus_1","object":"customer","name":"Ada","email":" ","phone":"","metadata":{"shoe":"43","passkit_pin_tier":"gold","diagnosis":"none of ours","Shoe":"44"}}
            """);

        Assert.Equal(("Ada", null, null, false), (customer.Name, customer.Email, customer.Phone, customer.Deleted));
        Assert.Equal(["passkit_pin_tier=gold", "shoe=43"], customer.Metadata.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Theory]
    [InlineData("customer.deleted", "")]
    [InlineData("any.type", ""","deleted":true""")]
    public void A_customer_is_deleted_if_the_object_or_the_event_says_so(string type, string rest) =>
        Assert.True(Assert.IsType<CustomerFact>(Assert.Single(Facts(type, $$"""{"id":"cus_1","object":"customer"{{rest}}}"""))).Deleted);

    [Theory]
    [InlineData("complete", 1)]
    [InlineData("open", 0)]
    [InlineData("expired", 0)]
    public void A_checkout_says_who_bought_once_it_is_complete(string status, int facts) =>
        Assert.Equal(facts, Facts("checkout.session.completed", $$$"""
            {"id":"cs_1","object":"checkout.session","customer":"cus_1","status":"{{{status}}}","customer_details":{"name":"Ada","email":"ada@example.com","phone":null}}
            """).Count);

    private PurchaseFact Session(string session) => Assert.Single(Facts("checkout.session.completed", session).OfType<PurchaseFact>());

    private T One<T>(string stripeObject)
        where T : Fact => Assert.IsType<T>(Assert.Single(Facts("any.type", stripeObject)));

    private IReadOnlyList<Fact> Facts(string type, string stripeObject) => Assert.IsType<EventReading.Understood>(Read(type, stripeObject)).Event.Facts;

    private EventReading Read(string type, string stripeObject)
    {
        using var document = JsonDocument.Parse($$$"""{"id":"evt_1","object":"event","type":"{{{type}}}","created":1600000000,"data":{"object":{{{stripeObject}}}}}""");
        return reader.Read(document.RootElement);
    }
}
