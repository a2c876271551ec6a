using System.Text.Json;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>One object as Stripe shows it now.</summary>
/// <param name="Kind">Its <c>object</c>.</param>
/// <param name="Json">All of it, as Stripe wrote it; a list in it that was cut short is complete.</param>
/// <param name="At">When Stripe said so: the <c>Date</c> of its answer, never our clock (rule F2).</param>
internal sealed record StripeObject(string Kind, JsonElement Json, DateTimeOffset At)
{
    /// <summary>Of an invoice: when the first charge that was tried for it failed (rule B5); null: none did, or it was not asked.</summary>
    public DateTimeOffset? FirstFailedAt { get; init; }

    /// <summary>Its id.</summary>
    public string Id => Json.Text("id")!;
}
