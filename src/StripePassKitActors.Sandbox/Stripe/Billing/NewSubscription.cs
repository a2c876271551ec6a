using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Buyers;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>What a subscription starts with.</summary>
internal sealed record NewSubscription(JsonObject Customer, IReadOnlyList<(JsonObject Price, long Quantity)> Items)
{
    /// <summary>Its own card; null: the customer's.</summary>
    public JsonObject? Method { get; init; }

    public DateTimeOffset? TrialEnd { get; init; }

    /// <summary>Whether the first bill is sent instead of charged, and when it has to be paid.</summary>
    public long? DaysUntilDue { get; init; }

    /// <summary>What becomes of a trial that ends without a card.</summary>
    public string WithoutMethod { get; init; } = "create_invoice";

    /// <summary>Where the holder of the card is; null: the first bill waits for its intent to be confirmed.</summary>
    public Holder? Holder { get; init; }

    /// <summary>Whether the holder confirms the first payment, if the card wants that.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Description, metadata and the like.</summary>
    public Form Said { get; init; } = Form.Of();
}
