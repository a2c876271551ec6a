namespace StripePassKitActors.Ingress.Publishing;

/// <summary>The way to the broker: the one thing of this app that a test must be able to break.</summary>
public interface IEventPublisher
{
    /// <summary>Completes when the broker has the message; any exception means that it may not have it.</summary>
    Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken);
}
