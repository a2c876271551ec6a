using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Dapr.Client;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>PassKit through Dapr's HTTP binding, which owns the host. The status decides here: the binding itself never errs for one.</summary>
internal sealed class BindingTransport(DaprClient dapr) : IPassKitTransport
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public async Task<PassKitResponse> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        // The operation is the verb, lower case. A metadata key becomes a request header when its first letter is upper case.
        var request = new BindingRequest(DaprResources.PassKit, method.Method.ToLowerInvariant()) { Data = body };
        request.Metadata["path"] = path;
        request.Metadata["errorIfNot2XX"] = "false";
        request.Metadata["Authorization"] = authorization;

        var response = await dapr.InvokeBindingAsync(request, cancellationToken);
        return new PassKitResponse(
            (HttpStatusCode)int.Parse(response.Metadata["statusCode"], CultureInfo.InvariantCulture),
            response.Data,
            Date(response.Metadata),
            RetryAfter(response.Metadata.GetValueOrDefault("Retry-After"), Date(response.Metadata)));
    }

    private static DateTimeOffset? Date(IReadOnlyDictionary<string, string> headers) =>
        DateTimeOffset.TryParseExact(headers.GetValueOrDefault("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <param name="header">Seconds, or a date.</param>
    /// <param name="now">PassKit's clock, by which a date is read; null: it did not say.</param>
    internal static TimeSpan? RetryAfter(string? header, DateTimeOffset? now)
    {
        if (!RetryConditionHeaderValue.TryParse(header, out var asked) || (asked.Delta ?? (asked.Date - now)) is not { } wait) return null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }
}
