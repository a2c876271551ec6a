using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The sidecar's state that belongs to no actor, in memory. Fails when told to.</summary>
internal sealed class MemoryPlainState : HttpMessageHandler, IHttpClientFactory
{
    private const string Route = "/v1.0/state/statestore/";

    private readonly ConcurrentDictionary<string, string> values = new();

    /// <summary>How many of the next requests are answered 500.</summary>
    public int Failing { get; set; }

    /// <summary>Runs before each answer.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    /// <summary>The transactions that worked, oldest first.</summary>
    public ConcurrentQueue<JsonArray> Transactions { get; } = new();

    /// <summary>Keys and the JSON of their values, by key.</summary>
    public IReadOnlyList<(string Key, string Value)> Stored =>
        [.. values.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value))];

    public HttpClient CreateClient(string name) => new(this, disposeHandler: false) { BaseAddress = new Uri("http://sidecar") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await BeforeAnswer().WaitAsync(cancellationToken);
        if (Failing > 0)
        {
            Failing--;
            return new HttpResponseMessage(HttpStatusCode.InternalServerError);
        }

        var path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Get && path.StartsWith(Route, StringComparison.Ordinal))
        {
            return values.TryGetValue(path[Route.Length..], out var value)
                ? new HttpResponseMessage { Content = new StringContent(value, Encoding.UTF8, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        if (request.Method != HttpMethod.Post || path != Route + "transaction") return new HttpResponseMessage(HttpStatusCode.NotFound);

        var operations = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["operations"]!.AsArray();
        foreach (var operation in operations)
        {
            var key = (string)operation!["request"]!["key"]!;
            if ((string?)operation["operation"] == "delete") values.TryRemove(key, out _);
            else values[key] = operation["request"]!["value"]!.ToJsonString();
        }

        Transactions.Enqueue(operations);
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }
}
