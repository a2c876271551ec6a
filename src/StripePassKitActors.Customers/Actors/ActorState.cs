using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using StripePassKitActors.Hosting;
using DaprProtocol = Dapr.Client.Autogen.Grpc.v1;

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
/// The sidecar's actor state API, without the SDK's state manager and its cache (ADR 1). By gRPC, over which a value is bytes that the sidecar passes on: over
/// HTTP it reads the JSON of every value that is written, and writes it anew. The sidecar refuses writes for actors that it does not host.
/// </summary>
internal sealed class SidecarActorState : IActorState, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly GrpcChannel channel;
    private readonly DaprProtocol.Dapr.DaprClient sidecar;
    private readonly Metadata headers;

    public SidecarActorState(SidecarEndpoints endpoints)
    {
        channel = endpoints.OpenChannel();
        sidecar = new DaprProtocol.Dapr.DaprClient(channel);
        headers = endpoints.ApiToken is { } token ? new Metadata { { SidecarEndpoints.ApiTokenHeader, token } } : Metadata.Empty;
    }

    public async Task<T?> ReadAsync<T>(string actorType, ActorId actor, string key, JsonTypeInfo<T> type)
        where T : class
    {
        var request = new DaprProtocol.GetActorStateRequest { ActorType = actorType, ActorId = actor.GetId(), Key = key };
        using var timeout = new CancellationTokenSource(Timeout);
        var found = await sidecar.GetActorStateAsync(request, Call(timeout.Token));
        return found.Data.IsEmpty ? null : JsonSerializer.Deserialize(found.Data.Span, type);
    }

    public async Task CommitAsync(string actorType, ActorId actor, StateChanges changes)
    {
        var request = new DaprProtocol.ExecuteActorStateTransactionRequest { ActorType = actorType, ActorId = actor.GetId() };
        request.Operations.Add(changes.All.Select(change => Operation(change.Key, change.Value)));
        using var timeout = new CancellationTokenSource(Timeout);
        await sidecar.ExecuteActorStateTransactionAsync(request, Call(timeout.Token));
    }

    public void Dispose() => channel.Dispose();

    private static DaprProtocol.TransactionalActorStateOperation Operation(string key, byte[]? value) => value is null
        ? new() { OperationType = "delete", Key = key }
        : new() { OperationType = "upsert", Key = key, Value = new Any { Value = UnsafeByteOperations.UnsafeWrap(value) } };

    /// <summary>Where the connection broke, the next one is waited for: it says nothing of the turn.</summary>
    private CallOptions Call(CancellationToken cancellationToken) => new CallOptions(headers, cancellationToken: cancellationToken).WithWaitForReady();
}
