using System.Net;
using Microsoft.Extensions.Logging;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Logs;

/// <summary>Logs are read by more people than may know who a customer is, and kept longer.</summary>
public sealed class NothingPersonalTests
{
    private const string Person = """{"id":"cus_1","object":"customer","name":"Quenby Thistlewood","email":"quenby@thistle.example","phone":"+4915112345678"}""";
    private const string Subscription = """{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","items":{"data":[{"price":{"id":"price_gold"},"current_period_end":1798070400}]}}""";

    /// <summary>What no log line may hold: "eyJ" begins every signed token.</summary>
    private static readonly string[] Secrets =
    [
        "Quenby", "Thistlewood", "thistle", "15112345678", "eyJ",
        WholeApp.OperatorKey, WholeApp.AppToken, WholeApp.SidecarToken, WholeApp.PassKitSecret, "passkit_token_of_the_test",
    ];

    public static TheoryData<HttpStatusCode> Answers { get; } =
    [
        HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Conflict,
        HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, HttpStatusCode.NotImplemented, HttpStatusCode.ServiceUnavailable,
    ];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Whatever_PassKit_answers_and_quotes(HttpStatusCode answer)
    {
        await using var app = await WithKeyAsync();
        app.PassKit.Refuses = answer == HttpStatusCode.OK ? null : answer;

        Assert.Equal(["SUCCESS", "SUCCESS"], await app.DeliverAsync(Event(1, Person), Event(2, Subscription)));
        await app.AskAsync(HttpMethod.Post, "/api/customers/cus_1/sync");
        app.PassKit.Refuses = null;
        await app.AskAsync(HttpMethod.Post, "/api/customers/cus_1/sync");

        Assert.Contains(app.PassKit.Sent, sent => sent.Contains("Quenby Thistlewood", StringComparison.Ordinal) && sent.StartsWith("eyJ", StringComparison.Ordinal));
        NothingPersonalIn(app);
    }

    [Theory]
    [InlineData("--PassKit:Token=passkit_token_of_the_test")]
    [InlineData("--PassKit:ApiKey=key", $"--PassKit:ApiSecret={WholeApp.PassKitSecret}", "--PassKit:AuthorizationScheme=Bearer")]
    public async Task However_the_app_signs_in_and_the_way_to_PassKit_breaks(params string[] settings)
    {
        await using var app = await WholeApp.StartAsync(settings);
        app.PassKit.Breaks = true;

        await app.DeliverAsync(Event(1, Person), Event(2, Subscription));
        await app.DeliverAsync(Event(3, Subscription));

        Assert.NotEmpty(app.PassKit.Sent);
        NothingPersonalIn(app);
    }

    [Fact]
    public async Task A_turn_that_fails_is_logged_with_its_exception()
    {
        await using var app = await WithKeyAsync();
        app.State.FailingCommits = 1;
        Assert.Equal(["RETRY", "RETRY"], await app.DeliverAsync(Event(1, Person), Event(2, Subscription)));
        app.State.FailingReads = 1;
        await app.DeliverAsync(Event(1, Person));

        app.State.Store(CustomerActor.TypeName, "cus_1", "customer", """{"customerId":"cus_1","customer":{"name":Quenby Thistlewood}}""");
        await app.DeliverAsync(Event(1, Person));
        app.State.Store(CustomerActor.TypeName, "cus_1", "customer", """{"customerId":"cus_1","customer":{"name":{"Quenby":"Thistlewood"}}}""");
        await app.DeliverAsync(Event(1, Person));
        app.State.Store(CustomerActor.TypeName, "cus_1", "customer", """{"customerId":"cus_1","pass":{"state":"quenby@thistle.example"}}""");
        await app.DeliverAsync(Event(1, Person));

        Assert.True(app.Logs.GetSnapshot().Count(log => log is { Level: LogLevel.Error, Exception: not null }) >= 5);
        NothingPersonalIn(app);
    }

    [Fact]
    public async Task Events_that_are_parked_let_go_or_wrong()
    {
        await using var app = await WithKeyAsync();

        await app.DeliverAsync(
            Event(1, """{"id":"cus_1","object":"customer","name":{"first":"Quenby"},"email":"quenby@thistle.example"}"""),
            Event(2, """{"id":"cus_1","object":"customer","name":"Quenby Thistlewood","email":["quenby@thistle.example"]}"""),
            Event(3, """{"id":"cus_1","object":"customer","metadata":{"quenby@thistle.example":["Thistlewood"]}}"""),
            Event(4, """{"id":"Quenby Thistlewood","object":"customer","email":"quenby@thistle.example"}"""),
            Event(5, """{"id":"ch_1","object":"charge","customer":"cus_1","amount":"Quenby Thistlewood"}"""),
            Event(6, """{"id":"sub_1","object":"subscription","customer":"cus_1","status":"Quenby Thistlewood"}"""),
            Event(7, """{"id":"cs_1","object":"checkout.session","status":"complete","customer_details":{"name":"Quenby Thistlewood","email":"quenby@thistle.example"}}"""),
            Event(8, """{"id":"re_1","object":"refund","amount":5,"metadata":{"name":"Quenby Thistlewood"}}"""),
            Event(9, """{"id":"ch_1","object":"charge","customer":"quenby@thistle.example","amount":5}"""),
            """{"id":"evt_10","name":"Quenby Thistlewood"}""");
        var listed = await app.AskAsync(HttpMethod.Get, "/api/dead-letters");
        await app.AskAsync(HttpMethod.Get, "/api/dead-letters/evt_1");
        await app.AskAsync(HttpMethod.Post, "/api/dead-letters/evt_1/replay");
        await app.AskAsync(HttpMethod.Delete, "/api/dead-letters/evt_1?reason=tested");

        Assert.Contains("evt_9", listed, StringComparison.Ordinal);
        Assert.Contains(app.Logs.GetSnapshot(), log => log.Message.Contains("evt_1 ", StringComparison.Ordinal));
        NothingPersonalIn(app);
    }

    [Fact]
    public async Task Whoever_asks_with_the_right_key_or_a_wrong_one()
    {
        await using var app = await WithKeyAsync();
        await app.DeliverAsync(Event(1, Person), Event(2, Subscription));

        Assert.Contains("Quenby", app.State.Stored(CustomerActor.TypeName, "cus_1", "customer"), StringComparison.Ordinal);
        Assert.Contains("cus_1", await app.AskAsync(HttpMethod.Get, "/api/customers/cus_1"), StringComparison.Ordinal);
        await app.AskAsync(HttpMethod.Get, "/api/customers/cus_1", WholeApp.OperatorKey[..^1]);
        await app.AskAsync(HttpMethod.Get, "/api/customers/cus_1", WholeApp.AppToken);

        NothingPersonalIn(app);
    }

    private static Task<WholeApp> WithKeyAsync() => WholeApp.StartAsync("--PassKit:ApiKey=key", $"--PassKit:ApiSecret={WholeApp.PassKitSecret}");

    private static string Event(int number, string stripeObject) =>
        $$$"""{"id":"evt_{{{number}}}","object":"event","type":"any.type","created":{{{1795478400 + number}}},"data":{"object":{{{stripeObject}}}}}""";

    private static void NothingPersonalIn(WholeApp app)
    {
        var logs = app.Logs.GetSnapshot();
        Assert.Contains(logs, log => log.Level == LogLevel.Debug);
        var text = logs.SelectMany(log => (string?[])
        [
            log.Message, log.Exception?.ToString(),
            .. (log.StructuredState ?? []).Select(pair => pair.Value),
            .. log.Scopes.Select(scope => scope is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : scope?.ToString()),
        ]);
        Assert.All(text, line => Assert.All(Secrets, secret => Assert.DoesNotContain(secret, line ?? "", StringComparison.OrdinalIgnoreCase)));
    }
}
