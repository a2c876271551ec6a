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

    [Fact]
    public void A_refund_without_its_customer_is_let_go_because_its_charge_tells_of_it() =>
        Assert.IsType<EventReading.Irrelevant>(Read("refund.created", """{"id":"re_1","object":"refund","charge":"ch_1","amount":5,"status":"succeeded"}"""));

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
    [InlineData("""{"id":"re_1","object":"refund","amount":5,"status":"failed"}""", "names no customer")]
    [InlineData("""{"id":"re_1","object":"refund","customer":"cus_1","amount":5}""", "names no charge")]
    [InlineData("""{"id":"sub_1","object":"subscription","customer":"cus_1","status":"hibernating"}""", "does not know")]
    public void What_matters_and_cannot_be_understood_is_told_with_its_reason(string stripeObject, string reason) =>
        Assert.Contains(reason, Assert.IsType<EventReading.Unreadable>(Read("any.type", stripeObject)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"id":"x","object":"payment_intent","customer":"cus_1"}""")]
    [InlineData("""{"id":"x","object":"never.heard.of"}""")]
    [InlineData("""{"id":"ch_1","object":"charge","customer":null,"amount":5}""")]
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
