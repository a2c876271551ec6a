using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>
/// How often the checkout page may be asked for. Session ids cannot be guessed; what the limits guard is the service behind the page. A client is an
/// address, and behind a proxy that is not told of (<c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>) all buyers are one: a client's limits are therefore
/// wide and a session's narrow.
/// </summary>
/// <remarks>The limiters go by the machine's clock: System.Threading.RateLimiting takes no TimeProvider.</remarks>
internal static class CheckoutLimits
{
    /// <summary>Requests a minute, for all sessions of one client. One page that may not listen to events asks 15 times.</summary>
    public const int RequestsOfClient = 600;

    /// <summary>Requests a minute for one session, whoever asks.</summary>
    public const int RequestsOfSession = 90;

    /// <summary>Open streams of events of one client.</summary>
    public const int StreamsOfClient = 50;

    /// <summary>Open streams of events of one session: tabs.</summary>
    public const int StreamsOfSession = 3;

    /// <summary>Open streams of events altogether.</summary>
    public const int Streams = 1_000;

    /// <summary>Adds the limits; they hold for routes with <see cref="Limited"/>.</summary>
    public static IServiceCollection AddCheckoutLimits(this IServiceCollection services) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = RejectAsync;
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            Of(Limited.Any, Client, RequestsAMinute(RequestsOfClient)),
            Of(Limited.Any, Session, RequestsAMinute(RequestsOfSession)),
            Of(Limited.Streams, Client, AtOnce(StreamsOfClient)),
            Of(Limited.Streams, Session, AtOnce(StreamsOfSession)),
            Of(Limited.Streams, _ => "", AtOnce(Streams)));
    });

    /// <summary>Whose address it is; of IPv6 the network, since a client has as many addresses as it likes.</summary>
    internal static string Client(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }

    // What is no id is asked of nobody: all of it shares one place.
    private static string Session(HttpContext context) => SessionId.TryParse(context.Request.Query[CheckoutEndpoints.SessionKey], out var session) ? session.Value : "";

    private static PartitionedRateLimiter<HttpContext> Of(Limited which, Func<HttpContext, string> key, Func<string, RateLimiter> limiter) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => context.GetEndpoint()?.Metadata.GetMetadata<Limited>() is { } limited && limited.Includes(which)
            ? RateLimitPartition.Get(key(context), limiter)
            : RateLimitPartition.GetNoLimiter("unlimited"));

    private static Func<string, RateLimiter> RequestsAMinute(int most) => _ => new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = most,
        Window = TimeSpan.FromMinutes(1),
        SegmentsPerWindow = 6,
    });

    private static Func<string, RateLimiter> AtOnce(int most) => _ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = most });

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        context.Response.Headers.RetryAfter = "10";
        if (context.GetEndpoint()?.Metadata.GetMetadata<Limited>() is not { IsPage: true }) return; // ProblemDetails, as of every error

        var page = await context.RequestServices.GetRequiredService<CheckoutPages>().ShowBusyAsync(context.Request);
        await page.ExecuteAsync(context);
    }

    /// <summary>Marks a route that is limited.</summary>
    internal sealed record Limited(bool IsPage = false, bool IsStream = false)
    {
        public static readonly Limited Any = new();
        public static readonly Limited Streams = new(IsStream: true);

        public bool Includes(Limited which) => !which.IsStream || IsStream;
    }
}
