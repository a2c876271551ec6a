using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers;

/// <summary>
/// What the app keeps outside of actors, in the component <see cref="DaprResources.StateStore"/>: what is asked by somebody who does not know the actor
/// yet. Values are JSON and end by themselves.
/// </summary>
internal sealed class PlainState(IHttpClientFactory clients)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>A value; null: none is kept.</summary>
    /// <exception cref="PlainStateUnavailableException">It could not be read.</exception>
    public Task<T?> FindAsync<T>(string key, CancellationToken cancellationToken)
        where T : class => AskAsync(
        async (sidecar, patience) =>
        {
            using var response = await sidecar.GetAsync($"v1.0/state/{DaprResources.StateStore}/{Uri.EscapeDataString(key)}", patience);
            response.EnsureSuccessStatusCode();
            return response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<T>(patience);
        },
        cancellationToken);

    /// <summary>Writes values, or takes away those that are null, all in one transaction.</summary>
    /// <param name="changes">Values by key.</param>
    /// <param name="lives">After how long they end.</param>
    /// <param name="cancellationToken">Ends the waiting; they may be written all the same.</param>
    /// <exception cref="PlainStateUnavailableException">None of them is known to be written.</exception>
    public async Task WriteAsync<T>(IEnumerable<KeyValuePair<string, T?>> changes, TimeSpan lives, CancellationToken cancellationToken)
        where T : class
    {
        var body = Body(changes, lives);
        await AskAsync(
            async (sidecar, patience) =>
            {
                using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new("application/json") } };
                using var response = await sidecar.PostAsync($"v1.0/state/{DaprResources.StateStore}/transaction", content, patience);
                return response.EnsureSuccessStatusCode().StatusCode;
            },
            cancellationToken);
    }

    private async Task<T> AskAsync<T>(Func<HttpClient, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Timeout);
        try
        {
            return await question(clients.CreateClient(SidecarServices.HttpClientName), patience.Token);
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            throw new PlainStateUnavailableException("What is kept beside the customers cannot be read or written.", unreachable);
        }
    }

    private static ReadOnlyMemory<byte> Body<T>(IEnumerable<KeyValuePair<string, T?>> changes, TimeSpan lives)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("operations");
            foreach (var (key, value) in changes)
            {
                json.WriteStartObject();
                json.WriteString("operation", value is null ? "delete" : "upsert");
                json.WriteStartObject("request");
                json.WriteString("key", key);
                if (value is not null)
                {
                    json.WritePropertyName("value");
                    JsonSerializer.Serialize(json, value, JsonSerializerOptions.Web);
                    json.WriteStartObject("metadata");
                    json.WriteString("ttlInSeconds", lives.TotalSeconds.ToString(CultureInfo.InvariantCulture));
                    json.WriteEndObject();
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

/// <summary>What is kept outside of actors cannot be reached; whoever asked tries again.</summary>
internal sealed class PlainStateUnavailableException(string message, Exception inner) : Exception(message, inner);
