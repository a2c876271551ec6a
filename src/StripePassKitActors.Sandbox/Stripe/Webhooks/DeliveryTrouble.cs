namespace StripePassKitActors.Sandbox.Stripe.Webhooks;

/// <summary>What Stripe says may happen to deliveries, and here does on request.</summary>
public sealed class DeliveryTrouble
{
    private readonly Random? order;

    private DeliveryTrouble(bool twice, TimeSpan late, TimeSpan scatter, int seed) =>
        (Twice, Late, Scatter, order) = (twice, late, scatter, scatter > TimeSpan.Zero ? new Random(seed) : null);

    /// <summary>Each event once, at once, in the order in which they happened.</summary>
    public static DeliveryTrouble None { get; } = new(false, TimeSpan.Zero, TimeSpan.Zero, 0);

    /// <summary>Each event is delivered twice.</summary>
    public bool Twice { get; }

    /// <summary>How late each is.</summary>
    public TimeSpan Late { get; }

    /// <summary>How much later still, at most, and each as chance has it: they arrive out of order.</summary>
    public TimeSpan Scatter { get; }

    /// <summary>Makes trouble, the same for the same seed.</summary>
    public static DeliveryTrouble Of(bool twice = false, TimeSpan late = default, TimeSpan scatter = default, int seed = 1) => new(twice, late, scatter, seed);

    internal TimeSpan Next() => Late + (order is null ? TimeSpan.Zero : Scatter * order.NextDouble());
}
