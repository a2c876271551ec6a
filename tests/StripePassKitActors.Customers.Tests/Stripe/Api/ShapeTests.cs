using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>What is sent to Stripe, held against Stripe's own description of its API.</summary>
public sealed class ShapeTests
{
    [Fact]
    public async Task Every_call_that_is_ever_made_is_one_that_Stripe_describes_and_brings_what_it_asks_for()
    {
        await using var mock = await StripeMock.StartAsync();
        using var client = new HttpClient { BaseAddress = mock.Address, DefaultRequestHeaders = { { "Authorization", "Bearer rk_test_1" } } };
        var calls = (await CallsAsync()).Distinct().ToList();

        // Each way to call that the client has: whichever is added to it must be added here.
        Assert.Equal(
            [
                "charges", "charges/{id}", "checkout/sessions", "checkout/sessions/{id}", "checkout/sessions/{id}/line_items", "customers/{id}", "disputes", "disputes/{id}", "invoice_payments",
                "invoices", "invoices/{id}", "invoices/{id}/lines", "prices", "prices/{id}", "products", "refunds", "refunds/{id}", "subscription_items", "subscriptions", "subscriptions/{id}",
            ],
            calls.Select(Route).Distinct().Order(StringComparer.Ordinal));

        foreach (var call in calls)
        {
            using var response = await client.GetAsync(call, StripeWorld.Stop);
            var body = await response.Content.ReadAsStringAsync(StripeWorld.Stop);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{call}: {body}");
            foreach (var path in QueryHelpers.ParseQuery(new Uri(mock.Address, call).Query).GetValueOrDefault("expand[]")) AssertExpanded(JsonNode.Parse(body), path!.Split('.'), call);
        }
    }

    [Fact]
    public async Task A_parameter_that_Stripe_does_not_know_would_be_noticed()
    {
        await using var mock = await StripeMock.StartAsync();
        using var client = new HttpClient { BaseAddress = mock.Address, DefaultRequestHeaders = { { "Authorization", "Bearer rk_test_1" } } };

        using var response = await client.GetAsync("/v1/charges?subscriber=cus_1", StripeWorld.Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task What_Stripe_describes_is_read_whole()
    {
        await using var mock = await StripeMock.StartAsync();
        await using var services = StripeWorld.Client(mock.Address, TimeProvider.System);
        var api = services.GetRequiredService<IStripeApi>();

        foreach (var (kind, id) in new[] { ("charge", "ch_1"), ("subscription", "sub_1"), ("invoice", "in_1"), ("customer", "cus_1"), ("checkout.session", "cs_1") })
            Assert.Contains(kind, (await api.ReadAsync(kind, id, StripeWorld.Stop)).Select(read => read.Kind));
        foreach (var (kind, id) in new[] { ("refund", "re_1"), ("dispute", "du_1") })
            Assert.Contains("charge", (await api.ReadAsync(kind, id, StripeWorld.Stop)).Select(read => read.Kind));
        Assert.Superset(
            new HashSet<string> { "customer", "subscription", "charge" }, (await api.ReadCustomerAsync("cus_1", StripeWorld.Stop)).Select(read => read.Kind).ToHashSet());
        Assert.NotEmpty(await api.PricesOfProductAsync("prod_1", StripeWorld.Stop));
        Assert.NotEmpty((await api.SubscriptionsOfPriceAsync("price_1", "sub_1", StripeWorld.Stop)).Subscriptions);
    }

    /// <summary>A server that shows of every list a part only, and of everything what leads to further calls.</summary>
    private static async Task<IReadOnlyList<string>> CallsAsync()
    {
        await using var server = await FaultServer.StartAsync();
        server.Answer(context =>
        {
            var asked = Route(context.Request.Path).Split('/');
            var first = !context.Request.Query.ContainsKey("starting_after");
            var answer = asked is [.., "{id}"] ? Object(asked[^2]) : List(Object(asked[^1]), first);
            return context.Response.WriteAsync(answer.ToJsonString(), StripeWorld.Stop);
        });
        await using var services = StripeWorld.Client(server.Address, TimeProvider.System);
        var api = services.GetRequiredService<IStripeApi>();

        foreach (var kind in new[] { "charge", "refund", "dispute", "subscription", "invoice", "customer", "checkout.session" }) await api.ReadAsync(kind, "id_1", StripeWorld.Stop);
        foreach (var customer in new[] { "cus_1", "acct_1" })
        {
            await api.ReadCustomerAsync(customer, StripeWorld.Stop);
            await api.PurchasesAsync(customer, new HashSet<string>(), StripeWorld.Stop);
        }

        await api.CustomerOfChargeAsync("ch_1", StripeWorld.Stop);
        await api.PricesOfProductAsync("prod_1", StripeWorld.Stop);
        await api.SubscriptionsOfPriceAsync("price_1", "sub_1", StripeWorld.Stop);
        return [.. server.Requests.Select(request => request.Path)];
    }

    private static JsonObject List(JsonObject one, bool more) => new() { ["object"] = "list", ["data"] = new JsonArray(one), ["has_more"] = more };

    private static JsonObject Object(string resource)
    {
        var made = new JsonObject { ["id"] = "id_1", ["object"] = resource switch { "sessions" => "checkout.session", "lines" => "line_item", "line_items" => "item", _ => resource[..^1] } };
        switch (resource)
        {
            case "charges":
                made["disputed"] = true;
                made["refunds"] = List(Object("refunds"), true);
                break;
            case "refunds" or "disputes":
                made["charge"] = resource == "disputes" ? Object("charges") : "ch_1";
                break;
            case "subscriptions":
                made["status"] = "past_due";
                made["items"] = List(Object("subscription_items"), true);
                break;
            case "subscription_items":
                made["price"] = new JsonObject { ["product"] = "prod_1" };
                break;
            case "invoices":
                made["status"] = "open"; // of a list of paid ones too: it leads to the same calls
                made["payments"] = List(Object("invoice_payments"), true);
                made["lines"] = List(Object("lines"), true);
                break;
            case "invoice_payments":
                made["payment"] = new JsonObject { ["payment_intent"] = "pi_1", ["charge"] = "ch_1" };
                break;
            case "lines":
                made["pricing"] = new JsonObject { ["price_details"] = new JsonObject { ["price"] = "price_1" } };
                break;
            case "sessions":
                made["line_items"] = List(Object("line_items"), true);
                (made["mode"], made["payment_status"]) = ("payment", "paid");
                break;
            default:
                break;
        }

        return made;
    }

    /// <summary>What was asked for stands there as an object; a reference that leads nowhere is null.</summary>
    private static void AssertExpanded(JsonNode? node, string[] path, string call)
    {
        if (node is JsonArray rows)
        {
            foreach (var row in rows) AssertExpanded(row, path, call);
            return;
        }

        Assert.True(node is null or JsonObject, $"{call} shows {node} in the place of an object.");
        if (path.Length == 0 || node is null) return;
        Assert.True(node.AsObject().ContainsKey(path[0]), $"{call} shows no {path[0]}.");
        AssertExpanded(node[path[0]], path[1..], call);
    }

    private static string Route(string call) => string.Join('/', call.Split('?')[0].Split('/').Skip(2).Select(part => part.Contains('_', StringComparison.Ordinal) && part.Any(char.IsDigit) ? "{id}" : part));
}
