using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>How many calls a second may bring. Nothing here waits for a clock: windows are a day long, or counted.</summary>
public sealed class RateCapTests : IDisposable
{
    private const int Stripes = 25;

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<CustomersMetrics>().BuildServiceProvider();
    private readonly Wire wire = new();
    private HttpMessageInvoker? client;

    [Fact]
    public async Task Calls_beyond_the_cap_wait_until_their_time_is_up_and_are_then_unavailable_without_being_made()
    {
        using var limiter = StripeRateCap.Limiter(livemode: true, ADay(permits: 2));
        Use(limiter);
        await GetAsync("/v1/charges/ch_1");
        await GetAsync("/v1/charges?customer=cus_1");

        using var budget = new CancellationTokenSource();
        var third = GetAsync("/v1/charges/ch_3", budget.Token);
        Assert.False(third.IsCompleted);
        await budget.CancelAsync();

        Assert.StartsWith("more is to be read", (await Assert.ThrowsAsync<StripeUnavailableException>(() => third)).Message, StringComparison.Ordinal);
        Assert.Equal(2, wire.Calls);
    }

    [Fact]
    public async Task In_live_mode_every_endpoint_has_a_cap_of_its_own()
    {
        using var limiter = StripeRateCap.Limiter(livemode: true, ADay(permits: 1));
        Use(limiter);

        foreach (var path in new[] { "/v1/charges/ch_1", "/v1/subscriptions/sub_1", "/v1/checkout/sessions/cs_1" }) await GetAsync(path);

        Assert.Equal(3, wire.Calls);
    }

    [Fact]
    public async Task In_test_mode_all_endpoints_share_one()
    {
        using var limiter = StripeRateCap.Limiter(livemode: false, ADay(permits: 1));
        Use(limiter);
        await GetAsync("/v1/charges/ch_1");

        using var budget = new CancellationTokenSource();
        var second = GetAsync("/v1/subscriptions/sub_1", budget.Token);
        await budget.CancelAsync();

        await Assert.ThrowsAsync<StripeUnavailableException>(() => second);
        Assert.Equal(1, wire.Calls);
    }

    [Fact]
    public async Task A_call_that_waits_is_made_when_there_is_room_again()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 1 });
        using var partitioned = PartitionedRateLimiter.Create<HttpRequestMessage, int>(_ => RateLimitPartition.Get(0, _ => limiter));
        Use(partitioned);
        var taken = limiter.AttemptAcquire();

        var waiting = GetAsync("/v1/charges/ch_1");
        Assert.False(waiting.IsCompleted);
        taken.Dispose();

        await waiting;
        Assert.Equal(1, wire.Calls);
    }

    /// <summary>
    /// A window of five quarters: two calls that a second holds lie in the same five segments, since the sixth begins a whole second after
    /// the first one's end.
    /// </summary>
    [Fact]
    public void No_second_holds_as_many_calls_as_Stripe_allows()
    {
        var options = StripeRateCap.BelowStripes;

        var segment = options.Window / options.SegmentsPerWindow;
        Assert.True(options.Window - segment >= TimeSpan.FromSeconds(1));
        Assert.InRange(options.PermitLimit, Stripes / 2, Stripes - 1);
        Assert.True(options.AutoReplenishment);
    }

    [Theory]
    [InlineData("/v1/charges/ch_1/refunds", "charges")]
    [InlineData("/v1/charges", "charges")]
    [InlineData("/v1/checkout/sessions/cs_1", "checkout")]
    [InlineData("/stripe/v1/refunds/re_1", "refunds")]
    [InlineData("/", "other")]
    public void An_endpoint_is_named_after_what_it_is_of(string path, string endpoint) => Assert.Equal(endpoint, StripeRateCap.Endpoint(path));

    public void Dispose()
    {
        client?.Dispose();
        services.Dispose();
        wire.Dispose();
    }

    private static SlidingWindowRateLimiterOptions ADay(int permits) => new()
    {
        PermitLimit = permits,
        Window = TimeSpan.FromDays(1),
        SegmentsPerWindow = 1,
        QueueLimit = StripeRateCap.BelowStripes.QueueLimit,
        QueueProcessingOrder = StripeRateCap.BelowStripes.QueueProcessingOrder,
    };

    private void Use(PartitionedRateLimiter<HttpRequestMessage> limiter) =>
        client = new HttpMessageInvoker(new StripeRateCap(limiter, services.GetRequiredService<CustomersMetrics>()) { InnerHandler = wire }, disposeHandler: false);

    private async Task GetAsync(string path, CancellationToken? budget = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://api.stripe.com{path}");
        using var response = await client!.SendAsync(request, budget ?? TestContext.Current.CancellationToken);
    }

    private sealed class Wire : HttpMessageHandler
    {
        private int calls;

        public int Calls => calls;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
