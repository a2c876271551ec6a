using System.Collections.Immutable;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Core.Customers;

/// <summary>
/// One customer within a turn: the state record, the ledgers of the charges that the turn speaks of, and what of both must be saved.
/// Immutable: an event that cannot be applied leaves the customer as it was.
/// </summary>
/// <param name="State">The state record.</param>
/// <param name="Ledgers">The stored ledgers of the charges that the turn's facts name, by charge id.</param>
public sealed record Customer(CustomerState State, ImmutableDictionary<string, ChargeLedger> Ledgers)
{
    /// <summary>Ids of the ledgers that differ from what is stored.</summary>
    public ImmutableHashSet<string> ChangedLedgers { get; init; } = [];

    /// <summary>Pages of charge ids that this turn filled, by page number.</summary>
    public ImmutableDictionary<int, ImmutableArray<string>> FilledPages { get; init; } = ImmutableDictionary<int, ImmutableArray<string>>.Empty;

    /// <summary>Decisions between two facts of the same second (rule F4).</summary>
    public int Ties { get; init; }

    /// <summary>The charges of these events whose ledgers must be read first, in no order; the others are new.</summary>
    public static IReadOnlySet<string> StoredChargesOf(CustomerState state, IEnumerable<CustomerEvent> events) => events
        .SelectMany(taken => taken.Facts)
        .Where(fact => fact is not ChargeFact charge || state.MayKnow(charge))
        .Select(ChargeOf)
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// The customer after an event. A repeated event returns the same instance, so that it writes nothing; a stale or ignored one changes
    /// the list of recent events alone.
    /// </summary>
    /// <param name="taken">The event.</param>
    /// <param name="now">Our clock, UTC; it dates the entry in the list of recent events and decides nothing.</param>
    /// <exception cref="InvalidFactException">A fact contradicts what Stripe allows.</exception>
    public (Customer Customer, Outcome Outcome) Apply(CustomerEvent taken, DateTimeOffset now)
    {
        if (State.RecentEvents.Any(recent => recent.Id == taken.Id)) return (this, Outcome.Duplicate);

        var (after, known) = (this, 0);
        foreach (var fact in taken.Facts)
        {
            if (after.Knows(fact)) known++;
            else after = after.With(fact);
        }

        if (taken.Facts.Length > 0 && known == taken.Facts.Length) return (this, Outcome.Duplicate);

        var outcome = taken.Facts.IsEmpty ? Outcome.Ignored : ReferenceEquals(after.State, State) && after.Ledgers == Ledgers ? Outcome.Stale : Outcome.Applied;
        var recents = State.RecentEvents.Add(new RecentEvent(taken.Id, taken.Type, outcome, now));
        if (recents.Length > CustomerState.RecentEventsKept) recents = recents.RemoveAt(0);
        return (after with { State = after.State with { RecentEvents = recents } }, outcome);
    }

    private Customer With(Fact fact)
    {
        var counted = fact.TiesWith(Known(fact)) ? this with { Ties = Ties + 1 } : this;
        return fact switch
        {
            ChargeFact or RefundFact => counted.WithMoney(ChargeOf(fact)!, fact),
            SubscriptionFact subscription => counted.WithState(State.With(subscription)),
            InvoiceFact invoice => counted.WithState(State.With(invoice)),
            CustomerFact customer when customer.Beats(State.Customer) => counted.WithState(State with { Customer = customer }),
            CheckoutSessionFact checkout when checkout.Beats(State.Checkout) => counted.WithState(State with { Checkout = checkout }),
            _ => counted,
        };
    }

    private Customer WithState(CustomerState state) => this with { State = state };

    private Customer WithMoney(string chargeId, Fact fact)
    {
        var known = Ledger(chargeId);
        var ledger = known.With(fact);
        if (ReferenceEquals(ledger, known)) return this;

        var added = ledger.Net - known.Counted;
        ledger = ledger with { Counted = ledger.Net };
        var change = this with
        {
            Ledgers = Ledgers.SetItem(chargeId, ledger),
            ChangedLedgers = ChangedLedgers.Add(chargeId),
            State = (ledger.Charge is { } charge ? State.WithSpend(charge.Currency, added).WithNewest(charge).WithPaid(charge) : State)
                .WithAwaited((ledger.IsAwaited ? 1 : 0) - (known.IsAwaited ? 1 : 0)),
        };
        return known.IsEmpty ? change.WithPaged(chargeId) : change;
    }

    private ChargeLedger Ledger(string chargeId) => Ledgers.GetValueOrDefault(chargeId) ?? ChargeLedger.Of(chargeId);

    /// <summary>Files a new charge's id; full pages are written once and never again.</summary>
    private Customer WithPaged(string chargeId)
    {
        var ids = State.UnpagedCharges.Add(chargeId);
        if (ids.Length < CustomerState.ChargePageSize) return WithState(State with { UnpagedCharges = ids });

        return this with
        {
            FilledPages = FilledPages.Add(State.PagedCharges / CustomerState.ChargePageSize, ids),
            State = State with { UnpagedCharges = [], PagedCharges = State.PagedCharges + ids.Length },
        };
    }

    /// <summary>Whether exactly this fact, from exactly this event, is what is known already.</summary>
    private bool Knows(Fact fact) => Known(fact)?.AsOf == fact.AsOf;

    private Fact? Known(Fact fact) => fact switch
    {
        ChargeFact charge => Ledger(charge.Id).Charge,
        RefundFact refund => Ledger(refund.ChargeId).Refunds.FirstOrDefault(row => row.Id == refund.Id),
        SubscriptionFact => State.Subscriptions.FirstOrDefault(row => row.Id == fact.Id),
        InvoiceFact => State.Invoices.FirstOrDefault(row => row.Id == fact.Id),
        CustomerFact => State.Customer,
        CheckoutSessionFact => State.Checkout,
        _ => null,
    };

    private static string? ChargeOf(Fact fact) => fact switch
    {
        ChargeFact charge => charge.Id,
        RefundFact refund => refund.ChargeId,
        _ => null,
    };
}
