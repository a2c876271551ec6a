using System.Net;
using System.Security.Cryptography;
using System.Text;
using static StripePassKitActors.Ingress.Tests.IngressApp;

namespace StripePassKitActors.Ingress.Tests;

public sealed class PublishingTests
{
    [Fact]
    public async Task An_event_is_published_as_it_came_with_its_id_type_and_customer()
    {
        await using var app = await StartAsync();

        using var answer = await app.SendSignedAsync(Events.Charge);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = Assert.Single(app.Broker.Published);
        Assert.Equal(Encoding.UTF8.GetBytes(Events.Charge), message.Body.ToArray());
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["cloudevent.id"] = "evt_1",
                ["cloudevent.type"] = "com.stripe.charge.succeeded",
                ["cloudevent.source"] = "/webhooks/stripe",
                ["cloudevent.subject"] = "cus_1",
                ["partitionKey"] = "cus_1",
            },
            message.Metadata);
        Assert.Equal(["published"], app.Outcomes);
    }

    [Theory]
    [InlineData("""{"object":"customer","id":"cus_9"}""", "cus_9")]
    [InlineData("""{"object":"subscription","customer":{"id":"cus_9","object":"customer"}}""", "cus_9")]
    [InlineData("""{"object":"subscription","customer":null,"customer_account":"acct_9"}""", "acct_9")]
    [InlineData("""{"object":"subscription","customer_account":{"id":"acct_9"}}""", "acct_9")]
    [InlineData("""{"object":"invoice","id":"in_1","customer":"cus_9","customer_account":"acct_9"}""", "cus_9")]
    [InlineData("""{"object":"dispute","id":"dp_1","charge":"ch_1"}""", null)]
    [InlineData("""{"object":"charge","customer":""}""", null)]
    [InlineData("""{"object":"charge","customer":7}""", null)]
    [InlineData("null", null)]
    public async Task The_customer_is_found_where_the_payload_holds_it(string subject, string? customer)
    {
        await using var app = await StartAsync();

        using var answer = await app.SendSignedAsync(Events.About(subject));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = Assert.Single(app.Broker.Published);
        Assert.Equal(customer, message.Metadata.GetValueOrDefault("cloudevent.subject"));
        Assert.Equal(customer ?? "evt_1", message.Metadata["partitionKey"]);
        Assert.Equal("com.stripe.some.type", message.Metadata["cloudevent.type"]);
    }

    [Fact]
    public async Task A_body_too_deep_for_the_readers_behind_it_is_parked_as_bytes()
    {
        await using var app = await StartAsync();
        var deep = $$"""{"id":"evt_1","object":"event","type":"some.type","livemode":false,"data":{{new string('[', 60)}}{{new string(']', 60)}}}""";

        using var answer = await app.SendSignedAsync(deep);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/octet-stream", Assert.Single(app.Broker.Published).ContentType);
    }

    [Theory]
    [InlineData("""{"id":"evt/1","object":"event","type":"some.type","livemode":false,"data":{"object":null}}""")]
    [InlineData("""{"id":"evt.1","object":"event","type":"some.type","livemode":false,"data":{"object":null}}""")]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt_1","livemode":false}""")]
    [InlineData("""{"id":"","type":"charge.succeeded","livemode":false}""")]
    [InlineData("""{"id":"evt_1","type":"charge.succeeded"}""")]
    [InlineData("""{"id":"evt_1","type":7,"livemode":false}""")]
    [InlineData("""{"id":"evt_1","id":"evt_2","type":"charge.succeeded","livemode":false}""")]
    [InlineData("""{"id":"evt_1","type":"t","livemode":false,"data":{"object":{"customer":"cus_1","customer":"cus_2"}}}""")]
    [InlineData("""{"id":"evt_1","object":"v2.core.event","type":"v1.invoice.paid","livemode":false}""")]
    [InlineData("""{"id":"evt_\ud800","type":"charge.succeeded","livemode":false}""")]
    [InlineData("\uFEFF{\"id\":\"evt_1\",\"type\":\"charge.succeeded\",\"livemode\":false}")]
    public async Task A_signed_body_that_is_no_event_is_published_as_bytes_under_its_hash(string body)
    {
        await using var app = await StartAsync();
        var bytes = Encoding.UTF8.GetBytes(body);

        using var answer = await app.SendSignedAsync(bytes);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = Assert.Single(app.Broker.Published);
        Assert.Equal(bytes, message.Body.ToArray());
        Assert.Equal("application/octet-stream", message.ContentType);
        var id = "unknown_" + Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant()[..32];
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["cloudevent.id"] = id,
                ["cloudevent.type"] = "com.stripe.unknown",
                ["cloudevent.source"] = "/webhooks/stripe",
                ["partitionKey"] = id,
            },
            message.Metadata);
        Assert.Equal(["unknown"], app.Outcomes);
    }

    [Theory]
    [InlineData("", "\"livemode\":true", "refused_livemode")]
    [InlineData("", "\"livemode\":false,\"account\":\"acct_2\"", "refused_account")]
    [InlineData("acct_1", "\"livemode\":false,\"account\":\"acct_2\"", "refused_account")]
    [InlineData("acct_1", "\"livemode\":false", "refused_account")]
    [InlineData("acct_1", "\"livemode\":false,\"account\":\"acct_1\"", "published")]
    [InlineData("", "\"livemode\":false,\"account\":null", "published")]
    public async Task An_event_of_another_mode_or_account_is_acknowledged_and_dropped(string account, string top, string outcome)
    {
        await using var app = await StartAsync($"--Stripe:Account={account}");

        using var answer = await app.SendSignedAsync(Events.About("""{"object":"charge"}""", top));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(outcome is "published" ? 1 : 0, app.Broker.Published.Count);
        Assert.Equal([outcome], app.Outcomes);
    }

    [Fact]
    public async Task A_live_deployment_takes_live_events()
    {
        await using var app = await StartAsync("--Stripe:Livemode=true");

        using var live = await app.SendSignedAsync(Events.About("""{"object":"charge"}""", "\"livemode\":true"));
        using var test = await app.SendSignedAsync(Events.Charge);

        Assert.Equal(["published", "refused_livemode"], app.Outcomes);
    }
}
