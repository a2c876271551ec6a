using System.Net;
using System.Net.Http.Json;
using System.Text;
using Dapr;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using static StripePassKitActors.Ingress.Tests.IngressApp;

namespace StripePassKitActors.Ingress.Tests;

public sealed class AnswerTests
{
    private const int Limit = 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_broker_fails_the_answer_is_503_and_Stripe_is_told_to_come_back()
    {
        await using var app = await StartAsync();
        app.Broker.Answer = _ => throw new DaprException("publish failed");

        using var answer = await app.SendSignedAsync(Events.Charge);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(app.Broker.Published);
        Assert.Equal(["broker_unavailable"], app.Outcomes);
        Assert.Single(app.Logs.GetSnapshot(), record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_given_up_after_five_seconds()
    {
        await using var app = await StartAsync();
        app.Broker.Answer = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);

        var sending = app.SendSignedAsync(Events.Charge);
        await app.Broker.Asked.Task.WaitAsync(Cancel);
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        using var answer = await sending;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task The_answer_waits_for_the_broker()
    {
        await using var app = await StartAsync();
        var taken = new TaskCompletionSource();
        app.Broker.Answer = _ => taken.Task;

        var sending = app.SendSignedAsync(Events.Charge);
        await app.Broker.Asked.Task.WaitAsync(Cancel);
        Assert.False(sending.IsCompleted);
        taken.SetResult();
        using var answer = await sending;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_does_not_stop_the_publish()
    {
        await using var app = await StartAsync();
        var taken = new TaskCompletionSource();
        CancellationToken publishing = default;
        app.Broker.Answer = token =>
        {
            publishing = token;
            return taken.Task;
        };

        var sending = app.SendSignedAsync(Events.Charge);
        await app.Broker.Asked.Task.WaitAsync(Cancel);
        app.Client.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        taken.SetResult();
        await app.Received.WaitForMeasurementsAsync(1, Cancel);

        Assert.False(publishing.IsCancellationRequested);
        Assert.Single(app.Broker.Published);
    }

    [Theory]
    [InlineData(Limit, false, HttpStatusCode.OK)]
    [InlineData(Limit, true, HttpStatusCode.OK)]
    [InlineData(Limit + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(Limit + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_is_taken_up_to_one_mebibyte(int length, bool chunked, HttpStatusCode expected)
    {
        await using var app = await StartAsync();
        var body = Encoding.UTF8.GetBytes(Events.Charge.PadRight(length));

        using var answer = await app.SendSignedAsync(body, chunked);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expected is HttpStatusCode.OK ? ["published"] : ["too_large"], app.Outcomes);
        if (expected is HttpStatusCode.OK) Assert.Equal(body, Assert.Single(app.Broker.Published).Body.ToArray());
        else Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_far_beyond_the_limit_is_refused_whether_or_not_its_sender_stops_to_listen()
    {
        await using var app = await StartAsync();

        try
        {
            using var answer = await app.SendSignedAsync(Encoding.UTF8.GetBytes(Events.Charge.PadRight(4 * Limit)), chunked: true);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // Nobody reads on behind the limit: who is still writing when the connection ends may never see the answer.
        }

        await app.Received.WaitForMeasurementsAsync(1, Cancel);
        Assert.Equal(["too_large"], app.Outcomes);
        Assert.Empty(app.Broker.Published);
    }

    [Fact]
    public async Task Neither_secrets_nor_payload_nor_signature_reach_a_log()
    {
        await using var app = await StartAsync();
        var mac = Mac(Encoding.UTF8.GetBytes(Events.Charge), app.Now);

        using var taken = await app.SendSignedAsync(Events.Charge);
        using var unknown = await app.SendSignedAsync("ada@example.com");
        using var refused = await app.SendAsync("ada@example.com"u8.ToArray(), $"t={app.Now},v1={mac}");
        app.Broker.Answer = _ => throw new DaprException("publish failed");
        using var failed = await app.SendSignedAsync(Events.Charge);

        var log = string.Join('\n', app.Logs.GetSnapshot().Select(record =>
            $"{record.Message} {record.Exception} {string.Join(' ', record.StructuredState ?? [])}"));
        Assert.Contains("evt_1", log, StringComparison.Ordinal);
        Assert.All([Secret, OldSecret, mac, "ada@example.com"], text => Assert.DoesNotContain(text, log, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_logged_of_an_event_carries_its_id_and_customer()
    {
        await using var app = await StartAsync();

        using var answer = await app.SendSignedAsync(Events.Charge);

        var record = app.Logs.GetSnapshot().Single(one => one.Message.StartsWith("Published", StringComparison.Ordinal));
        var scope = record.Scopes.OfType<IEnumerable<KeyValuePair<string, object?>>>().SelectMany(pairs => pairs).ToList();
        Assert.Contains(KeyValuePair.Create("stripe.event.id", (object?)"evt_1"), scope);
        Assert.Contains(KeyValuePair.Create("stripe.customer.id", (object?)"cus_1"), scope);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("POST", "/webhooks/stripe/other", 404)]
    [InlineData("GET", "/dapr/subscribe", 404)]
    [InlineData("GET", "/webhooks/stripe", 405)]
    public async Task Nothing_else_is_there_and_errors_are_problem_details(string method, string path, int status)
    {
        await using var app = await StartAsync("--environment=Development");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await app.Client.SendAsync(request, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status, (await answer.Content.ReadFromJsonAsync<ProblemDetails>(Cancel))!.Status);
        Assert.Empty(answer.Headers.Server);
    }

    [Fact]
    public async Task It_is_alive_without_a_sidecar()
    {
        await using var app = await StartAsync();

        using var answer = await app.Client.GetAsync("/healthz", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
