using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Checkout;

/// <summary>
/// What is known of one checkout session: where its pass is to be asked for, and how far it came. Nothing of it names a person. A session only goes on:
/// from open to expired or complete, from unpaid to paid; so that what is known in any order is what is furthest along.
/// </summary>
internal sealed partial record CheckoutSession
{
    /// <summary>Stripe's word for a session that the buyer has not finished.</summary>
    public const string Open = "open";

    /// <summary>Stripe's word for one that lapsed.</summary>
    public const string Expired = "expired";

    /// <summary>Stripe's word for one that the buyer finished; it may yet be unpaid.</summary>
    public const string Complete = "complete";

    /// <summary>Whose actor has what was bought: the customer's, else the guest's (rule B11). Null: nothing was bought yet.</summary>
    public string? Actor { get; init; }

    /// <summary>Stripe's status.</summary>
    public string Status { get; init; } = Open;

    /// <summary>Stripe's mode: <c>payment</c>, <c>subscription</c>, <c>setup</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Whether it was paid, or nothing was to be paid.</summary>
    public bool Paid { get; init; }

    /// <summary>Whether a payment that took its time failed in the end.</summary>
    public bool Failed { get; init; }

    /// <summary>When the buyer finished it, UTC; null: not yet.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether an event told <see cref="CompletedAt"/>; what was read shows no more than when it was charged, or begun.</summary>
    public bool CompletionTold { get; init; }

    /// <summary>When it was made, UTC; null: Stripe did not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>The subscription that it made; null: none.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Its payment intent; null: none is named.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The invoice that it made; null: none is named.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Whether nothing more comes of it: Stripe need not be asked.</summary>
    [JsonIgnore]
    public bool IsOver => Status == Expired || (Status == Complete && (Paid || Failed || Mode == "setup"));

    /// <summary>Whether a text could be a session's id.</summary>
    public static bool IsId(string? text) => text is not null && Id().IsMatch(text);

    /// <summary>The session after something else is known of it, earlier or later.</summary>
    public CheckoutSession With(CheckoutSession other)
    {
        var further = Rank(other.Status) > Rank(Status);
        return this with
        {
            Actor = other.Actor is not null && (Actor is null || GuestId.Is(Actor)) ? other.Actor : Actor,
            Status = further ? other.Status : Status,
            Mode = Mode ?? other.Mode,
            Paid = Paid || other.Paid,
            Failed = Failed || other.Failed,
            CompletedAt = other.CompletionTold || CompletedAt is null ? other.CompletedAt ?? CompletedAt : CompletedAt,
            CompletionTold = CompletionTold || other.CompletionTold,
            Created = Created ?? other.Created,
            SubscriptionId = SubscriptionId ?? other.SubscriptionId,
            PaymentId = PaymentId ?? other.PaymentId,
            InvoiceId = InvoiceId ?? other.InvoiceId,
        };
    }

    private static int Rank(string status) => status switch
    {
        Complete => 2,
        Expired => 1,
        _ => 0,
    };

    [GeneratedRegex(@"^cs_(test|live)_[A-Za-z0-9]{1,240}\z")]
    private static partial Regex Id();
}
