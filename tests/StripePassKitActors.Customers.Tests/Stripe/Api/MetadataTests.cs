using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stripe;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>Writing keys of metadata, which is all that is ever written to Stripe.</summary>
public sealed class MetadataTests
{
    private const string Refused = """{"error":{"type":"invalid_request_error","message":"About ada@example.com and rk_test_OfTheWorld1"}}""";

    [Fact]
    public async Task Keys_are_written_and_taken_away_and_others_stay()
    {
        await using var world = await StripeWorld.StartAsync();
        var customer = (string)world.Sandbox.Call("POST", "/v1/customers", ("metadata[theirs]", "stays"), ("metadata[old]", "goes"))["id"]!;

        Assert.True(await world.Metadata.WriteAsync(Write("customer", customer, ("passkit_tier", "gold & more"), ("passkit_url", "https://x/?a=1&b=é"), ("old", "")), "key-1", StripeWorld.Stop));

        Assert.Equal(
            """{"theirs":"stays","passkit_tier":"gold & more","passkit_url":"https://x/?a=1&b=é"}""",
            world.Sandbox.Call("GET", $"/v1/customers/{customer}")["metadata"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task A_subscription_has_metadata_too()
    {
        await using var world = await StripeWorld.StartAsync();
        var subscription = (string)world.Buy(world.Price())["subscription"]!;

        Assert.True(await world.Metadata.WriteAsync(Write("subscription", subscription, ("passkit_url", "https://x/1")), "key-1", StripeWorld.Stop));

        Assert.Equal("https://x/1", (string?)world.Sandbox.Call("GET", $"/v1/subscriptions/{subscription}")["metadata"]!["passkit_url"]);
    }

    [Theory]
    [InlineData("cus_nobody")]
    [InlineData("")]
    [InlineData("../charges")]
    public async Task Who_is_not_there_cannot_be_written_to(string id)
    {
        await using var world = await StripeWorld.StartAsync();

        Assert.False(await world.Metadata.WriteAsync(Write("customer", id, ("passkit_tier", "gold")), "key-1", StripeWorld.Stop));
    }

    [Fact]
    public async Task A_deleted_customer_cannot_be_written_to()
    {
        await using var world = await StripeWorld.StartAsync();
        var customer = world.Customer();
        world.Sandbox.Call("DELETE", $"/v1/customers/{customer}");

        Assert.False(await world.Metadata.WriteAsync(Write("customer", customer, ("passkit_tier", "gold")), "key-1", StripeWorld.Stop));
    }

    [Fact]
    public async Task A_key_of_the_attempt_makes_the_same_values_a_write_of_their_own()
    {
        await using var world = await StripeWorld.StartAsync();
        var customer = world.Customer();

        foreach (var (attempt, tier) in new[] { ("1", "gold"), ("2", "silver"), ("1", "gold"), ("3", "gold") })
            await world.Metadata.WriteAsync(Write("customer", customer, ("passkit_tier", tier)), attempt, StripeWorld.Stop);

        // The third was answered from Stripe's memory; the fourth was not.
        Assert.Equal("gold", (string?)world.Sandbox.Call("GET", $"/v1/customers/{customer}")["metadata"]!["passkit_tier"]);
        var told = world.Sandbox.Call("GET", "/v1/events", ("type", "customer.updated"))["data"]!.AsArray();
        Assert.Equal(["gold", "silver", "gold"], told.Select(one => (string?)one!["data"]!["object"]!["metadata"]!["passkit_tier"]));
    }

    [Fact]
    public async Task More_than_Stripe_takes_is_refused_for_its_content()
    {
        await using var world = await StripeWorld.StartAsync();
        var customer = world.Customer();
        await world.Metadata.WriteAsync(Write("customer", customer, [.. Enumerable.Range(0, 50).Select(number => ($"key_{number}", "x"))]), "key-1", StripeWorld.Stop);

        foreach (var write in new[] { Write("customer", customer, ("passkit_tier", "gold")), Write("customer", customer, (new string('k', 41), "x")), Write("customer", customer, ("key_1", new string('v', 501))) })
            Assert.True((await Assert.ThrowsAsync<StripeRefusedException>(() => world.Metadata.WriteAsync(write, $"key-{write.Values.First().Key}", StripeWorld.Stop))).IsOfContent);
    }

    [Fact]
    public async Task A_key_that_another_call_had_is_no_refusal_of_what_is_written()
    {
        await using var world = await StripeWorld.StartAsync();
        var customer = world.Customer();
        await world.Metadata.WriteAsync(Write("customer", customer, ("passkit_tier", "gold")), "key-1", StripeWorld.Stop);

        var again = await Assert.ThrowsAsync<StripeUnavailableException>(() => world.Metadata.WriteAsync(Write("customer", customer, ("passkit_tier", "silver")), "key-1", StripeWorld.Stop));

        Assert.Equal("another call had its idempotency key", again.Message);
    }

    [Fact]
    public async Task A_permission_that_the_key_lacks_is_named()
    {
        await using var world = await StripeWorld.StartAsync();
        var customer = world.Customer();
        world.Sandbox.Permissions.Missing = ["rak_customer_write"];

        var refused = await Assert.ThrowsAsync<StripeRefusedException>(() => world.Metadata.WriteAsync(Write("customer", customer, ("passkit_tier", "gold")), "key-1", StripeWorld.Stop));

        Assert.False(refused.IsOfContent);
        Assert.StartsWith("customers answers 403", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("it asks for the permission rak_customer_write", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_write_is_one_that_Stripe_describes()
    {
        await using var mock = await StripeMock.StartAsync();
        await using var services = StripeWorld.Client(mock.Address, TimeProvider.System);
        var metadata = services.GetRequiredService<IStripeMetadata>();

        Assert.True(await metadata.WriteAsync(Write("customer", "cus_1", ("passkit_tier", "gold"), ("passkit_url", "")), "key-1", StripeWorld.Stop));
        Assert.True(await metadata.WriteAsync(Write("subscription", "sub_1", ("passkit_url", "https://x/1")), "key-2", StripeWorld.Stop));
    }

    [Fact]
    public async Task A_write_names_account_and_attempt_and_a_further_try_is_the_same_call()
    {
        List<(string Call, string? Account, string? Key)> calls = [];
        await using var server = await FaultServer.StartAsync();
        server.Answer(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            calls.Add(($"{context.Request.Method} {context.Request.Path} {await reader.ReadToEndAsync(StripeWorld.Stop)}", headers["Stripe-Account"], headers["Idempotency-Key"]));
            context.Response.StatusCode = calls.Count == 1 ? 503 : 200;
            await context.Response.WriteAsync(calls.Count == 1 ? Refused : """{"id":"cus_1","object":"customer"}""", StripeWorld.Stop);
        });
        var clock = new SteppingClock(PassKitWorld.Start);
        await using var services = StripeWorld.Client(server.Address, clock, null, "Stripe:Account", "acct_1");

        var write = services.GetRequiredService<IStripeMetadata>().WriteAsync(Write("customer", "cus_1", ("passkit_tier", "gold"), ("old", "")), "cus_1-7-cus_1", StripeWorld.Stop);

        Assert.True(await clock.DriveAsync(write, PassKitWorld.Budget));
        Assert.Equal(("POST /v1/customers/cus_1 metadata%5Bold%5D=&metadata%5Bpasskit_tier%5D=gold", "acct_1", "cus_1-7-cus_1"), calls[0]);
        Assert.Equal(calls[0], Assert.Single(calls[1..]));
    }

    [Theory]
    [InlineData(503, "status 503", 2703, LogLevel.Warning)]
    [InlineData(400, "customers answers 400, invalid_request_error", 2704, LogLevel.Error)]
    [InlineData(401, "customers answers 401, invalid_request_error", 2704, LogLevel.Error)]
    public async Task What_is_not_written_is_told_once_and_without_Stripes_sentence(int status, string what, int log, LogLevel level)
    {
        await using var server = await FaultServer.StartAsync();
        server.Answer(status, Refused);
        var clock = new SteppingClock(PassKitWorld.Start);
        await using var services = StripeWorld.Client(server.Address, clock);
        var metadata = services.GetRequiredService<IStripeMetadata>();

        for (var time = 0; time < 2; time++)
        {
            var write = metadata.WriteAsync(Write("customer", "cus_1", ("passkit_tier", "gold")), $"key-{time}", StripeWorld.Stop);
            Assert.Equal(what, (await Assert.ThrowsAnyAsync<StripeException>(() => clock.DriveAsync(write, PassKitWorld.Budget))).Message);
        }

        var told = Assert.Single(services.GetFakeLogCollector().GetSnapshot(), record => record.Level >= LogLevel.Warning);
        Assert.Equal((log, level), (told.Id.Id, told.Level));
        Assert.DoesNotContain("ada@", told.Message, StringComparison.Ordinal);
    }

    private static StripeMetadataWrite Write(string kind, string id, params (string Key, string Value)[] values) =>
        new(kind, id, values.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));
}
