using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>Who may call what, and what the routes say of themselves.</summary>
public sealed class OperatorRoutes(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task The_operators_routes_need_the_operators_key_and_the_sidecars_need_the_sidecars(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        var customers = merchant.Service.Customers.Client;

        (HttpMethod Method, string Route)[] operators =
        [
            (HttpMethod.Get, "api/customers/cus_1"), (HttpMethod.Post, "api/customers/cus_1/sync"), (HttpMethod.Post, "api/customers/cus_1/email"), (HttpMethod.Delete, "api/customers/cus_1"), (HttpMethod.Get, "api/dead-letters"),
            (HttpMethod.Get, "api/dead-letters/evt_1"), (HttpMethod.Post, "api/dead-letters/evt_1/replay"), (HttpMethod.Delete, "api/dead-letters/evt_1"),
        ];
        foreach (var (method, route) in operators)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(customers, method, route));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(customers, method, route, bearer: "another key of this length"));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(customers, method, route, appToken: TestSettings.AppToken));
        }

        (HttpMethod Method, string Route)[] daprs =
        [
            (HttpMethod.Post, "events/stripe"), (HttpMethod.Post, "events/dead"), (HttpMethod.Get, "dapr/config"),
            (HttpMethod.Put, "actors/CustomerActor/cus_1/method/InspectAsync"), (HttpMethod.Put, "actors/CustomerActor/cus_1/method/remind/wake"),
            (HttpMethod.Delete, "actors/CustomerActor/cus_1"),
        ];
        foreach (var (method, route) in daprs)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(customers, method, route));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(customers, method, route, appToken: "another token"));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(customers, method, route, bearer: TestSettings.OperatorKey));
        }
    }

    [Theory]
    [OnEachSidecar]
    public async Task Who_is_unknown_or_cannot_be_is_not_found(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);

        Assert.Null(await merchant.OperatorAsync(HttpMethod.Get, "api/customers/cus_unknown", Cancelled));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Get, "api/customers/cus%2Funknown", Cancelled));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Post, "api/customers/cus_unknown/sync", Cancelled));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Post, "api/customers/cus_unknown/email", Cancelled));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Delete, "api/customers/cus_unknown", Cancelled));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Post, "api/dead-letters/evt_unknown/replay", Cancelled));
        Assert.Null(await merchant.OperatorAsync(HttpMethod.Delete, "api/dead-letters/evt_unknown", Cancelled));
    }

    [Theory]
    [OnEachSidecar]
    public async Task The_OpenAPI_document_lists_the_operators_routes_and_no_others(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);

        var document = await merchant.Service.Customers.Client.GetFromJsonAsync<JsonObject>("openapi/v1.json", Cancelled);

        Assert.Equal(
            [
                "delete /api/customers/{id}", "delete /api/dead-letters/{id}", "get /api/customers/{id}", "get /api/dead-letters", "get /api/dead-letters/{id}",
                "post /api/customers/{id}/email", "post /api/customers/{id}/sync", "post /api/dead-letters/{id}/replay",
            ],
            document!["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key} {path.Key}")).Order(StringComparer.Ordinal));
        Assert.Equal("http", (string?)document["components"]!["securitySchemes"]!.AsObject().Single().Value!["type"]);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string route, string? bearer = null, string? appToken = null)
    {
        using var request = new HttpRequestMessage(method, route) { Content = method == HttpMethod.Get ? null : JsonContent.Create(new { }) };
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (appToken is not null) request.Headers.Add("dapr-api-token", appToken);
        using var response = await client.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
