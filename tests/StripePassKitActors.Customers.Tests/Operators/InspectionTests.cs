using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Operators;

public sealed class InspectionTests
{
    private const long Start = 1795521600; // 2026-11-24T12:00:00Z

    [Fact]
    public async Task An_inspection_has_every_field_that_scripts_rely_on_and_null_where_nothing_is_known()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token", "--PASSKIT_REST_URL=https://api.pub1.passkit.io");
        await app.DeliverAsync(
            Event(1, "charge.succeeded", """{"id":"ch_1","object":"charge","customer":"cus_1","created":1795521600,"currency":"usd","amount":1000,"amount_captured":1000,"amount_refunded":250,"status":"succeeded"}"""),
            Event(2, "charge.failed", """{"id":"ch_2","object":"charge","customer":"cus_1","created":1795521700,"currency":"usd","amount":70,"captured":true,"status":"failed"}"""),
            Event(3, "refund.created", """{"id":"re_1","object":"refund","customer":"cus_1","charge":"ch_unseen","amount":5}"""),
            Event(4, "customer.subscription.created", """{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","items":{"data":[{"price":{"id":"price_gold"},"current_period_end":1798113600}]}}"""),
            Event(5, "customer.subscription.created", """{"id":"sub_2","object":"subscription","customer":"cus_1","status":"incomplete","cancel_at_period_end":true,"items":{"data":[{"price":{"id":"price_other"}}]}}"""));

        var inspection = JsonNode.Parse(await app.AskAsync(HttpMethod.Get, "/api/customers/cus_1"))!;

        Same(
            """
            { "customerId": "cus_1", "tier": "gold", "status": "active", "reason": "subscription sub_1 is active", "validUntil": "2026-12-24T12:00:00Z",
              "spend": [ { "currency": "usd", "amount": 750 } ],
              "pass": { "memberId": "0123456789abcdefABCDEF", "url": "https://pub1.pskt.io/0123456789abcdefABCDEF", "state": "synced", "attempts": 0,
                        "nextAttempt": null, "lastError": null, "installed": null },
              "stripeMetadata": { "state": "none", "lastError": null, "nextAttempt": null },
              "subscriptions": [
                { "id": "sub_1", "status": "active", "tier": "gold", "currentPeriodEnd": "2026-12-24T12:00:00Z", "cancelAtPeriodEnd": false },
                { "id": "sub_2", "status": "incomplete", "tier": null, "currentPeriodEnd": null, "cancelAtPeriodEnd": true } ],
              "charges": [
                { "id": "ch_2", "currency": "usd", "captured": 0, "refunded": 0, "disputed": 0, "net": 0, "at": "2026-11-24T12:01:40Z" },
                { "id": "ch_1", "currency": "usd", "captured": 1000, "refunded": 250, "disputed": 0, "net": 750, "at": "2026-11-24T12:00:00Z" } ],
              "recentEvents": [
                { "id": "evt_5", "type": "customer.subscription.created", "outcome": "applied", "at": "2026-11-24T12:00:00Z" },
                { "id": "evt_4", "type": "customer.subscription.created", "outcome": "applied", "at": "2026-11-24T12:00:00Z" },
                { "id": "evt_3", "type": "refund.created", "outcome": "applied", "at": "2026-11-24T12:00:00Z" },
                { "id": "evt_2", "type": "charge.failed", "outcome": "applied", "at": "2026-11-24T12:00:00Z" },
                { "id": "evt_1", "type": "charge.succeeded", "outcome": "applied", "at": "2026-11-24T12:00:00Z" } ] }
            """,
            inspection);
    }

    [Fact]
    public async Task Times_are_told_to_the_millisecond()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        app.Clock.Advance(TimeSpan.FromTicks(1_234_567));

        await app.DeliverAsync(Event(1, "customer.created", """{"id":"cus_1","object":"customer"}"""));

        var inspection = JsonNode.Parse(await app.AskAsync(HttpMethod.Get, "/api/customers/cus_1"))!;
        Assert.Equal("2026-11-24T12:00:00.123Z", inspection["recentEvents"]![0]!["at"]!.GetValue<string>());
    }

    private static string Event(int number, string type, string stripeObject) =>
        $$$"""{"id":"evt_{{{number}}}","object":"event","type":"{{{type}}}","created":{{{Start + number}}},"data":{"object":{{{stripeObject}}}}}""";

    private static void Same(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString(new() { WriteIndented = true }));
}
