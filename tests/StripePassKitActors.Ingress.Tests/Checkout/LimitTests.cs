using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StripePassKitActors.Hosting;
using StripePassKitActors.Ingress.Checkout;

namespace StripePassKitActors.Ingress.Tests.Checkout;

public sealed class LimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_session_may_be_asked_for_so_often_and_others_go_on()
    {
        await using var app = await IngressApp.StartAsync();
        for (var i = 0; i < CheckoutLimits.RequestsOfSession; i++)
        {
            using var taken = await app.GetAsync("/checkout/pass?session_id=cs_test_a");
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        using var json = await app.GetAsync("/checkout/pass?session_id=cs_test_a");
        using var page = await app.GetAsync("/checkout/complete?session_id=cs_test_a");
        using var other = await app.GetAsync("/checkout/complete?session_id=cs_test_b");

        Assert.Equal((HttpStatusCode.TooManyRequests, "application/problem+json"), (json.StatusCode, json.Content.Headers.ContentType?.MediaType));
        Assert.Equal((HttpStatusCode.TooManyRequests, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.All([json, page], refused => Assert.NotNull(refused.Headers.RetryAfter));
        Assert.All([json, page], refused => Assert.Equal("no-store", refused.Headers.CacheControl?.ToString()));
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("One moment, please", html, StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task One_client_may_ask_so_often_whatever_sessions_it_makes_up_and_webhooks_go_on()
    {
        await using var app = await IngressApp.StartAsync();
        var limiter = app.Services.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;
        for (var i = 0; i < CheckoutLimits.RequestsOfClient; i++)
        {
            // As many requests over HTTP would on a slow machine take longer than the minute of which so many are allowed.
            var request = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback }, Request = { QueryString = new($"?session_id=cs_test_{i}") } };
            request.SetEndpoint(new Endpoint(null, new(CheckoutLimits.Limited.Any), null));
            using var taken = limiter.AttemptAcquire(request);
            Assert.True(taken.IsAcquired);
        }

        using var refused = await app.GetAsync("/checkout/pass?session_id=cs_test_another");
        using var webhook = await app.SendSignedAsync(Events.Charge);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, webhook.StatusCode);
    }

    [Fact]
    public async Task A_session_has_so_many_streams_of_events_at_once_and_a_closed_one_makes_room()
    {
        await using var app = await IngressApp.StartStandingAsync(); // streams that are open stay open
        app.Customers.Answer = () => BoughtPass.Of(CheckoutState.Making);
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < CheckoutLimits.StreamsOfSession; i++) open.Add(await app.GetAsync("/checkout/events?session_id=cs_test_a"));
        Assert.All(open, stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));

        using var refused = await app.GetAsync("/checkout/events?session_id=cs_test_a");
        using var other = await app.GetAsync("/checkout/events?session_id=cs_test_b");
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (refused.StatusCode, other.StatusCode));

        app.Customers.Answer = () => BoughtPass.Of(CheckoutState.Late); // ends those that are open
        var ended = Task.WhenAll(open.Select(stream => stream.Content.ReadAsStringAsync(Cancel)));
        while (!ended.IsCompleted)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel));
        }

        await ended;
        open.ForEach(stream => stream.Dispose());

        using var again = await app.GetAsync("/checkout/events?session_id=cs_test_a");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:aaaa::1", "20010db800010002")]
    [InlineData("2001:db8:1:2:bbbb::9", "20010db800010002")]
    public void A_client_is_an_address_or_of_IPv6_its_network(string address, string client)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

        Assert.Equal(client, CheckoutLimits.Client(context));
    }
}
