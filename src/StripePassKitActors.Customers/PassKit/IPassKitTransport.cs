using System.Net;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>The edge to PassKit: sends bytes, returns what came back, whatever its status. Throws only where nothing came back.</summary>
internal interface IPassKitTransport
{
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="path">From the region's base URL on, escaped.</param>
    /// <param name="body">JSON, UTF-8; empty for GET.</param>
    /// <param name="authorization">The whole Authorization header.</param>
    /// <param name="cancellationToken">The rest of the turn's budget.</param>
    Task<PassKitResponse> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken);
}

/// <summary>PassKit's answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
/// <param name="Date">PassKit's clock; null: it did not say.</param>
/// <param name="RetryAfter">How long it asked to wait; null: it did not say.</param>
internal sealed record PassKitResponse(HttpStatusCode Status, ReadOnlyMemory<byte> Body, DateTimeOffset? Date, TimeSpan? RetryAfter);
