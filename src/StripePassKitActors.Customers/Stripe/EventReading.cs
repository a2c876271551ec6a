using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>What reading a Stripe event gave.</summary>
internal abstract record EventReading
{
    private EventReading()
    {
    }

    /// <summary>A customer's event, with the facts that it states.</summary>
    public sealed record Understood(CustomerId Customer, CustomerEvent Event) : EventReading
    {
        /// <summary>By what the payment of a charge is known: its payment intent, else the charge; null: the event is of no charge.</summary>
        public string? Payment { get; init; }
    }

    /// <summary>An event that no pass depends on; it is counted and let go.</summary>
    public sealed record Irrelevant(string EventId, string Type, string Why) : EventReading;

    /// <summary>An event that matters and cannot be understood; it is parked with its reason.</summary>
    public sealed record Unreadable(string? EventId, string? Type, string? Customer, string Reason) : EventReading;
}
