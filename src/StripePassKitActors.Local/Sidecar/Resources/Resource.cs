using System.Collections.Immutable;

namespace StripePassKitActors.Local.Sidecar.Resources;

/// <summary>A component that the app may use. Its metadata are the file's fields, <c>envRef</c> resolved.</summary>
internal sealed record Component(string Name, string Type, string Version, ImmutableDictionary<string, string> Metadata);

/// <summary>
/// Messages of a topic go to a route of the app (POST), several a call or, where <c>Bulk</c> is null, one. What cannot be delivered goes to the
/// dead-letter topic; where there is none, it is forgotten.
/// </summary>
internal sealed record Subscription(string Name, string PubSub, string Topic, string Route, string? DeadLetterTopic, Bulk? Bulk);

/// <summary>Messages that are delivered together.</summary>
/// <param name="Most">So many at most.</param>
/// <param name="Gathering">So long after the first has come.</param>
internal sealed record Bulk(int Most, TimeSpan Gathering);

/// <summary>How often (null: for ever) and how far apart a delivery is tried again: a <c>retries</c> policy of a Resiliency.</summary>
internal sealed record RetryPolicy(bool Exponential, TimeSpan Duration, TimeSpan MaxInterval, int? Most)
{
    /// <summary>Without a policy the first failure is the last.</summary>
    public static RetryPolicy None { get; } = new(false, TimeSpan.Zero, TimeSpan.Zero, 0);

    /// <summary>How long to wait before a try, the first repetition being 1. Exponential waits grow by half each time, without Dapr's jitter.</summary>
    public TimeSpan Before(int attempt) => !Exponential
        ? Duration
        : TimeSpan.FromTicks((long)Math.Min(MaxInterval.Ticks, Duration.Ticks * Math.Pow(1.5, attempt - 1)));
}

/// <summary>All that a folder holds for one app; inbound retries by pub/sub component.</summary>
internal sealed record ResourceSet(
    ImmutableArray<Component> Components,
    ImmutableArray<Subscription> Subscriptions,
    ImmutableArray<string> Resiliencies,
    ImmutableDictionary<string, RetryPolicy> InboundRetries)
{
    public Component? Find(string name, string type) => Components.SingleOrDefault(component => component.Name == name && component.Type == type);
}
