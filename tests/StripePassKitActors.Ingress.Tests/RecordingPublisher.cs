using System.Collections.Concurrent;
using StripePassKitActors.Ingress.Publishing;

namespace StripePassKitActors.Ingress.Tests;

internal sealed class RecordingPublisher : IEventPublisher
{
    public ConcurrentQueue<OutgoingEvent> Published { get; } = [];

    /// <summary>What the broker does with a message; by default it takes it.</summary>
    public Func<CancellationToken, Task> Answer { get; set; } = _ => Task.CompletedTask;

    /// <summary>Completes when the first message arrives, taken or not.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken)
    {
        Asked.TrySetResult();
        await Answer(cancellationToken);
        Published.Enqueue(message);
    }
}
