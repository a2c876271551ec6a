using System.Text.Json.Serialization;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core;

/// <summary>
/// What one Stripe object is said to be, as of a moment. Facts are absolute: each replaces what was known of its object, or
/// loses against it, so that any order and any number of deliveries end in the same state (rules F1, F3, F4).
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ChargeFact), "charge")]
[JsonDerivedType(typeof(RefundFact), "refund")]
[JsonDerivedType(typeof(DisputeFact), "dispute")]
[JsonDerivedType(typeof(PurchaseFact), "purchase")]
[JsonDerivedType(typeof(SubscriptionFact), "subscription")]
[JsonDerivedType(typeof(InvoiceFact), "invoice")]
[JsonDerivedType(typeof(CustomerFact), "customer")]
[JsonDerivedType(typeof(CheckoutSessionFact), "checkout.session")]
public abstract record Fact
{
    /// <summary>The Stripe object's id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was so, and who said it.</summary>
    public required AsOf AsOf { get; init; }

    /// <summary>Whether the object can never change again; a terminal state wins whatever the time (rule F3).</summary>
    [JsonIgnore]
    public virtual bool IsTerminal => false;

    /// <summary>
    /// Which of two facts of the same second is taken for the later one: the greater (rule F4). Not always true, always the same.
    /// </summary>
    [JsonIgnore]
    public virtual long Progress => 0;

    /// <summary>Whether an event could not carry all that the rules ask of such an object, so that it is worth reading (rules B2, B3).</summary>
    [JsonIgnore]
    public virtual bool IsIncomplete => false;

    /// <summary>Whether this fact replaces <paramref name="known"/>, a fact of the same object.</summary>
    public bool Beats(Fact? known)
    {
        if (known is null) return true;
        if (IsTerminal != known.IsTerminal) return IsTerminal;
        if (AsOf.At != known.AsOf.At) return AsOf.At > known.AsOf.At;

        // Reads follow each other turn by turn; an event of the same second was most often what made us read.
        if (AsOf.Read || known.AsOf.Read) return AsOf.Read;
        if (Progress != known.Progress) return Progress > known.Progress;
        return string.CompareOrdinal(AsOf.EventId, known.AsOf.EventId) > 0;
    }

    /// <summary>Whether only rule F4 decides between the two: same second, different events. Such decisions are counted.</summary>
    public bool TiesWith(Fact? known) =>
        known is not null && IsTerminal == known.IsTerminal && AsOf.At == known.AsOf.At && AsOf.EventId != known.AsOf.EventId && !AsOf.Read && !known.AsOf.Read;
}
