using System.Net;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Operators;

public sealed class CallersTests
{
    [Theory]
    [InlineData("GET", "/api/customers/cus_1")]
    [InlineData("POST", "/api/customers/cus_1/sync")]
    [InlineData("GET", "/api/dead-letters")]
    [InlineData("GET", "/api/dead-letters/evt_1")]
    [InlineData("POST", "/api/dead-letters/evt_1/replay")]
    [InlineData("DELETE", "/api/dead-letters/evt_1")]
    public async Task An_operators_route_opens_to_the_operators_key_alone_and_says_no_as_ProblemDetails(string verb, string path)
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");

        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("X", "none"), ("Authorization", "Bearer"), ("Authorization", WholeApp.OperatorKey), ("Authorization", $"Bearer {WholeApp.AppToken}"), ("dapr-api-token", WholeApp.AppToken)])
        {
            using var refused = await app.SendAsync(verb, path, name, value);
            Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        }

        using var taken = await app.SendAsync(verb, path, "Authorization", $"bearer {WholeApp.OperatorKey} ");
        Assert.NotEqual(HttpStatusCode.Unauthorized, taken.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/events/stripe")]
    [InlineData("POST", "/events/dead")]
    [InlineData("GET", "/dapr/config")]
    [InlineData("PUT", "/actors/CustomerActor/cus_1/method/InspectAsync")]
    [InlineData("PUT", "/actors/CustomerActor/cus_1/method/remind/wake")]
    [InlineData("DELETE", "/actors/CustomerActor/cus_1")]
    public async Task A_route_of_the_sidecar_opens_to_nobody_without_the_app_token(string verb, string path)
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");

        foreach (var (name, value) in (IEnumerable<(string, string)>)[("X", "none"), ("dapr-api-token", "another"), ("Authorization", $"Bearer {WholeApp.OperatorKey}")])
        {
            using var refused = await app.SendAsync(verb, path, name, value);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }
}
