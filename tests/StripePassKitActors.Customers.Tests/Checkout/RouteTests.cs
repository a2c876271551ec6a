using System.Net;
using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Tests.Support;
using static StripePassKitActors.Customers.Tests.Support.StripeThings;

namespace StripePassKitActors.Customers.Tests.Checkout;

public sealed class RouteTests
{
    private const string Id = "cs_test_secretOfTheBuyer";

    [Fact]
    public async Task Only_the_sidecar_may_ask()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");

        using var stranger = await app.AskForPassAsync(Id, "dapr-api-token", "wrong");
        using var operators = await app.AskForPassAsync(Id, "Authorization", $"Bearer {WholeApp.OperatorKey}");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (stranger.StatusCode, operators.StatusCode));
    }

    [Theory]
    [InlineData("cs_1")]
    [InlineData("cus_1")]
    [InlineData("cs_test_a/../b")]
    [InlineData("")]
    public async Task What_is_no_id_of_a_session_is_not_found(string id)
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");

        using var answer = await app.AskForPassAsync(id);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_is_written_down_before_its_event_is_acknowledged_and_its_id_reaches_no_log()
    {
        await using var app = await WholeApp.StartAsync("--PassKit:Token=token");
        var completed = Event("evt_1", Session(Id), type: "checkout.session.completed");
        app.PlainState.Failing = int.MaxValue;
        Assert.Equal(["RETRY"], await app.DeliverAsync(completed));

        app.PlainState.Failing = 0;
        Assert.Equal(["SUCCESS"], await app.DeliverAsync(completed));
        using var answer = await app.AskForPassAsync(Id);

        Assert.NotEqual("waiting", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["state"]);
        Assert.DoesNotContain(app.Logs.GetSnapshot(), record =>
            $"{record.Message} {record.Exception} {string.Join(' ', record.StructuredState ?? [])} {string.Join(' ', record.Scopes)}".Contains(Id, StringComparison.Ordinal));
    }
}
