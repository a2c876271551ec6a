using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Actors;

/// <summary>The state of actors, by key, in transactions.</summary>
internal interface IActorState
{
    /// <summary>The value of a key; null: there is none.</summary>
    Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class;

    /// <summary>Makes all changes or none.</summary>
    Task CommitAsync(string actorType, ActorId actor, StateChanges changes);
}

/// <summary>What a turn changes in its actor's state.</summary>
internal sealed class StateChanges
{
    private readonly List<(string Key, byte[]? Value)> changes = [];

    /// <summary>Key and JSON of each change, in order; null: the key is removed.</summary>
    public IReadOnlyList<(string Key, byte[]? Value)> All => changes;

    public StateChanges Set<T>(string key, T value, JsonTypeInfo<T> type)
    {
        changes.Add((key, JsonSerializer.SerializeToUtf8Bytes(value, type)));
        return this;
    }

    public StateChanges Remove(string key)
    {
        changes.Add((key, null));
        return this;
    }
}

/// <summary>
/// The sidecar's actor state API, without the SDK's state manager and its cache (ADR 1). The sidecar refuses writes for actors that it
/// does not host.
/// </summary>
internal sealed class SidecarActorState(IHttpClientFactory clients) : IActorState
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public async Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var response = await Client().GetAsync($"v1.0/actors/{actorType}/{actor.GetId()}/state/{Uri.EscapeDataString(key)}", timeout.Token);
        if (response.StatusCode == HttpStatusCode.NoContent) return null;

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(type, timeout.Token);
    }

    public async Task CommitAsync(string actorType, ActorId actor, StateChanges changes)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        using var content = new ReadOnlyMemoryContent(Body(changes)) { Headers = { ContentType = new("application/json") } };
        using var response = await Client().PostAsync($"v1.0/actors/{actorType}/{actor.GetId()}/state", content, timeout.Token);
        response.EnsureSuccessStatusCode();
    }

    private HttpClient Client() => clients.CreateClient(SidecarServices.HttpClientName);

    private static ReadOnlyMemory<byte> Body(StateChanges changes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var (key, value) in changes.All)
            {
                json.WriteStartObject();
                json.WriteString("operation", value is null ? "delete" : "upsert");
                json.WriteStartObject("request");
                json.WriteString("key", key);
                if (value is not null)
                {
                    json.WritePropertyName("value");
                    json.WriteRawValue(value, skipInputValidation: true);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }
}
