using System.Collections.Immutable;

namespace StripePassKitActors.Simulation.Stripe;

/// <summary>Something that a customer, the merchant or a bank does. What makes no sense at that moment does nothing, so that any part of a life can be left out.</summary>
internal enum Act
{
    Subscribe,
    AddItem,
    SwapPrice,
    SetQuantity,
    CardFails,
    CardWorks,
    PayNow,
    PayOutOfBand,
    CancelAtPeriodEnd,
    CancelAt,
    Uncancel,
    CancelNow,
    PauseCollection,
    ResumeCollection,
    Pause,
    Resume,
    Buy,
    BuyTier,
    PayBill,
    Dispute,
    MoveDispute,
    Authorise,
    Capture,
    BuyAsGuest,
    GuestGetsCustomer,
    Refund,
    SettleRefund,
    FailRefund,
    EditProfile,
    Pin,
    Unpin,
    OptOut,
    OptIn,
    Delete,
}

/// <summary>One of them, at a moment (Unix seconds); its salt decides the details.</summary>
internal sealed record Step(Act Act, long At, int Salt);

/// <summary>What Stripe does by itself when a payment fails for good.</summary>
internal enum LastResort
{
    Cancel,
    Unpaid,
    StayPastDue,
    Pause,
}

/// <summary>A whole life, and the habits of the account it is lived in.</summary>
internal sealed record LifePlan(int Number, ImmutableArray<Step> Steps)
{
    public LastResort LastResort { get; init; }

    /// <summary>Whether a failed refund lowers <c>amount_refunded</c> again: Stripe does not say.</summary>
    public bool FailedRefundsLower { get; init; }

    /// <summary>Whether a renewal is paid for in the second in which its period begins, not an hour later.</summary>
    public bool PaysAtOnce { get; init; }

    /// <summary>From when on its events come in the newest shape; before that in <see cref="OldVersion"/>.</summary>
    public long NewestFrom { get; init; }

    public ApiVersion OldVersion { get; init; }
}
