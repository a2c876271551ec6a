using System.Net;
using System.Threading.RateLimiting;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>
/// Keeps this process below what Stripe allows, 25 calls a second for an endpoint, and counts what is called. Calls wait their turn until
/// their budget ends. Every try takes its own place.
/// </summary>
/// <remarks>
/// The limiter goes by the machine's clock: System.Threading.RateLimiting takes no TimeProvider. Nothing but waiting depends on it. It lies
/// nearest to the wire, so that calls which an open circuit spares Stripe take no place, and it throws no cancellation: a queue of our own
/// is no outage of Stripe.
/// </remarks>
internal sealed class StripeRateCap(PartitionedRateLimiter<HttpRequestMessage> limiter, CustomersMetrics metrics) : DelegatingHandler
{
    /// <summary>
    /// Any second overlaps at most five neighbouring segments of a quarter, and so at most these permits; whoever else uses the account
    /// has the rest.
    /// </summary>
    public static SlidingWindowRateLimiterOptions BelowStripes => new()
    {
        PermitLimit = 20,
        Window = TimeSpan.FromSeconds(1.25),
        SegmentsPerWindow = 5,
        QueueLimit = int.MaxValue, // no more than there are turns
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };

    /// <summary>Live mode has a limit for each endpoint, test mode one for all of them together.</summary>
    public static PartitionedRateLimiter<HttpRequestMessage> Limiter(bool livemode, SlidingWindowRateLimiterOptions options) =>
        PartitionedRateLimiter.Create<HttpRequestMessage, string>(
            request => RateLimitPartition.GetSlidingWindowLimiter(livemode ? Endpoint(request.RequestUri!.AbsolutePath) : "all", _ => options));

    /// <summary>What Stripe's limits and our metric call a path: <c>charges</c> for <c>/v1/charges/ch_1/refunds</c>.</summary>
    public static string Endpoint(string path) => path.Split('/').SkipWhile(part => part != "v1").ElementAtOrDefault(1) ?? "other";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var place = await PlaceAsync(request, cancellationToken);
        HttpStatusCode? status = null;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            status = response.StatusCode;
            return response;
        }
        finally
        {
            metrics.StripeCalled(Endpoint(request.RequestUri!.AbsolutePath), status);
        }
    }

    private async Task<RateLimitLease> PlaceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await limiter.AcquireAsync(request, permitCount: 1, cancellationToken);
        }
        catch (OperationCanceledException late)
        {
            throw new StripeUnavailableException("more is to be read from Stripe than it allows in a second", inner: late);
        }
    }
}
