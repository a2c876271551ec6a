using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Customers;

/// <summary>Judges a checkout by itself: whoever has its id may see the pass that it earned, and nothing of the customer's other purchases.</summary>
public static class CheckoutRules
{
    /// <summary>How the claim stands at <paramref name="now"/>.</summary>
    /// <param name="claim">The checkout.</param>
    /// <param name="state">The customer.</param>
    /// <param name="charges">What is known of the customer's newest charges.</param>
    /// <param name="settings">The merchant's choices.</param>
    /// <param name="now">The moment, UTC.</param>
    public static CheckoutStanding Of(CheckoutClaim claim, CustomerState state, IReadOnlyCollection<ChargeLedger> charges, MembershipSettings settings, DateTimeOffset now)
    {
        if (!claim.Paid) return CheckoutStanding.Nothing;

        var payment = charges.FirstOrDefault(ledger => ledger.Charge is { Succeeded: true } charge && IsPayment(claim, charge));
        if (EntitlementRules.Of(Alone(claim, state, payment, settings), settings, now).Honoured) return CheckoutStanding.Earned;
        return IsKnown(claim, state, payment, settings) ? CheckoutStanding.Nothing : CheckoutStanding.Unknown;
    }

    /// <summary>Whether the pass may only be mailed: whoever types somebody's address must not be shown that person's pass (rules B11, B12).</summary>
    public static bool IsOnlyMailed(CustomerState state) => GuestId.IsByEmail(state.CustomerId);

    /// <summary>The customer who bought nothing but this. Spend adds up, so that all of it counts where the payment is a part of it.</summary>
    private static CustomerState Alone(CheckoutClaim claim, CustomerState state, ChargeLedger? payment, MembershipSettings settings)
    {
        var spends = payment is { Net: > 0 };
        var together = settings.Source == TierSource.SpendWhileSubscribed;
        return state with
        {
            Customer = state.Customer is { } customer ? customer with { Metadata = customer.Metadata.Remove(MerchantsWord.PinTier) } : null,
            Subscriptions = together && spends ? state.Subscriptions : [.. state.Subscriptions.Where(subscription => subscription.Id == claim.SubscriptionId)],
            Purchases = [.. state.Purchases.Where(purchase => purchase.Id == claim.SessionId || purchase.Id == claim.InvoiceId)],
            Spend = spends || (together && claim.SubscriptionId is not null) ? state.Spend : [],
            Months = spends || (together && claim.SubscriptionId is not null) ? state.Months : [],
            Pass = new Passes.PassRecord(),
        };
    }

    private static bool IsPayment(CheckoutClaim claim, ChargeFact charge) =>
        claim.PaymentId is { } payment ? charge.Payment == payment || charge.Id == payment : charge.Created >= claim.Created;

    /// <summary>Whether all that could earn a pass has come: events of one checkout come in any order.</summary>
    private static bool IsKnown(CheckoutClaim claim, CustomerState state, ChargeLedger? payment, MembershipSettings settings)
    {
        if (state.Reads is { } reads && (reads.Customer || reads.Objects.Any(read => read.Id == claim.SessionId || read.Id == claim.SubscriptionId || read.Id == claim.InvoiceId))) return false;
        if (payment is null && (claim.PaymentId is null ? settings.Source is TierSource.Spend or TierSource.SpendWhileSubscribed : SpendMatters(settings))) return false;
        if (claim.SubscriptionId is { } id)
        {
            return state.Subscriptions.FirstOrDefault(subscription => subscription.Id == id) is { Status: not SubscriptionStatus.Incomplete };
        }

        // What the session does not tell its invoice may.
        var told = state.Purchases.FirstOrDefault(purchase => purchase.Id == claim.SessionId);
        if (told is { IsIncomplete: true } && claim.InvoiceId is { } invoice) return state.Purchases.Any(purchase => purchase.Id == invoice);

        return told is not null
            || (state.Checkout is { } newest && (newest.Id == claim.SessionId || newest.Created > claim.Created));
    }

    private static bool SpendMatters(MembershipSettings settings) =>
        settings.Source != TierSource.Subscription && settings.Tiers.Any(tier => tier.MinimumSpend.Count > 0);
}
