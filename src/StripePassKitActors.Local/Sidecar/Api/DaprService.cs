using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using StripePassKitActors.Local.Sidecar.Resources;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>The part of <c>dapr.proto.runtime.v1.Dapr</c> that apps of this service call, with daprd's codes for what goes wrong.</summary>
internal sealed class DaprService(DevelopmentSidecar sidecar)
{
    // Secrets of the sidecar itself, not of the app.
    private static readonly string[] NeverTold = ["APP_API_TOKEN", "DAPR_API_TOKEN"];

    public Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context)
    {
        var contentType = request.DataContentType is { Length: > 0 } type ? type : "text/plain";
        var trace = context.RequestHeaders.GetValue("traceparent") ?? "";
        return sidecar.Publish(request.PubsubName, request.Topic, request.Data.Memory, contentType, request.Metadata.AsReadOnly(), trace)
            ? Task.FromResult(new Empty())
            : throw Error(StatusCode.InvalidArgument, $"pubsub {request.PubsubName} is not found");
    }

    public async Task<InvokeBindingResponse> InvokeBinding(InvokeBindingRequest request, ServerCallContext context)
    {
        if (sidecar.FindBinding(request.Name) is not { } binding) throw Failed($"couldn't find output binding {request.Name}");
        try
        {
            var (data, metadata) = await binding.InvokeAsync(request.Operation, request.Data.Memory, request.Metadata.AsReadOnly(), context.CancellationToken);
            var response = new InvokeBindingResponse { Data = UnsafeByteOperations.UnsafeWrap(data) };
            response.Metadata.Add(metadata);
            return response;
        }
        catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException or UriFormatException
            || (failure is OperationCanceledException && !context.CancellationToken.IsCancellationRequested))
        {
            throw Failed(failure.Message);
        }

        RpcException Failed(string reason) => Error(StatusCode.Internal, $"error invoking output binding {request.Name}: {reason}");
    }

    public Task<GetActorStateResponse> GetActorState(GetActorStateRequest request, ServerCallContext context)
    {
        RefuseWithoutStateStore();
        if (sidecar.Dapr.Mischief.StateStoreIsDown) throw Error(StatusCode.Internal, "the state store does not answer, as was asked");

        var value = sidecar.Dapr.State.Read(StateTable.Key(sidecar.Settings.AppId, request.ActorType, request.ActorId, request.Key));
        return Task.FromResult(new GetActorStateResponse { Data = UnsafeByteOperations.UnsafeWrap(value) });
    }

    /// <summary>All changes or none, and only for an actor that is awake in this sidecar's app.</summary>
    public Task<Empty> ExecuteActorStateTransaction(ExecuteActorStateTransactionRequest request, ServerCallContext context)
    {
        RefuseWithoutStateStore();
        if (!sidecar.Actors.IsAwake(request.ActorType, request.ActorId)) throw Error(StatusCode.Internal, "actor instance is missing");

        var changes = request.Operations.Select(operation => Change(request, operation)).ToArray();
        if (sidecar.Dapr.Mischief.OnStateWrite()) throw Error(StatusCode.Internal, "the transaction failed, as was asked");

        sidecar.Dapr.State.Write(changes);
        return Task.FromResult(new Empty());
    }

    public Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context)
    {
        var secrets = Secrets(request.StoreName);
        var response = new GetSecretResponse();
        if (secrets.TryGetValue(request.Key, out var value)) response.Data.Add(request.Key, value);
        return Task.FromResult(response);
    }

    public Task<GetBulkSecretResponse> GetBulkSecret(GetBulkSecretRequest request, ServerCallContext context)
    {
        var response = new GetBulkSecretResponse();
        foreach (var (name, value) in Secrets(request.StoreName)) response.Data.Add(name, new SecretResponse { Secrets = { { name, value } } });
        return Task.FromResult(response);
    }

    public Task<GetMetadataResponse> GetMetadata(GetMetadataRequest request, ServerCallContext context)
    {
        var response = new GetMetadataResponse { Id = sidecar.Settings.AppId, RuntimeVersion = "development" };
        response.RegisteredComponents.Add(sidecar.Resources.Components.Select(component =>
            new RegisteredComponents { Name = component.Name, Type = component.Type, Version = component.Version }));
        return Task.FromResult(response);
    }

    private (string Key, byte[]? Value) Change(ExecuteActorStateTransactionRequest request, TransactionalActorStateOperation operation)
    {
        if (operation.Metadata.Count > 0) throw new UnsupportedException("metadata of a state operation");

        var key = StateTable.Key(sidecar.Settings.AppId, request.ActorType, request.ActorId, operation.Key);
        return operation.OperationType switch
        {
            "upsert" => (key, operation.Value.Value.ToByteArray()),
            "delete" => (key, null),
            var other => throw new UnsupportedException($"the state operation {other}"),
        };
    }

    private void RefuseWithoutStateStore()
    {
        if (!sidecar.HasActorState) throw Error(StatusCode.FailedPrecondition, $"no state store with actorStateStore is in the scope of {sidecar.Settings.AppId}");
    }

    private Dictionary<string, string> Secrets(string store) => sidecar.Resources.Find(store, ComponentTypes.EnvironmentSecrets) is null
        ? throw Error(StatusCode.InvalidArgument, $"failed finding secret store with key {store}")
        : sidecar.Settings.Environment.Where(variable => !NeverTold.Contains(variable.Key)).ToDictionary();

    private static RpcException Error(StatusCode code, string message) => new(new Status(code, message));
}
