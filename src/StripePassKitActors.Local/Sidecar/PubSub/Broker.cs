using System.Collections.Concurrent;
using StripePassKitActors.Local.Sidecar.App;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.PubSub;

/// <summary>
/// The topics of a run. A message that was published is delivered until its consumer took it; a topic belongs to its pub/sub component, a
/// consumer is an app.
/// </summary>
internal sealed class Broker(MessageTable messages, Mischief mischief, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Topic, string Consumer), Signal> arrivals = new();

    public static string Topic(string pubSub, string topic) => $"{pubSub}||{topic}";

    public void Publish(string topic, IReadOnlyDictionary<string, string> metadata, byte[] body)
    {
        var (times, late) = mischief.OnPublish();
        messages.Add(topic, metadata, body, late > TimeSpan.Zero ? (time.GetUtcNow() + late).ToUnixTimeMilliseconds() : 0, times);
        Announce(topic);
    }

    public void AddConsumer(string topic, string consumer)
    {
        arrivals.TryAdd((topic, consumer), new Signal());
        messages.AddConsumer(topic, consumer);
    }

    /// <summary>Waits until there is something that is not yet with the consumer, and hands it out, oldest first.</summary>
    public async Task<IReadOnlyList<Message>> TakeAsync(
        string topic, string consumer, int most, IReadOnlySet<long> with, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var waiting = messages.Waiting(topic, consumer, now, most + with.Count)
                .Where(message => !with.Contains(message.Number)).Take(most).ToList();
            if (waiting.Count > 0) return waiting;

            var next = messages.NextDue(topic, consumer, now);
            await arrivals[(topic, consumer)].WaitAsync(next is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null, time, cancellationToken);
        }
    }

    /// <summary>What became of a delivery: messages that were taken are forgotten, those that were given up go to the dead-letter topic, or nowhere.</summary>
    public void Settle(IReadOnlyCollection<Message> taken, IReadOnlyCollection<Message> givenUp, string? deadLetterTopic)
    {
        messages.Settle(taken, givenUp, deadLetterTopic);
        if (deadLetterTopic is not null && givenUp.Count > 0) Announce(deadLetterTopic);
    }

    private void Announce(string topic)
    {
        foreach (var (consumer, signal) in arrivals)
        {
            if (consumer.Topic == topic) signal.Set();
        }
    }
}
