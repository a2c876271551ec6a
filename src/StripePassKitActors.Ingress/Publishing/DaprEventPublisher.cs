using Dapr.Client;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Publishing;

/// <summary>Publishes through the app's sidecar.</summary>
public sealed class DaprEventPublisher(DaprClient dapr) : IEventPublisher
{
    /// <inheritdoc/>
    public Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken) => dapr.PublishByteEventAsync(
        DaprResources.PubSub,
        message.Topic,
        message.Body,
        message.ContentType,
        new Dictionary<string, string>(message.Metadata),
        cancellationToken);
}

/// <summary>Registers the publisher.</summary>
public static class EventPublisherServices
{
    /// <summary>Adds <see cref="DaprEventPublisher"/>.</summary>
    public static IServiceCollection AddEventPublisher(this IServiceCollection services) =>
        services.AddSingleton<IEventPublisher, DaprEventPublisher>();
}
