namespace StripePassKitActors.Core.Customers;

/// <summary>What a completed checkout session says of the buyer. It fills what the customer object leaves open; it is never money (rule M1).</summary>
public sealed record CheckoutSessionFact : Fact
{
    /// <summary>When it was made, UTC; null where older code wrote it, or Stripe did not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Whether it was paid, or nothing was to be paid.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool Paid { get; init; }

    /// <summary>As typed by the buyer; null when not asked for.</summary>
    public string? Name { get; init; }

    /// <summary>As typed by the buyer: good for a pass, never to find an existing member by (rule B12).</summary>
    public string? Email { get; init; }

    /// <summary>As typed by the buyer; null when not asked for.</summary>
    public string? Phone { get; init; }
}
