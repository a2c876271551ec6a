namespace StripePassKitActors.Customers.PassKit;

/// <summary>PassKit over plain HTTP, for verbs that run where no sidecar does. The app itself goes through <see cref="BindingTransport"/>.</summary>
internal sealed class DirectTransport(HttpClient http, Uri region) : IPassKitTransport
{
    public async Task<PassKitResponse> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(region.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (!body.IsEmpty) request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } };

        using var response = await http.SendAsync(request, cancellationToken);
        return new PassKitResponse(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers.Date, RetryAfter: null);
    }
}
