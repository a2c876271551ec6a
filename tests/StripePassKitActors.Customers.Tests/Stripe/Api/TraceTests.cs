using System.Collections.Concurrent;
using System.Diagnostics;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>What of the calls to Stripe stands in traces.</summary>
public sealed class TraceTests
{
    private const string Session = "cs_test_secretOfTheBuyer";

    [Fact]
    public async Task A_session_that_is_read_reaches_no_trace()
    {
        ConcurrentQueue<Activity> traced = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = traced.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var world = await StripeWorld.StartAsync();

        Assert.Empty(await world.Api.ReadAsync("checkout.session", Session, StripeWorld.Stop));
        using var anybody = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => anybody.GetAsync(new Uri("http://127.0.0.1:1/anybody_else"), StripeWorld.Stop));

        Assert.Contains(world.Calls, call => call.Contains(Session, StringComparison.Ordinal));
        Assert.Contains("/anybody_else", Told(), StringComparison.Ordinal);
        Assert.DoesNotContain(Session, Told(), StringComparison.Ordinal);

        string Told() => string.Join('\n', traced.Select(activity => $"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}"));
    }
}
