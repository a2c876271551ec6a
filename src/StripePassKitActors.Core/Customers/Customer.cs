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

    /// <summary>The payments that the turn's purchases name and that are undone, by their ids.</summary>
    public ImmutableHashSet<string> UndonePayments { get; init; } = [];

    /// <summary>Payments that this turn undid (true), or that stand again (false).</summary>
    public ImmutableDictionary<string, bool> ChangedPayments { get; init; } = ImmutableDictionary<string, bool>.Empty;

    /// <summary>In whose calendar months are counted (rule M6).</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The rank of the tier that what was bought maps to (rule B2), null: none. Of more than the record has room for, what earns most is kept.</summary>
    public Func<PurchasedItem, int?> Earns { get; init; } = _ => 0;

    /// <summary>Decisions between two facts of the same second (rule F4).</summary>
    public int Ties { get; init; }

    /// <summary>Disputes that came, in this turn, into a status that this version does not know (rule M4).</summary>
    public ImmutableArray<DisputeFact> UnknownDisputes { get; init; } = [];

    /// <summary>The charges of these events whose ledgers must be read first, in no order; the others are new.</summary>
    public static IReadOnlySet<string> StoredChargesOf(CustomerState state, IEnumerable<Fact> facts) => facts
        .Where(fact => fact is not ChargeFact charge || state.MayKnow(charge))
        .Select(ChargeOf)
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The payments of which must be known whether they are undone before these facts are applied.</summary>
    public static IReadOnlySet<string> PaymentsOf(IEnumerable<Fact> facts) =>
        facts.OfType<PurchaseFact>().Select(purchase => purchase.Payment).OfType<string>().ToHashSet(StringComparer.Ordinal);

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
        var changed = !ReferenceEquals(after.State, State) || after.Ledgers != Ledgers;
        if ((State.IsForgotten && !changed) || (!taken.Facts.IsEmpty && taken.Facts.All(IsForgotten))) return (this, Outcome.Ignored);

        var outcome = taken.Facts.IsEmpty ? Outcome.Ignored : changed ? Outcome.Applied : Outcome.Stale;
        var recents = State.RecentEvents.Add(new RecentEvent(taken.Id, taken.Type, outcome, now));
        if (recents.Length > CustomerState.RecentEventsKept) recents = recents.RemoveAt(0);
        return (after with { State = after.State with { RecentEvents = recents } }, outcome);
    }

    /// <summary>The customer after objects were read from Stripe.</summary>
    /// <exception cref="InvalidFactException">A fact contradicts what Stripe allows.</exception>
    public Customer WithReading(IReadOnlyCollection<Fact> facts)
    {
        var read = facts.Aggregate(this, (customer, fact) => customer.With(fact));

        // A subscription that is past due is read with the invoices that it owes: one that is not among them is owed no more.
        foreach (var subscription in facts.OfType<SubscriptionFact>().Where(fact => fact.Status == SubscriptionStatus.PastDue))
        {
            var settled = read.State.Invoices.Where(row => row.SubscriptionId == subscription.Id && row.Open && row.AsOf.At < subscription.AsOf.At && facts.All(fact => fact.Id != row.Id));
            read = settled.Aggregate(read, (customer, row) => customer.With(row with { Open = false, AsOf = subscription.AsOf }));
        }

        return read;
    }

    /// <summary>The customer of whom all but the record is saved.</summary>
    public Customer Saved() => this with
    {
        ChangedLedgers = [],
        FilledPages = FilledPages.Clear(),
        ChangedPayments = ChangedPayments.Clear(),
        UndonePayments = UndonePayments.Union(ChangedPayments.Where(payment => payment.Value).Select(payment => payment.Key)),
    };

    /// <summary>
    /// The customer without one payment, which is another's (rule B11): its money, what was bought with it, its disputes. Its ledgers must be loaded; they
    /// are not deleted here.
    /// </summary>
    /// <param name="payment">The payment intent, else the charge.</param>
    /// <param name="charges">All charges that are stored: the newest of those that stay take the room of those that go.</param>
    public Customer WithoutPayment(string payment, IEnumerable<ChargeFact> charges)
    {
        var gone = Ledgers.Values.Where(ledger => ledger.Charge?.Payment == payment).ToArray();
        var ids = gone.Select(ledger => ledger.Id).ToHashSet(StringComparer.Ordinal);
        var stays = State with { NewestCharges = [] };
        stays = charges.Where(charge => !ids.Contains(charge.Id)).Aggregate(stays, (left, charge) => left.WithNewest(charge));
        var state = gone.Aggregate(stays, (left, ledger) => left.WithSpend(ledger.Charge!, -ledger.Counted, -ledger.CountedRefunds, Zone));
        return this with
        {
            Ledgers = Ledgers.RemoveRange(ids),
            ChangedLedgers = ChangedLedgers.Except(ids),
            State = state with
            {
                Purchases = state.Purchases.RemoveAll(purchase => purchase.Payment == payment),
                Disputes = state.Disputes.RemoveAll(row => gone.Any(ledger => ledger.Disputes.Any(dispute => dispute.Id == row.Id))),
                UnpagedCharges = state.UnpagedCharges.RemoveAll(ids.Contains),
            },
        };
    }

    /// <summary>What is known of the object that a fact speaks of; null: nothing, or its ledger was not loaded.</summary>
    public Fact? Known(Fact fact) => fact switch
    {
        ChargeFact charge => Ledger(charge.Id).Charge,
        RefundFact refund => Ledger(refund.ChargeId).Refunds.FirstOrDefault(row => row.Id == refund.Id),
        DisputeFact dispute => Ledger(dispute.ChargeId).Disputes.FirstOrDefault(row => row.Id == dispute.Id),
        SubscriptionFact => State.Subscriptions.FirstOrDefault(row => row.Id == fact.Id),
        InvoiceFact => State.Invoices.FirstOrDefault(row => row.Id == fact.Id),
        PurchaseFact => State.Purchases.FirstOrDefault(row => row.Id == fact.Id),
        CustomerFact => State.Customer,
        CheckoutSessionFact => State.Checkout,
        _ => null,
    };

    private Customer With(Fact fact)
    {
        if (IsForgotten(fact)) return this;

        var counted = fact.TiesWith(Known(fact)) ? this with { Ties = Ties + 1 } : this;
        return fact switch
        {
            ChargeFact or RefundFact or DisputeFact => counted.WithMoney(ChargeOf(fact)!, fact),
            SubscriptionFact subscription => counted.WithState(State.With(subscription)),
            InvoiceFact invoice => counted.WithState(State.With(invoice)),
            PurchaseFact purchase => counted.WithState(State.With(purchase, purchase.Payment is { } payment && IsUndone(payment), Earns)),
            CustomerFact customer when customer.Beats(State.Customer) => counted.WithState(State with { Customer = State.ForgottenAt is null ? customer : customer.WithoutPerson() }),
            CheckoutSessionFact checkout => counted.WithState(State.With(checkout)),
            _ => counted,
        };
    }

    /// <summary>
    /// Whether a fact speaks of what was forgotten (rule B10): of an object that Stripe made before, or that does not tell when. A refund or a dispute
    /// is as old as its charge. The customer object itself is the old one, of which only its end is taken, by what began anew.
    /// </summary>
    private bool IsForgotten(Fact fact) => State.ForgottenAt is { } forgotten && fact switch
    {
        ChargeFact charge => charge.Created <= forgotten,
        RefundFact or DisputeFact => Ledger(ChargeOf(fact)!).Charge is null,
        SubscriptionFact subscription => !(subscription.Created > forgotten),
        InvoiceFact invoice => invoice.Created <= forgotten,
        PurchaseFact purchase => (purchase.Created ?? purchase.PaidAt) <= forgotten,
        CheckoutSessionFact checkout => !(checkout.Created > forgotten),
        CustomerFact customer => !customer.Deleted || State.IsForgotten || customer.AsOf.At <= forgotten,
        _ => true,
    };

    private Customer WithState(CustomerState state) => this with { State = state };

    private Customer WithMoney(string chargeId, Fact fact)
    {
        var stored = Ledger(chargeId);
        var isNew = stored.IsEmpty || IsLost(stored);
        var known = isNew ? stored with { Counted = 0, CountedRefunds = 0 } : stored;
        var ledger = known.With(fact);
        if (ReferenceEquals(ledger, stored)) return this;

        var added = ledger.Net - known.Counted;
        var refunds = ledger.BeforeRefunds - ledger.Net;
        var addedRefunds = refunds - known.CountedRefunds;
        ledger = ledger with { Counted = ledger.Net, CountedRefunds = refunds };
        var state = State.WithAwaited((ledger.IsAwaited ? 1 : 0) - (known.IsAwaited && !isNew ? 1 : 0)).WithDisputes(ledger.Disputes);
        if (ledger.Charge is { } charge) state = state.WithPaid(charge, Zone).WithSpend(charge, added, addedRefunds, Zone).WithNewest(charge);
        var change = this with { Ledgers = Ledgers.SetItem(chargeId, ledger), ChangedLedgers = ChangedLedgers.Add(chargeId), State = state };
        if (ledger.IsUndone != known.IsUndone) change = change.WithPayment(ledger.Charge!, ledger.IsUndone);
        if (fact is DisputeFact { IsUnknown: true } dispute && known.Disputes.All(row => row.Id != dispute.Id || row.Status != dispute.Status))
        {
            change = change with { UnknownDisputes = UnknownDisputes.Add(dispute) };
        }

        return isNew ? change.WithPaged(chargeId) : change;
    }

    /// <summary>
    /// Whether a ledger is stored that the record does not know of: another activation saved both, and its record was overwritten (ADR 1). What
    /// it counted is in no total. Told while all ids stand in the record; once they fill pages, nobody can tell without reading those.
    /// </summary>
    private bool IsLost(ChargeLedger ledger) => !ledger.IsEmpty && State.PagedCharges == 0 && !State.UnpagedCharges.Contains(ledger.Id);

    /// <summary>Remembers under all its ids that a payment is undone, or stands again: its purchase may come later.</summary>
    private Customer WithPayment(ChargeFact charge, bool undone)
    {
        string[] ids = charge.PaymentIntentId is { } intent ? [charge.Id, intent] : [charge.Id];
        return this with
        {
            ChangedPayments = ChangedPayments.SetItems(ids.Select(id => KeyValuePair.Create(id, undone))),
            State = State.WithPayment(ids, undone),
        };
    }

    private bool IsUndone(string payment) => ChangedPayments.TryGetValue(payment, out var undone) ? undone : UndonePayments.Contains(payment);

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

    /// <summary>Whether exactly this fact, from exactly this event, is what is known already. Of two readings of one second each may tell what the other does not.</summary>
    private bool Knows(Fact fact) => Known(fact) is { } known && known.AsOf == fact.AsOf && (!fact.AsOf.Read || known == fact);

    private static string? ChargeOf(Fact fact) => fact switch
    {
        ChargeFact charge => charge.Id,
        RefundFact refund => refund.ChargeId,
        DisputeFact dispute => dispute.ChargeId,
        _ => null,
    };
}
