using System.Text.Json;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Stripe;

namespace StripePassKitActors.Customers.Tests;

public sealed class EventReaderTests
{
    private readonly EventReader reader = new(new FactReader("passkit_tier", ["passkit_pin_tier"]));

    [Fact]
    public void The_period_end_comes_from_the_item_and_in_old_versions_from_the_subscription()
    {
        const string Now = """{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","items":{"data":[{"price":{"id":"price_1"},"current_period_end":1795478400}]}}""";
        const string In2020 = """{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","current_period_end":1795478400,"items":{"data":[{"plan":{"id":"price_1"}}]}}""";

        foreach (var json in new[] { Now, In2020 })
        {
            var subscription = Assert.IsType<SubscriptionFact>(Assert.Single(Facts("customer.subscription.updated", json)));
            Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795478400), subscription.Items[0].CurrentPeriodEnd);
            Assert.Equal("price_1", subscription.Items[0].PriceId);
        }
    }

    [Theory]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1795521600,"currency":"usd","amount":1,"status":"succeeded","refunds":{"data":[null]}}""")]
    [InlineData("""{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","items":{"data":[null]}}""")]
    [InlineData("""{"id":"re_1","object":"refund","customer":"cus_1","charge":"x/../../customer","amount":1}""")]
    public void What_no_list_and_no_id_may_hold_is_refused_with_its_reason(string json) =>
        Assert.False(string.IsNullOrEmpty(Assert.IsType<EventReading.Unreadable>(Read("some.type", json)).Reason));

    [Theory]
    [InlineData("""{"id":"ch_1","object":"charge","payment_intent":"pi_1","created":1600000000,"currency":"usd","amount":5,"status":"succeeded"}""", "pi_1", null)]
    [InlineData("""{"id":"ch_1","object":"charge","customer":null,"created":1600000000,"currency":"usd","amount":5,"status":"succeeded"}""", "ch_1", null)]
    [InlineData("""{"id":"re_1","object":"refund","charge":"ch_1","payment_intent":"pi_1","amount":5,"status":"succeeded"}""", "pi_1", "ch_1")]
    [InlineData("""{"id":"re_1","object":"refund","charge":{"id":"ch_1"},"amount":5,"status":"succeeded"}""", "ch_1", "ch_1")]
    [InlineData("""{"id":"du_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1","amount":5,"status":"lost"}""", "pi_1", "ch_1")]
    [InlineData("""{"id":"du_1","object":"dispute","charge":"ch_1","amount":5,"status":"lost"}""", "ch_1", "ch_1")]
    [InlineData("""{"id":"cs_1","object":"checkout.session","payment_intent":"pi_1","status":"complete","payment_status":"paid","mode":"payment"}""", "pi_1", null)]
    [InlineData("""{"id":"cs_1","object":"checkout.session","status":"complete","payment_status":"no_payment_required","mode":"payment"}""", "session-df49cb665346890a99e6cbda11993715301aadef", null)] // its own id shows the pass
    public void B11_What_names_no_customer_names_its_payment(string stripeObject, string payment, string? charge)
    {
        var read = Assert.IsType<EventReading.Understood>(Read("any.type", stripeObject));

        Assert.Equal((null, payment, charge, false), (read.Payer.Customer, read.Payer.Payment?.Value, read.Payer.Charge, read.Payer.Gained));
        Assert.Equal(payment, read.Payer.Actor.Value);
        Assert.NotEmpty(read.Event.Facts);
    }

    [Fact]
    public void B11_A_customers_charge_names_its_payment_too()
    {
        var payer = Assert.IsType<EventReading.Understood>(Read("charge.succeeded", Charge("\"cus_1\""))).Payer;

        Assert.Equal(("cus_1", "ch_1", "cus_1"), (payer.Customer?.Value, payer.Payment?.Value, payer.Actor.Value));
    }

    [Theory]
    [InlineData("\"cus_1\"", """{"customer":null}""", true)]
    [InlineData("\"cus_1\"", """{"description":null}""", false)]
    [InlineData("\"cus_1\"", "null", false)]
    [InlineData("null", """{"customer":"cus_1"}""", false)]
    public void B11_A_charge_that_has_just_become_a_customers_says_so(string customer, string before, bool gained)
    {
        using var document = JsonDocument.Parse($$$"""
            {"id":"evt_1","object":"event","type":"charge.updated","created":1600000000,"data":{"object":{{{Charge(customer)}}},"previous_attributes":{{{before}}}}}
            """);

        Assert.Equal(gained, Assert.IsType<EventReading.Understood>(reader.Read(document.RootElement)).Payer.Gained);
    }

    [Theory]
    [InlineData("price.updated", """{"id":"price_1","object":"price","metadata":{"passkit_tier":"gold"}}""", "price", "price_1")]
    [InlineData("product.updated", """{"id":"prod_1","object":"product","customer":"cus_1"}""", "product", "prod_1")]
    public void B2_A_price_or_a_product_is_of_no_payer_and_concerns_who_holds_it(string type, string stripeObject, string kind, string id)
    {
        var read = Assert.IsType<EventReading.Catalogue>(Read(type, stripeObject));

        Assert.Equal(("evt_1", type, kind, id), (read.EventId, read.Type, read.Changed.Kind, read.Changed.Id));
    }

    [Theory]
    [InlineData("price.created", "null", false)]
    [InlineData("product.created", "null", false)]
    [InlineData("product.updated", """{"description":null,"images":[]}""", false)]
    [InlineData("product.updated", """{"description":null,"metadata":{"passkit_tier":null}}""", true)]
    [InlineData("price.updated", """{"lookup_key":null}""", true)]
    [InlineData("price.deleted", "null", true)]
    public void B2_Only_a_change_that_may_make_another_tier_concerns_who_holds_it(string type, string before, bool concerns)
    {
        using var document = JsonDocument.Parse($$$"""
            {"id":"evt_1","object":"event","type":"{{{type}}}","created":1600000000,"data":{"object":{"id":"x_1","object":"{{{type.Split('.')[0]}}}"},"previous_attributes":{{{before}}}}}
            """);

        Assert.Equal(concerns, reader.Read(document.RootElement) is EventReading.Catalogue);
    }

    [Fact]
    public void F7_The_year_1970_means_unknown() =>
        Assert.Null(((SubscriptionFact)Facts("customer.subscription.updated", """{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","items":{"data":[{"price":{"id":"p"},"current_period_end":0}]}}""")[0]).Items[0].CurrentPeriodEnd);

    [Fact]
    public void An_expanded_customer_is_the_same_customer() =>
        Assert.Equal("cus_1", Assert.IsType<EventReading.Understood>(Read("charge.succeeded", Charge("""{"id":"cus_1","object":"customer"}"""))).Payer.Actor.Value);

    [Fact]
    public void A_charge_of_before_2020_is_captured_whole_or_not_at_all()
    {
        var charge = Assert.IsType<ChargeFact>(Assert.Single(Facts(
            "charge.succeeded", """{"id":"ch_1","object":"charge","customer":"cus_1","created":1600000000,"currency":"USD","amount":500,"captured":true,"status":"succeeded"}""")));

        Assert.Equal((500, "usd"), (charge.Captured, charge.Currency));
    }

    [Theory]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","status":"succeeded"}""", "no amount")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":null}""", "no amount")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":-5}""", "negative amount")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"dollars","amount":5}""", "no currency")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus_1","created":1,"currency":"usd","amount":"five"}""", "wrong type at $.amount")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":"cus/1","created":1,"currency":"usd","amount":5}""", "Dapr refuses")]
    [InlineData("""{"id":"re_1","object":"refund","charge":"ch/1","amount":5}""", "the payment's, holds characters")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":null,"amount":5}""", "no currency")]
    [InlineData("""{"id":"prod/1","object":"product"}""", "product has no id")]
    [InlineData("""{"object":"price"}""", "price has no id")]
    [InlineData("""{"id":"re_1","object":"refund","customer":"cus_1","payment_intent":"pi_1","amount":5}""", "names no charge")]
    [InlineData("""{"id":"sub_1","object":"subscription","customer":"cus_1","status":"hibernating"}""", "does not know")]
    public void What_matters_and_cannot_be_understood_is_told_with_its_reason(string stripeObject, string reason) =>
        Assert.Contains(reason, Assert.IsType<EventReading.Unreadable>(Read("any.type", stripeObject)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"id":"x","object":"payment_intent","customer":"cus_1"}""")]
    [InlineData("""{"id":"x","object":"never.heard.of"}""")]
    [InlineData("""{"id":"re_1","object":"refund","amount":5,"status":"failed"}""")] // of no payment: a payout, a top-up
    [InlineData("""{"id":"re_1","object":"refund","customer":"cus_1","amount":5,"status":"succeeded"}""")] // of a cash balance
    [InlineData("""{"id":"sub_1","object":"subscription","status":"active"}""")]
    [InlineData("""{"id":"in_1","object":"invoice","status":"paid"}""")]
    [InlineData("""{"id":"cs_1","object":"checkout.session","status":"open","payment_status":"unpaid"}""")] // a guest who has not bought yet
    public void What_no_pass_depends_on_is_let_go(string stripeObject) => Assert.IsType<EventReading.Irrelevant>(Read("any.type", stripeObject));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt_1","type":"charge.succeeded"}""")]
    [InlineData("""{"id":"evt_1","type":"charge.succeeded","created":1600000000,"data":{"object":null}}""")]
    public void What_is_no_event_is_unreadable_and_never_throws(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.IsType<EventReading.Unreadable>(reader.Read(document.RootElement));
    }

    private static string Charge(string customer) =>
        $$"""{"id":"ch_1","object":"charge","customer":{{customer}},"created":1600000000,"currency":"usd","amount":500,"amount_captured":500,"status":"succeeded"}""";

    private IReadOnlyList<Fact> Facts(string type, string stripeObject) => Assert.IsType<EventReading.Understood>(Read(type, stripeObject)).Event.Facts;

    private EventReading Read(string type, string stripeObject)
    {
        using var document = JsonDocument.Parse($$$"""{"id":"evt_1","object":"event","type":"{{{type}}}","created":1600000000,"data":{"object":{{{stripeObject}}}}}""");
        return reader.Read(document.RootElement);
    }
}
