using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Checkout;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>What reading a Stripe event gave.</summary>
internal abstract record EventReading
{
    private EventReading()
    {
    }

    /// <summary>The checkout session of which it tells, whether or not a pass depends on that; null: of none.</summary>
    public KeyValuePair<string, CheckoutSession>? Checkout { get; init; }

    /// <summary>An event of a payer, with the facts that it states.</summary>
    public sealed record Understood(Payer Payer, CustomerEvent Event) : EventReading;

    /// <summary>A price or a product changed, and with it perhaps the tier of those who hold it (rule B2).</summary>
    public sealed record Catalogue(string EventId, string Type, StripeReference Changed) : EventReading;

    /// <summary>An event that no pass depends on; it is counted and let go.</summary>
    public sealed record Irrelevant(string EventId, string Type, string Why) : EventReading;

    /// <summary>An event that matters and cannot be understood; it is parked with its reason.</summary>
    public sealed record Unreadable(string? EventId, string? Type, string? Customer, string Reason) : EventReading;
}
