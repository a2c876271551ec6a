using System.Collections.Concurrent;
using System.Net.Http.Headers;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The transport without Dapr: plain HTTP. What the binding does is tried on a real sidecar.</summary>
internal sealed class HttpTransport(Uri passKit) : IPassKitTransport, IDisposable
{
    private readonly HttpClient client = new() { BaseAddress = passKit };

    /// <summary>Runs between PassKit's answer and its caller.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    /// <summary>What PassKit is made to answer instead, where the sandbox never would.</summary>
    public Func<HttpMethod, PassKitResponse, PassKitResponse> Instead { get; set; } = (_, answer) => answer;

    /// <summary>Thrown by the next calls instead of calling.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>The bodies that were sent, oldest first.</summary>
    public ConcurrentQueue<string> Sent { get; } = [];

    public async Task<PassKitResponse> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, string authorization, CancellationToken cancellationToken)
    {
        if (Failures.TryDequeue(out var failure)) throw failure;

        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (method != HttpMethod.Get)
        {
            Sent.Enqueue(System.Text.Encoding.UTF8.GetString(body.Span));
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        await BeforeAnswer();
        return Instead(method, new PassKitResponse(response.StatusCode, answer, response.Headers.Date, response.Headers.RetryAfter?.Delta));
    }

    public void Dispose() => client.Dispose();
}
