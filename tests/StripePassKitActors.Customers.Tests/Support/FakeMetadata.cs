using System.Collections.Concurrent;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The metadata of Stripe's objects, in which every write is counted; silent or refusing when told to.</summary>
internal sealed class FakeMetadata : IStripeMetadata
{
    private readonly ConcurrentDictionary<string, string> keys = new(StringComparer.Ordinal);

    /// <summary>By object and key: <c>cus_1 passkit_tier</c>.</summary>
    public ConcurrentDictionary<string, string> Held { get; } = new(StringComparer.Ordinal);

    /// <summary>Every write that arrived, oldest first.</summary>
    public ConcurrentQueue<(StripeMetadataWrite Write, string Key)> Writes { get; } = [];

    /// <summary>What it says instead of an answer, by the object's id; null: it answers.</summary>
    public Func<string, Exception?> Fails { get; set; } = _ => null;

    /// <summary>Objects that it does not know.</summary>
    public HashSet<string> Missing { get; } = [];

    /// <summary>Whether a write whose answer is lost was made all the same.</summary>
    public bool LosesAnswers { get; set; }

    public string? this[string key] => Held.GetValueOrDefault($"{ActorWorld.CustomerId} {key}");

    public async Task<bool> WriteAsync(StripeMetadataWrite write, string idempotencyKey, CancellationToken budget)
    {
        await Task.Yield();
        Writes.Enqueue((write, idempotencyKey));
        var failure = Fails(write.Id);
        if (failure is not null && !LosesAnswers) throw failure;
        if (Missing.Contains(write.Id)) return false;

        // As Stripe does: the same key is answered with what it was answered first, and changes nothing.
        var content = $"{write.Id} {string.Join('&', write.Values.Select(pair => $"{pair.Key}={pair.Value}"))}";
        if (keys.GetOrAdd(idempotencyKey, content) != content) throw new StripeUnavailableException("the same key for another call");
        foreach (var (key, value) in write.Values)
        {
            if (value.Length == 0) Held.TryRemove($"{write.Id} {key}", out _);
            else Held[$"{write.Id} {key}"] = value;
        }

        return failure is null ? true : throw failure;
    }
}
