using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace StripePassKitActors.Ingress.Tests.Checkout;

/// <summary>Whoever reads the log, or the traces, must not be able to open a pass, or to speak as PassKit.</summary>
public sealed class SecrecyTests
{
    private const string Session = "cs_test_secretOfTheBuyer";
    private const string Token = "secret-token-of-passkit-0123456789abcdef";

    [Theory]
    [InlineData("--Logging:LogLevel:Default=Trace")]
    [InlineData("--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics=Trace")]
    [InlineData("--Logging:FakeLogger:LogLevel:Default=Trace", "--Logging:Microsoft.Extensions.Logging.Testing.FakeLoggerProvider:LogLevel:Microsoft.AspNetCore.Hosting=Trace")]
    public async Task Neither_a_session_nor_the_token_reaches_a_log_or_a_trace_whatever_the_settings_ask_for(params string[] settings)
    {
        var trace = ActivityTraceId.CreateRandom();
        ConcurrentQueue<Activity> traced = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name != "System.Net.Http", // the callers of this test
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => { if (activity.TraceId == trace) traced.Enqueue(activity); }, // other tests' requests are traced beside these
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await IngressApp.StartAsync([$"--PassKit:WebhookToken={Token}", .. settings]);
        app.Client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        foreach (var path in (string[])["complete", "pass", "events"])
        {
            using var answer = await app.GetAsync($"/checkout/{path}?session_id={Session}", null, ("Origin", "https://shop.example.com"));
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        app.Customers.Answer = () => throw new InvalidOperationException("unforeseen");
        using var failed = await app.GetAsync($"/checkout/complete?session_id={Session}");
        Assert.Equal(500, (int)failed.StatusCode);
        app.Customers.Answer = () => null;
        using var unanswered = await app.GetAsync($"/checkout/complete?session_id={Session}");
        using var body = new StringContent("""{"event":"PASS_EVENT_INSTALLED","pass":{"id":"member1"}}""", Encoding.UTF8, "application/json");
        using var taken = await app.Client.PostAsync($"/webhooks/passkit/{Token}", body, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)taken.StatusCode);

        using var refused = await app.GetAsync($"/webhooks/passkit/{Token}");
        Assert.Equal(405, (int)refused.StatusCode);

        // An answer arrives before its request is over: an error is logged, and the trace of any is told, later.
        await UntilAsync(() => Log(app).Contains("unforeseen", StringComparison.Ordinal));
        await UntilAsync(() => traced.Count(activity => Told([activity]).Contains("[url.path, /webhooks/passkit/{token}]", StringComparison.Ordinal)) >= 2);

        Assert.Contains("member1", Log(app), StringComparison.Ordinal);
        Assert.All([Session, Token], secret => Assert.DoesNotContain(secret, Log(app), StringComparison.Ordinal));
        Assert.All([Session, Token], secret => Assert.DoesNotContain(secret, Told(traced), StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<bool> seen)
    {
        while (!seen()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static string Told(IEnumerable<Activity> traced) => string.Join('\n', traced.Select(activity =>
        $"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(one => one.Tags))} {string.Join(' ', activity.Baggage)}"));

    private static string Log(IngressApp app) => string.Join('\n', app.Logs.GetSnapshot().Select(record =>
        $"{record.Category} {record.Message} {record.Exception} {string.Join(' ', record.StructuredState ?? [])} {string.Join(' ', record.Scopes.Select(Text))}"));

    private static string Text(object? scope) => scope is IEnumerable<KeyValuePair<string, object?>> pairs ? $"{scope} {string.Join(' ', pairs)}" : $"{scope}";
}
