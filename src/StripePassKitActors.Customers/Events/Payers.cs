using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Events;

/// <summary>Finds whose an event is that names no customer: a dispute never does, and a guest is none (rules F6, B11).</summary>
internal sealed partial class Payers(
    IPaymentOwners owners, MembershipSettings membership, TimeProvider time, ILogger<Payers> logger, IStripeApi? stripe = null)
{
    /// <summary>Stripe's share of the time that a delivery has; whoever cannot be found within it is looked for later, by the guest's actor.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int PaymentsACall = 1_000;

    /// <summary>Whether an event is a guest's who is to have no pass. What may yet turn out a customer's is not: a dispute, a refund.</summary>
    public bool Ignores(EventReading.Understood reading) =>
        membership.Guests == GuestPolicy.Ignore && reading.Payer.Customer is null && reading.Event.Facts.Any(fact => fact is ChargeFact or CheckoutSessionFact);

    /// <summary>Whose actor takes an event: its customer's, named or found, else the guest's.</summary>
    /// <exception cref="PlainStateUnavailableException">It cannot be told now.</exception>
    public async Task<CustomerId> ActorOfAsync(Payer payer) =>
        payer.Customer is null && await FindAsync(payer.Payment!.Value.Value, payer.Charge) is { } found ? found : payer.Actor;

    /// <summary>The customer of a payment; null: nobody knows of one.</summary>
    /// <exception cref="PlainStateUnavailableException">It cannot be told now.</exception>
    public async Task<CustomerId?> FindAsync(string payment, string? charge)
    {
        if (CustomerId.TryParse(await owners.FindAsync(payment), out var known)) return known;
        if (stripe is null || charge is null) return null;

        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            if (!CustomerId.TryParse(await stripe.CustomerOfChargeAsync(charge, patience.Token), out var read)) return null;
            await owners.RememberAsync(new Dictionary<string, string> { [payment] = read.Value });
            return read;
        }
        catch (Exception unanswered) when (unanswered is StripeUnavailableException or StripeRefusedException)
        {
            LogUnanswered(logger, unanswered.Message);
            return null;
        }
    }

    /// <summary>
    /// Whether who paid is to be written down, because nobody could be asked later: without a key; and where a guest's payment became a customer's,
    /// so that what still comes of the guest goes the same way.
    /// </summary>
    public bool Remembers(Payer payer) => payer is { Customer: not null, Payment: not null } && (payer.Gained || stripe is null);

    /// <summary>Writes down whose a linked member is: of one that was deleted nobody else tells, because its external id is the merchant's own (rules B9, P8).</summary>
    /// <exception cref="PlainStateUnavailableException">It is not known to be written.</exception>
    public Task RememberLinkAsync(string memberId, string customer) => owners.RememberAsync(new Dictionary<string, string> { [KeyOf(memberId)] = customer });

    /// <summary>Whose a linked member is, or was; null: nobody's.</summary>
    /// <exception cref="PlainStateUnavailableException">It cannot be told now.</exception>
    public async Task<CustomerId?> FindByLinkAsync(string memberId) =>
        memberId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && CustomerId.TryParse(await owners.FindAsync(KeyOf(memberId)), out var known) ? known : null;

    /// <summary>Forgets whose the linked members of a pass are, or were, but for those that are another's by now.</summary>
    /// <exception cref="PlainStateUnavailableException">Some of it may still be known.</exception>
    public async Task ForgetLinksAsync(PassRecord pass, string customer)
    {
        List<string> own = [];
        foreach (var key in pass.FormerLinks.Append(pass.LinkedMember).OfType<string>().Distinct().Select(KeyOf))
        {
            if (await owners.FindAsync(key) == customer) own.Add(key);
        }

        await ForgetAsync(own);
    }

    private static string KeyOf(string memberId) => $"member-{memberId}";

    /// <summary>Forgets who paid, where that was written down.</summary>
    /// <exception cref="PlainStateUnavailableException">Some of it may still be known.</exception>
    public async Task ForgetAsync(IEnumerable<string> payments)
    {
        foreach (var some in payments.Chunk(PaymentsACall)) await owners.ForgetAsync(some);
    }

    /// <summary>Writes down who paid, in one call.</summary>
    /// <exception cref="PlainStateUnavailableException">It is not known to be written.</exception>
    public Task RememberAsync(IEnumerable<Payer> payers)
    {
        var customers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var payer in payers) customers[payer.Payment!.Value.Value] = payer.Customer!.Value.Value;
        return owners.RememberAsync(customers);
    }

    [LoggerMessage(2404, LogLevel.Warning, "Stripe could not be asked who paid; the event waits for its customer: {Why}")]
    private static partial void LogUnanswered(ILogger logger, string why);
}
