using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Dapr.Client;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// PassKit through Dapr's HTTP binding, which owns the host. The status decides here: the binding itself never errs for one. It drops the body of a
/// DELETE, by which PassKit knows whom to delete: that verb goes by the sidecar's service invocation, to the same host.
/// </summary>
internal sealed class BindingTransport(DaprClient dapr, IHttpClientFactory clients, IConfiguration configuration) : IPassKitTransport
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public async Task<PassKitResponse> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        if (method == HttpMethod.Delete) return await InvokeAsync(method, path, body, authorization, cancellationToken);

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

    private async Task<PassKitResponse> InvokeAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        var passKit = new Uri(configuration["PASSKIT_REST_URL"]!); // validated at the start
        using var request = new HttpRequestMessage(method, $"v1.0/invoke/{passKit.GetLeftPart(UriPartial.Authority)}/method{passKit.AbsolutePath.TrimEnd('/')}{path}");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } };

        using var response = await clients.CreateClient(SidecarServices.HttpClientName).SendAsync(request, cancellationToken);
        var asked = response.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
        return new PassKitResponse(
            response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers.Date, RetryAfter(asked, response.Headers.Date));
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
