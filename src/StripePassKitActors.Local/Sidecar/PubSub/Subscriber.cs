using StripePassKitActors.Local.Sidecar.App;
using StripePassKitActors.Local.Sidecar.Resources;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.PubSub;

/// <summary>
/// Delivers one subscription's messages. What the app wants again comes again as the inbound policy says; what it never took by then is
/// a dead letter, or forgotten where there is no dead-letter topic. What was on its way when the app or the sidecar ended stays with the broker.
/// Single messages are delivered side by side, so many as the component's <c>concurrency</c>; bulks come one after the other.
/// </summary>
internal sealed partial class Subscriber(
    Subscription subscription, RetryPolicy policy, int concurrency, string appId, Broker broker, AppChannel app, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly string topic = Broker.Topic(subscription.PubSub, subscription.Topic);
    private readonly string? deadLetterTopic = subscription.DeadLetterTopic is { Length: > 0 } dead ? Broker.Topic(subscription.PubSub, dead) : null;

    /// <summary>Delivers for as long as the app is served.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        broker.AddConsumer(topic, appId);
        return subscription.Bulk is { } bulk ? RunBulksAsync(bulk, stop) : RunSinglesAsync(stop);
    }

    private async Task RunBulksAsync(Bulk bulk, CancellationToken stop)
    {
        var none = new HashSet<long>();
        while (true)
        {
            var batch = await broker.TakeAsync(topic, appId, bulk.Most, none, stop);
            if (batch.Count < bulk.Most && bulk.Gathering > TimeSpan.Zero)
            {
                // More may be on its way. How long is a matter of the machine, not of the run's clock.
                await Task.Delay(bulk.Gathering, TimeProvider.System, stop);
                batch = await broker.TakeAsync(topic, appId, bulk.Most, none, stop);
            }

            await DeliverAsync(batch, stop);
        }
    }

    private async Task RunSinglesAsync(CancellationToken stop)
    {
        var underway = new Dictionary<long, Task>();
        var places = new SemaphoreSlim(concurrency);
        while (true)
        {
            await places.WaitAsync(stop);
            foreach (var ended in underway.Where(one => one.Value.IsCompleted).Select(one => one.Key).ToList()) underway.Remove(ended);
            var message = (await broker.TakeAsync(topic, appId, 1, underway.Keys.ToHashSet(), stop))[0];
            underway[message.Number] = OneAsync(message);
        }

        async Task OneAsync(Message message)
        {
            try
            {
                await DeliverAsync([message], stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // Taken again, but not at once: what failed here is the machine, not the app.
                LogFailed(logger, failure, subscription.Topic);
                await Task.Delay(Breath, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // It stays with the broker.
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task DeliverAsync(IReadOnlyList<Message> messages, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (attempt > 0) await Task.Delay(policy.Before(attempt), time, stop);
            var verdicts = await CallAsync(messages, stop);
            var of = messages.ToLookup(message => verdicts[message.Number]);
            var last = attempt >= policy.Most;
            List<Message> givenUp = last ? [.. of[Verdict.Drop], .. of[Verdict.Retry]] : [.. of[Verdict.Drop]];
            broker.Settle([.. of[Verdict.Success]], givenUp, deadLetterTopic);
            if (givenUp.Count > 0) LogGivenUp(logger, givenUp.Count, subscription.Topic, subscription.DeadLetterTopic ?? "nowhere");
            messages = [.. of[Verdict.Retry]];
            if (last || messages.Count == 0) return;
        }
    }

    private async Task<IReadOnlyDictionary<long, Verdict>> CallAsync(IReadOnlyList<Message> messages, CancellationToken stop)
    {
        try
        {
            if (subscription.Bulk is null)
            {
                var single = await PostAsync(messages[0].Body, CloudEvent.ContentType, messages[0].Metadata);
                return new Dictionary<long, Verdict> { [messages[0].Number] = Answers.OfOne(single) };
            }

            var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
            var envelope = BulkEnvelope.Of(id, subscription.PubSub, subscription.Topic, messages);
            return Answers.OfBulk(await PostAsync(envelope, "application/json", []), messages);
        }
        catch (HttpRequestException)
        {
            return messages.ToDictionary(message => message.Number, _ => Verdict.Retry);
        }

        Task<AppAnswer> PostAsync(byte[] body, string contentType, IEnumerable<KeyValuePair<string, string>> metadata) => app.CallAsync(
            HttpMethod.Post, subscription.Route, body,
            [.. metadata, KeyValuePair.Create("pubsubname", subscription.PubSub), KeyValuePair.Create("Content-Type", contentType)], stop);
    }

    [LoggerMessage(2, LogLevel.Error, "A message of {Topic} could not be delivered; it is taken again.")]
    private static partial void LogFailed(ILogger logger, Exception failure, string topic);

    [LoggerMessage(1, LogLevel.Warning, "Gave up {Count} messages of {Topic}; they go to {DeadLetterTopic}.")]
    private static partial void LogGivenUp(ILogger logger, int count, string topic, string deadLetterTopic);
}
