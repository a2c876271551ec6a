using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers.Checkout;

/// <summary>Answers whoever comes back from a checkout and asks for the pass that was bought there.</summary>
internal sealed class BoughtPasses(ICheckoutSessions sessions, CheckoutReading reading, CustomerActors actors, MembershipSettings membership, TimeProvider time)
{
    /// <summary>How long after its completion a session shows the link: its id may lie in the history of a browser, or in the log of a proxy.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromMinutes(60);

    /// <summary>How the pass of a session stands.</summary>
    public async Task<BoughtPass> OfAsync(string sessionId)
    {
        try
        {
            var known = await sessions.FindAsync(sessionId);
            if (known is not { IsOver: true } && reading.IsOn)
            {
                switch (await reading.ReadAsync(sessionId))
                {
                    case CheckoutRead.Found found:
                        known = known?.With(found.Session) ?? found.Session;
                        break;
                    case CheckoutRead.Unknown when known is null:
                        return BoughtPass.Of(CheckoutState.Unknown);
                }
            }

            return known switch
            {
                null => BoughtPass.Of(CheckoutState.Waiting),
                { Status: CheckoutSession.Open } => BoughtPass.Of(CheckoutState.Open),
                { Status: CheckoutSession.Expired } => BoughtPass.Of(CheckoutState.Expired),
                { Mode: "setup" } => BoughtPass.Of(CheckoutState.Setup),
                { Paid: false } => BoughtPass.Of(known.Failed ? CheckoutState.Unpaid : CheckoutState.Pending),
                _ when !(known.CompletedAt + Shown > time.GetUtcNow()) => BoughtPass.Of(CheckoutState.Late),
                _ => await AskAsync(sessionId, known),
            };
        }
        catch (PlainStateUnavailableException)
        {
            return BoughtPass.Of(CheckoutState.Waiting);
        }
    }

    private async Task<BoughtPass> AskAsync(string sessionId, CheckoutSession known)
    {
        if (!CustomerId.TryParse(known.Actor, out var actor)) return BoughtPass.Of(CheckoutState.None);
        if (membership.Guests == GuestPolicy.Ignore && GuestId.Is(actor.Value)) return BoughtPass.Of(CheckoutState.None);

        try
        {
            var answer = await actors.PassAsync(
                actor, new CheckoutClaim(sessionId, known.Paid, known.SubscriptionId, known.PaymentId, known.InvoiceId, known.Created));
            return answer.Pass switch
            {
                CheckoutPass.Ready => new BoughtPass(CheckoutState.Ready, answer.Url, Settled: true),
                CheckoutPass.None => BoughtPass.Of(CheckoutState.None),
                CheckoutPass.Mailed => BoughtPass.Of(CheckoutState.Mailed),
                CheckoutPass.Trouble => BoughtPass.Of(CheckoutState.Trouble),
                _ => BoughtPass.Of(CheckoutState.Making),
            };
        }
        catch (ActorUnavailableException)
        {
            return BoughtPass.Of(CheckoutState.Making);
        }
    }
}
