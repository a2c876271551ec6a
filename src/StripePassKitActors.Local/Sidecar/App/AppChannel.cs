namespace StripePassKitActors.Local.Sidecar.App;

/// <summary>What an app answered, whole.</summary>
internal sealed record AppAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <summary>
/// The way from a sidecar to its app. Every call carries the app token, by which the app knows that it was its sidecar who called.
/// </summary>
internal sealed class AppChannel : IDisposable
{
    /// <summary>The header of the token; a caller of the sidecar cannot set it.</summary>
    public const string TokenHeader = "dapr-api-token";

    // What belongs to one connection, or is written anew.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Upgrade", "Expect", TokenHeader,
    };

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly Uri address;
    private readonly string? token;

    public AppChannel(int port, string? token)
    {
        address = new Uri($"http://127.0.0.1:{port}");
        this.token = token;
    }

    /// <summary>Calls the app and reads its whole answer.</summary>
    /// <exception cref="HttpRequestException">The app did not answer.</exception>
    public Task<AppAnswer> CallAsync(
        HttpMethod method, string pathAndQuery, ReadOnlyMemory<byte>? body,
        IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) => CallOtherAsync(
            method, At(address, pathAndQuery), body,
            token is null ? headers : headers.Append(KeyValuePair.Create(TokenHeader, token)), cancellationToken);

    /// <summary>A path on a host, and never another host: <c>//somebody/else</c> is a path here.</summary>
    public static Uri At(Uri host, string pathAndQuery) => new(host.GetLeftPart(UriPartial.Authority) + pathAndQuery);

    /// <summary>Calls somebody else, who is told no token.</summary>
    public async Task<AppAnswer> CallOtherAsync(
        HttpMethod method, Uri uri, ReadOnlyMemory<byte>? body,
        IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri);
        if (body is { } bytes) request.Content = new ReadOnlyMemoryContent(bytes);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        var answered = response.Headers.Concat(response.Content.Headers)
            .Where(header => !NotForwarded.Contains(header.Key))
            .Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)));
        return new AppAnswer((int)response.StatusCode, [.. answered], await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>The headers of a request that go on with it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Forwarded(IHeaderDictionary headers) => headers
        .Where(header => !NotForwarded.Contains(header.Key))
        .Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));

    public void Dispose() => http.Dispose();
}
