using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Stripe;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>What Stripe does not answer, or answers otherwise than was asked.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string Charge = """{"id":"ch_1","object":"charge","customer":"cus_1","refunds":{"object":"list","data":[],"has_more":false}}""";
    private const string Broken = """{"error":{"type":"api_error","message":"An error with ada@example.com"}}""";

    private static readonly TimeSpan Budget = PassKitWorld.Budget;

    private readonly SteppingClock clock = new(PassKitWorld.Start);
    private FaultServer server = null!;
    private ServiceProvider services = null!;

    private IStripeApi Api => services.GetRequiredService<IStripeApi>();

    private IReadOnlyList<FakeLogRecord> Logs => services.GetFakeLogCollector().GetSnapshot();

    public async ValueTask InitializeAsync()
    {
        server = await FaultServer.StartAsync();
        services = StripeWorld.Client(server.Address, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_passes_by_itself_is_tried_twice_more(int status)
    {
        for (var time = 0; time < 2; time++) server.Answer(status, Broken);
        server.Answer(200, Charge);

        Assert.Equal("ch_1", Assert.Single(await ReadAsync()).Id);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_does_not_pass_is_unavailable_after_three_tries(int status)
    {
        server.Answer(status, Broken);

        Assert.Equal($"status {status}", (await UnavailableAsync()).Message);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_twice_more()
    {
        for (var time = 0; time < 2; time++) server.Answer(context => Abort(context));
        server.Answer(200, Charge);
        Assert.Single(await ReadAsync());
        Assert.Equal(3, server.Requests.Count);

        server.Clear();
        server.Answer(context => Abort(context));
        Assert.StartsWith("no connection", (await UnavailableAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);

        static Task Abort(HttpContext context)
        {
            context.Abort();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Stripe_is_asked_again_when_it_said()
    {
        server.Answer(429, Broken, ("Retry-After", "1"));
        server.Answer(429, Broken, ("Retry-After", PassKitWorld.Start.AddSeconds(3).ToString("R")), ("Date", PassKitWorld.Start.AddSeconds(1).ToString("R")));
        server.Answer(200, Charge);

        Assert.Single(await ReadAsync());
        Assert.Equal(TimeSpan.FromSeconds(3), clock.Passed);
    }

    [Fact]
    public async Task Who_is_asked_to_wait_longer_than_a_turn_does_not_wait_and_is_told_how_long()
    {
        server.Answer(429, Broken, ("Retry-After", "60"));

        Assert.Equal(TimeSpan.FromSeconds(60), (await UnavailableAsync()).RetryAfter);
        Assert.Single(server.Requests);
        Assert.Equal(TimeSpan.Zero, clock.Passed);
    }

    [Theory]
    [InlineData(500, "false", 1)]
    [InlineData(500, "perhaps", 3)]
    [InlineData(400, "true", 3)]
    public async Task Stripes_own_word_on_whether_to_try_again_counts_more_than_the_status(int status, string said, int tries)
    {
        server.Answer(status, Broken, ("Stripe-Should-Retry", said));

        await Assert.ThrowsAnyAsync<StripeException>(ReadAsync);
        Assert.Equal(tries, server.Requests.Count);
    }

    [Fact]
    public async Task No_answer_within_a_turns_time_is_unavailable()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var budget = new CancellationTokenSource(Budget, clock);

        var reading = Api.ReadAsync("charge", "ch_1", budget.Token);
        await asked.Task.WaitAsync(StripeWorld.Stop);
        clock.Advance(Budget);

        Assert.Equal("no answer within a turn's time", (await Assert.ThrowsAsync<StripeUnavailableException>(() => reading)).Message);
    }

    [Fact]
    public async Task An_outage_costs_a_few_calls_and_then_none_until_it_may_be_over()
    {
        server.Answer(503, Broken);
        await UnavailableAsync();
        await UnavailableAsync();
        Assert.Equal(6, server.Requests.Count);

        Assert.StartsWith("it is left alone for a while", (await UnavailableAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);

        server.Clear();
        server.Answer(200, Charge);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(await ReadAsync());
    }

    [Theory]
    [InlineData("", "an answer that is no JSON")]
    [InlineData("<html>A proxy's word, ada@example.com</html>", "an answer that is no JSON")]
    [InlineData("{\"id\":\"ch_1\",", "an answer that is no JSON")]
    [InlineData("null", "an answer that is no charge")]
    [InlineData("[]", "an answer that is no charge")]
    [InlineData("{}", "an answer that is no charge")]
    [InlineData("""{"id":"ch_1"}""", "an answer that is no charge")]
    [InlineData("""{"object":"charge"}""", "an answer that is no charge")]
    [InlineData("""{"id":"../x","object":"charge"}""", "an answer that is no charge")]
    [InlineData("""{"id":"re_1","object":"refund"}""", "an answer that is no charge")]
    [InlineData("""{"object":"list","data":[],"has_more":false}""", "an answer that is no charge")]
    public async Task Success_with_something_else_is_no_answer(string body, string said)
    {
        server.Answer(200, body);

        Assert.Equal(said, (await UnavailableAsync()).Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"object":"list"}""")]
    [InlineData("""{"object":"list","data":{}}""")]
    [InlineData(Charge)]
    public async Task Success_with_something_else_than_a_list_is_no_answer(string body)
    {
        server.Answer(200, body);

        Assert.Equal("an answer that is no list", (await UnavailableAsync(() => Api.SubscriptionsOfPriceAsync("price_1", null, StripeWorld.Stop))).Message);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"object":"charge"}""")]
    [InlineData("""{"object":"charge","id":1}""")]
    public async Task A_list_that_holds_no_objects_is_no_answer(string row)
    {
        server.Answer(200, $$"""{"object":"list","data":[{{row}}],"has_more":false}""");

        Assert.Equal("an answer that is no list", (await UnavailableAsync(() => Api.SubscriptionsOfPriceAsync("price_1", null, StripeWorld.Stop))).Message);
    }

    [Fact]
    public async Task An_answer_without_a_date_is_none_for_nobody_knows_when_it_was_true()
    {
        server.Answer(200, Charge, ("Date", "soon"));

        Assert.Equal("an answer without a Date", (await UnavailableAsync()).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":"ada@example.com"}""")]
    [InlineData("""{"error":{"code":1}}""")]
    public async Task Whatever_stands_in_a_failure_it_is_one_of_the_two_and_quotes_nothing(string body)
    {
        foreach (var status in new[] { 302, 400, 401, 404, 500 })
        {
            server.Clear();
            server.Answer(status, body);
            var fault = await Assert.ThrowsAnyAsync<StripeException>(ReadAsync);
            Assert.True(fault is StripeUnavailableException or StripeRefusedException, fault.GetType().Name);
            Assert.DoesNotContain("ada@", fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_what_Stripe_says_is_missing_counts_as_missing()
    {
        server.Answer(404, """{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such charge: 'ch_1'"}}""");
        Assert.Empty(await ReadAsync());

        server.Clear();
        server.Answer(404, """{"error":{"type":"invalid_request_error","message":"Unrecognized request URL"}}""");
        Assert.Equal("charges answers 404, invalid_request_error", (await Assert.ThrowsAsync<StripeRefusedException>(ReadAsync)).Message);
    }

    [Fact]
    public async Task A_key_that_is_refused_is_told_once_with_Stripes_code_and_nothing_of_the_key()
    {
        server.Answer(401, $$"""{"error":{"type":"invalid_request_error","code":"api_key_expired","message":"Expired API Key provided: {{StripeWorld.Key}}"} }""");

        for (var time = 0; time < 3; time++)
            Assert.Equal("charges answers 401, api_key_expired", (await Assert.ThrowsAsync<StripeRefusedException>(ReadAsync)).Message);

        Assert.Equal(3, server.Requests.Count);
        var line = Assert.Single(Logs);
        Assert.Equal(LogLevel.Critical, line.Level);
        Assert.Contains("charges answers 401, api_key_expired", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permission_that_is_lacking_is_named()
    {
        server.Answer(403, $$"""
            {"error":{"type":"invalid_request_error","message":"The provided key '{{StripeWorld.Key}}' does not have the required permissions for this endpoint on account 'acct_1'. Having the 'rak_charge_read' permission would allow this request to continue."} }
            """);

        Assert.Equal(
            "charges answers 403, invalid_request_error; it asks for the permission rak_charge_read",
            (await Assert.ThrowsAsync<StripeRefusedException>(ReadAsync)).Message);
    }

    [Fact]
    public async Task A_fault_is_told_once_in_ten_minutes_whoever_meets_it()
    {
        server.Answer(409, Broken);
        for (var time = 0; time < 3; time++) await UnavailableAsync();
        Assert.Equal(LogLevel.Warning, Assert.Single(Logs).Level);

        clock.Advance(TimeSpan.FromMinutes(10));
        await UnavailableAsync();
        Assert.Equal(2, Logs.Count);

        server.Clear();
        server.Answer(200, "null");
        await UnavailableAsync();
        Assert.Equal(3, Logs.Count);
    }

    [Fact]
    public async Task Neither_the_key_nor_a_person_reaches_a_log_or_a_message()
    {
        foreach (var status in new[] { 200, 400, 401, 402, 403, 404, 409, 429, 500 })
        {
            server.Clear();
            server.Answer(status, $$"""{"error":{"type":"ada@example.com","code":"{{StripeWorld.Key}}","message":"{{StripeWorld.Key}} ada@example.com","param":"ada@example.com"} }""");
            var fault = (await Assert.ThrowsAnyAsync<StripeException>(ReadAsync)).ToString();
            Assert.DoesNotContain(StripeWorld.Key, fault, StringComparison.Ordinal);
            Assert.DoesNotContain("ada@", fault, StringComparison.Ordinal);
        }

        Assert.NotEmpty(Logs);
        foreach (var line in Logs)
        {
            var text = $"{line.Message} {string.Join(' ', line.StructuredState!)} {line.Exception}";
            Assert.DoesNotContain(StripeWorld.Key, text, StringComparison.Ordinal);
            Assert.DoesNotContain("ada@", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_try_is_counted_by_endpoint_and_status()
    {
        using var calls = new MetricCollector<long>(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), CustomersMetrics.Name, "customers.stripe.calls");
        server.Answer(503, Broken);
        server.Answer(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        server.Answer(200, Charge);

        await ReadAsync();

        Assert.Equal(
            [("charges", "503"), ("charges", "none"), ("charges", "200")],
            calls.GetMeasurementSnapshot().Select(call => ((string?)call.Tags["endpoint"], (string?)call.Tags["status"])));
    }

    [Fact]
    public async Task The_key_and_the_account_are_sent_and_nothing_is_told_of_earlier_calls()
    {
        server.Answer(200, Charge);
        await ReadAsync();
        await ReadAsync();
        await using var connected = StripeWorld.Client(server.Address, clock, null, "Stripe:Account", "acct_1");
        await connected.GetRequiredService<IStripeApi>().ReadAsync("charge", "ch_1", StripeWorld.Stop);

        Assert.All(server.Requests, request =>
        {
            Assert.Equal("/v1/charges/ch_1?expand%5B%5D=refunds", request.Path);
            Assert.Equal($"Bearer {StripeWorld.Key}", request.Headers["Authorization"]);
            Assert.Equal(StripeConfiguration.ApiVersion, request.Headers["Stripe-Version"]);
            Assert.DoesNotContain("X-Stripe-Client-Telemetry", request.Headers.Keys);
        });
        Assert.Equal([null, null, "acct_1"], server.Requests.Select(request => request.Headers.GetValueOrDefault("Stripe-Account")));
    }

    [Fact]
    public async Task Of_several_reads_at_a_time_one_failure_is_the_failure_of_all()
    {
        server.Answer(context => context.Response.WriteAsync(
            context.Request.Path.Value!.EndsWith("/charges", StringComparison.Ordinal)
                ? $$"""{"object":"list","data":[{{string.Join(',', Enumerable.Repeat(Charge.Replace("\"ch_1\"", "\"ch_1\",\"disputed\":true", StringComparison.Ordinal), 3))}}],"has_more":false}"""
                : context.Request.Path.Value.EndsWith("/disputes", StringComparison.Ordinal) ? "null"
                : context.Request.Path.Value.EndsWith("/subscriptions", StringComparison.Ordinal) ? """{"object":"list","data":[],"has_more":false}"""
                : """{"id":"cus_1","object":"customer"}""",
            context.RequestAborted));

        Assert.Equal("an answer that is no list", (await UnavailableAsync(() => Api.ReadCustomerAsync("cus_1", StripeWorld.Stop))).Message);
        Assert.Single(Logs);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("""{"id":"prod_1","object":"product","name":"Listed"}""", true)]
    public async Task A_listed_subscription_is_read_by_itself_where_the_lists_do_not_show_all_of_it(string products, bool moreItems)
    {
        server.Answer(context => context.Response.WriteAsync(
            context.Request.Path.Value!.Split('/')[^1] switch
            {
                "subscriptions" => List(Subscription("\"prod_1\"", moreItems)),
                "sub_1" => Subscription("""{"id":"prod_1","object":"product","name":"Read"}""", moreItems: false),
                "products" => List(products),
                "cus_1" => """{"id":"cus_1","object":"customer"}""",
                _ => List(""),
            },
            context.RequestAborted));

        var subscription = (await ReadAsync(budget => Api.ReadCustomerAsync("cus_1", budget))).Single(read => read.Kind == "subscription");

        Assert.Equal("Read", subscription.Json.GetProperty("items").GetProperty("data")[0].GetProperty("price").GetProperty("product").GetProperty("name").GetString());

        static string List(string rows, bool more = false) => $$"""{"object":"list","data":[{{rows}}],"has_more":{{(more ? "true" : "false")}}}""";

        static string Subscription(string product, bool moreItems)
        {
            var item = $$$"""{"id":"si_1","object":"subscription_item","price":{"id":"price_1","product":{{{product}}}}}""";
            return $$"""{"id":"sub_1","object":"subscription","status":"active","items":{{List(item, moreItems)}}}""";
        }
    }

    private Task<IReadOnlyList<StripeObject>> ReadAsync() => ReadAsync(budget => Api.ReadAsync("charge", "ch_1", budget));

    private async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read)
    {
        using var budget = new CancellationTokenSource(Budget, clock);
        return await clock.DriveAsync(read(budget.Token), Budget);
    }

    private Task<StripeUnavailableException> UnavailableAsync() => Assert.ThrowsAsync<StripeUnavailableException>(ReadAsync);

    private static Task<StripeUnavailableException> UnavailableAsync(Func<Task> read) => Assert.ThrowsAsync<StripeUnavailableException>(read);
}
