using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Names the methods of <see cref="DaprService"/> on the wire: the SDK brings Dapr's messages, but no server to derive from.</summary>
internal sealed class DaprMethods : IServiceMethodProvider<DaprService>
{
    private const string Service = "dapr.proto.runtime.v1.Dapr";

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DaprService> context)
    {
        Add<PublishEventRequest, Empty>(context, nameof(DaprService.PublishEvent), service => service.PublishEvent);
        Add<InvokeBindingRequest, InvokeBindingResponse>(context, nameof(DaprService.InvokeBinding), service => service.InvokeBinding);
        Add<GetActorStateRequest, GetActorStateResponse>(context, nameof(DaprService.GetActorState), service => service.GetActorState);
        Add<ExecuteActorStateTransactionRequest, Empty>(context, nameof(DaprService.ExecuteActorStateTransaction), service => service.ExecuteActorStateTransaction);
        Add<GetSecretRequest, GetSecretResponse>(context, nameof(DaprService.GetSecret), service => service.GetSecret);
        Add<GetBulkSecretRequest, GetBulkSecretResponse>(context, nameof(DaprService.GetBulkSecret), service => service.GetBulkSecret);
        Add<GetMetadataRequest, GetMetadataResponse>(context, nameof(DaprService.GetMetadata), service => service.GetMetadata);
    }

    private static void Add<TRequest, TResponse>(
        ServiceMethodProviderContext<DaprService> context, string name, Func<DaprService, UnaryServerMethod<TRequest, TResponse>> method)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => context.AddUnaryMethod(
            new Method<TRequest, TResponse>(MethodType.Unary, Service, name, Marshaller<TRequest>(), Marshaller<TResponse>()),
            [],
            async (service, request, call) =>
            {
                try
                {
                    return await method(service)(request, call);
                }
                catch (UnsupportedException unknown)
                {
                    throw new RpcException(new Status(StatusCode.Unimplemented, unknown.Message));
                }
            });

    private static Marshaller<T> Marshaller<T>()
        where T : class, IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new T());
        return new Marshaller<T>(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
    }
}
