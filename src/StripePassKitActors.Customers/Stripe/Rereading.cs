using System.Collections.Immutable;
using Dapr.Actors;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>Reads from Stripe, within a customer's turn, what events alone do not settle (rules F2, F5).</summary>
/// <param name="policy">The merchant's choice.</param>
/// <param name="reader">From Stripe's objects to facts.</param>
/// <param name="store">Where the ledgers are that those facts speak of.</param>
/// <param name="membership">What counts as a loss.</param>
/// <param name="passes">What a pass shows.</param>
/// <param name="random">Spreads further tries.</param>
/// <param name="logger">Where what cannot be read is told.</param>
/// <param name="stripe">Null: there is no key.</param>
/// <param name="faults">Where a set-up is told that does not fit; null: there is no key.</param>
internal sealed partial class Rereading(
    StripeOptions.RereadPolicy policy,
    FactReader reader,
    CustomerStore store,
    MembershipSettings membership,
    PassSettings passes,
    Random random,
    ILogger<Rereading> logger,
    IStripeApi? stripe = null,
    StripeFaultLog? faults = null)
{
    /// <summary>How long before a pass would lapse Stripe is asked whether it should: an event of its renewal may have been lost.</summary>
    public static readonly TimeSpan LapseLead = TimeSpan.FromHours(1);

    /// <summary>How long a pass that would lapse is kept beyond the next try to ask.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromDays(1);

    /// <summary>Stripe's share of a turn's four seconds: PassKit needs the rest.</summary>
    private static readonly TimeSpan Share = TimeSpan.FromSeconds(2.5);

    private const int PendingKept = 50;

    /// <summary>More than these wait for a next turn: a turn has four seconds.</summary>
    private const int ObjectsATurn = 10;

    /// <summary>So many charges of a whole customer of which a reading says something new are written by one turn: it may write 64 KB (ADR 12).</summary>
    private const int ChargesATurn = 15;

    /// <summary>Whether anything is ever read.</summary>
    public bool IsOn => stripe is not null && policy != StripeOptions.RereadPolicy.Never;

    /// <summary>The objects of which an event, applied, leaves it open how they are; none without a key.</summary>
    public IEnumerable<StripeReference> Doubts(Customer before, Customer after, CustomerEvent taken, DateTimeOffset now)
    {
        if (!IsOn) return [];

        var open = taken.Facts.Where(fact => !fact.IsAnsweredBy(before.Known(fact))).ToArray();
        if (open.Length == 0) return [];

        var allOfThem = policy == StripeOptions.RereadPolicy.Always || Hearsay.TakesAway(before.State, after.State, membership, now);
        return open
            .Where(fact => (!fact.AsOf.Read && (allOfThem || !fact.SettlesAgainst(before.Known(fact)))) || IsIncomplete(after.Known(fact) ?? fact) || IsNewlyPastDue(fact))
            .Select(Reference)
            .OfType<StripeReference>()
            .Concat(open.Any(IsCaptured) ? Unpaid() : [])
            .Distinct();

        // A price may name a tier that there is none of: then its product decides.
        bool IsIncomplete(Fact known) => known.IsIncomplete || (known is SubscriptionFact { IsTerminal: false } subscription
            && subscription.Items.Any(item => item is { Quantity: > 0, ProductTier: null } && membership.Find(item.MetadataTier) is null));

        // A checkout that only held the money is paid once that is captured, and no event of its own tells it.
        bool IsCaptured(Fact fact) => fact is ChargeFact { Succeeded: true, Captured: > 0 } && before.Known(fact) is ChargeFact { Captured: 0 };
        IEnumerable<StripeReference> Unpaid() =>
            after.State.CheckoutSessions.Except(after.State.Purchases.Select(purchase => purchase.Id)).Select(session => new StripeReference("checkout.session", session));

        // That it is past due does not tell since when something is owed: grace would run from this failure, or from the beginning of this period.
        bool IsNewlyPastDue(Fact fact) => fact is SubscriptionFact { Status: SubscriptionStatus.PastDue }
            && before.Known(fact) is not SubscriptionFact { Status: SubscriptionStatus.PastDue };
    }

    /// <summary>
    /// The customer object of somebody of whom no event brought it: of who was a customer before its webhooks came here, Stripe sends none by itself. Null: it is
    /// known, or there is none, or nothing of it would be taken: its customer was forgotten (rule B10).
    /// </summary>
    public StripeReference? Unseen(CustomerState state) =>
        IsOn && state is { Customer: null, IsGuest: false, IsAccount: false, ForgottenAt: null } ? new("customer", state.CustomerId) : null;

    /// <summary>When Stripe is to be asked before a pass lapses, UTC; null: it never lapses, was asked already, or nothing is ever read.</summary>
    public DateTimeOffset? AskAt(CustomerState state, Entitlement entitlement)
    {
        if (!IsOn || state.Pass.Told is null || entitlement.ExpiresAt is not { } lapse) return null;

        var first = lapse - LapseLead;
        if (!(state.ReadAt >= first)) return first;

        // With a short margin the paid period was not over by then, and nobody could know whether it was renewed.
        return entitlement.ValidUntil is { } paid && paid < lapse && paid + ((lapse - paid) / 2) is var again && state.ReadAt < again ? again : null;
    }

    /// <summary>
    /// The customer after what is in doubt was read, and all of it where the pass would lose something; and the content that the pass keeps where
    /// Stripe did not answer (null: the pass may follow what is known). What was not read is tried again, the turns until then do not ask.
    /// </summary>
    /// <param name="actor">The actor of the turn.</param>
    /// <param name="customer">The customer as events have it.</param>
    /// <param name="doubts">What this turn's events leave open.</param>
    /// <param name="whole">Whether to read all of it in any case, whatever back-off says.</param>
    /// <param name="time">The clock of the turn.</param>
    /// <param name="budget">The turn's.</param>
    public async Task<(Customer Customer, PassContent? Kept)> ConfirmAsync(
        ActorId actor, Customer customer, IEnumerable<StripeReference> doubts, bool whole, TimeProvider time, CancellationToken budget)
    {
        if (!IsOn) return (With(customer, null), null);

        var now = time.GetUtcNow();
        var reads = customer.State.Reads ?? PendingReads.None;
        ImmutableArray<StripeReference> open = [.. reads.Objects.Concat(doubts).Distinct()];
        var unseen = open.FirstOrDefault(reference => reference == Unseen(customer.State));
        if (unseen is not null) open = open.Length > 1 ? [.. open.Remove(unseen), unseen] : Honours(customer, now) ? open : [];
        var all = whole || reads.Customer || open.Length > PendingKept || (!reads.Listed && WouldLose(customer, now));
        if (open.Length > PendingKept)
        {
            // What the whole customer shows anyway goes first.
            LogTooMany(logger, actor.GetId(), open.Length, PendingKept);
            open = [.. open.OrderBy(reference => reference.Kind is "customer" or "subscription").Take(PendingKept)];
        }

        if (open.IsEmpty && !all) return (With(customer, null), null);
        if (reads.NextAttempt > now && !whole) return Waiting(customer, reads with { Objects = open, Customer = all }, now);

        // Objects differ in how many calls they take: where a turn had no time for so many, the next one tries fewer.
        var objectsATurn = Math.Max(1, ObjectsATurn >> Math.Min(reads.Attempts, 4));
        using var limit = new CancellationTokenSource(Share, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget, limit.Token);
        try
        {
            var (read, left) = (customer, open);
            if (!all)
            {
                read = await ReadAsync(actor, read, open.Take(objectsATurn).Where(reference => reference != unseen), either.Token);
                left = [.. open.Skip(objectsATurn)];
                if (unseen is not null && left.IsEmpty && Honours(read, now) && !WouldLose(read, now))
                {
                    // Last, when all else is read and kept: who has no pass needs no name, and no pass waits for one.
                    (customer, open) = (read, [unseen]);
                    read = await ReadAsync(actor, read, open, either.Token);
                }

                if (!left.IsEmpty || !WouldLose(read, now)) return Settled(read, left, reads.Listed, now);
            }

            (read, var shown, var unwritten) = await ReadWholeAsync(actor, read, open, either.Token);

            // A charge may come before what was bought with it, or the event of a purchase be lost: neither may cost the pass that it earns.
            var bought = !reads.Listed && (whole || WouldLose(read, now)) ? await BoughtAsync(read.State, either.Token) : [];
            left = [.. left.Where(reference => !shown.Contains(reference.Id)).Concat(bought).Distinct()];
            read = await ReadAsync(actor, read with { State = read.State with { ReadAt = now } }, left.Take(objectsATurn), either.Token);
            return Settled(read, [.. unwritten, .. left.Skip(objectsATurn)], listed: true, now);
        }
        catch (Exception unanswered) when (unanswered is StripeUnavailableException or StripeRefusedException)
        {
            LogUnanswered(logger, actor.GetId(), unanswered.Message);
            var wait = unanswered is StripeRefusedException ? Backoff.SetUp(random) : Backoff.After(reads.Attempts, random);
            var next = now + Backoff.NoSoonerThan((unanswered as StripeUnavailableException)?.RetryAfter, wait, random);
            return Waiting(customer, new PendingReads { Objects = open, Customer = all, Listed = reads.Listed, Attempts = reads.Attempts + 1, NextAttempt = next }, now);
        }
    }

    private static Customer With(Customer customer, PendingReads? reads) =>
        customer.State.Reads == reads ? customer : customer with { State = customer.State with { Reads = reads } };

    /// <summary>The customer after what was read; if more is left than one turn can read or write, the next one begins at once.</summary>
    private (Customer Customer, PassContent? Kept) Settled(Customer read, ImmutableArray<StripeReference> left, bool listed, DateTimeOffset now) => left.IsEmpty
        ? (With(read, null), null)
        : Waiting(read, new PendingReads { Objects = [.. left.Take(PendingKept)], Listed = listed && left.Length <= PendingKept, NextAttempt = now }, now);

    /// <summary>The pass stays as it was told, and is kept from lapsing until Stripe was asked.</summary>
    private (Customer Customer, PassContent? Kept) Waiting(Customer customer, PendingReads reads, DateTimeOffset now)
    {
        // A turn whose end was not saved may have kept it already, for longer than the record says.
        var told = customer.State.Pass.Told;
        var kept = WouldLose(customer, now) && told is not null && (told.Expiry > now || (customer.State.Pass.Unsure && told.Expiry > now - Held))
            ? told.Expiry > reads.NextAttempt + LapseLead ? told : told.Until(reads.NextAttempt!.Value + Held)
            : null;
        return (With(customer, reads), kept);
    }

    /// <summary>Whether the pass would lose something by what is known, at once or, Stripe not having been asked, soon.</summary>
    private bool WouldLose(Customer customer, DateTimeOffset now)
    {
        var state = customer.State;
        if (state.Pass.Told is null) return false;

        var entitlement = EntitlementRules.Of(state, membership, now);
        var content = PassContent.Of(state, entitlement, passes, now);

        // A turn whose end was not saved may have kept it for longer than the record says, and would be taken back by what was read before it was over.
        var keptUnsaved = state.Pass.Unsure && content?.Expiry <= now && !(state.ReadAt >= content.Expiry);
        return keptUnsaved || Hearsay.WouldLose(state.Pass.Told, content, membership, now) || AskAt(state, entitlement) <= now;
    }

    private bool Honours(Customer customer, DateTimeOffset now) => EntitlementRules.Of(customer.State, membership, now).Honoured;

    private async Task<Customer> ReadAsync(ActorId actor, Customer customer, IEnumerable<StripeReference> references, CancellationToken budget) =>
        (await WithAsync(actor, customer, await ReadAsync(references, budget))).Read;

    private async Task<IReadOnlyCollection<StripeObject>> ReadAsync(IEnumerable<StripeReference> references, CancellationToken budget)
    {
        var objects = await Task.WhenAll(references.Select(reference => stripe!.ReadAsync(reference.Kind, reference.Id, budget)));
        return [.. objects.SelectMany(read => read)];
    }

    /// <summary>The customer after all of it was read, the ids of what Stripe showed, and the charges that are more than one turn can write.</summary>
    private async Task<(Customer Read, IReadOnlySet<string> Shown, IReadOnlyCollection<StripeReference> Unwritten)> ReadWholeAsync(
        ActorId actor, Customer customer, IReadOnlyCollection<StripeReference> doubted, CancellationToken budget)
    {
        var state = customer.State;
        List<StripeObject> objects = [];
        if (!state.IsGuest) objects.AddRange(await stripe!.ReadCustomerAsync(state.CustomerId, budget));

        // Stripe lists no charges of a guest or of an account. A guest's purchases do not change: what undoes them is told by their charges.
        if (state.IsGuest || state.IsAccount) objects.AddRange(await ReadAsync(state.NewestCharges.Select(charge => new StripeReference("charge", charge.Id)), budget));
        if (objects.Count == 0 && !state.IsGuest && !(state.IsAccount && state.NewestCharges.IsEmpty && state.Subscriptions.IsEmpty))
        {
            var unknown = new StripeRefusedException("it does not know customers whose webhooks come here (does Stripe:ApiKey belong to the same account?)");
            faults?.Tell(unknown, writes: false);
            throw unknown;
        }

        var (read, unwritten) = await WithAsync(actor, customer, objects, doubted);
        return (read, objects.Select(shown => shown.Id).ToHashSet(StringComparer.Ordinal), unwritten);
    }

    /// <summary>What the customer bought once and is not known, where that can earn a tier. What was bought never changes, but for what its tier is called.</summary>
    private async Task<IReadOnlyList<StripeReference>> BoughtAsync(CustomerState state, CancellationToken budget)
    {
        if (state.IsGuest || membership.Source is TierSource.Spend or TierSource.SpendWhileSubscribed) return [];

        // Where the tier of the pass is there no more, the merchant may have renamed it on what was bought.
        var renamed = state.Pass.Told is { Tier: var tier } && membership.Find(tier) is null;
        var known = state.Purchases.Where(purchase => !purchase.IsIncomplete && !renamed).Select(purchase => purchase.Id).ToHashSet(StringComparer.Ordinal);
        return await stripe!.PurchasesAsync(state.CustomerId, known, budget);
    }

    /// <summary>The customer after objects were read, and the charges of which that is more than one turn can write.</summary>
    /// <param name="actor">The actor of the turn.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="objects">What was read.</param>
    /// <param name="doubted">Of a whole customer: what its events left open. Money of which a reading says nothing new is not written anew. Null: all is.</param>
    private async Task<(Customer Read, IReadOnlyCollection<StripeReference> Unwritten)> WithAsync(
        ActorId actor, Customer customer, IReadOnlyCollection<StripeObject> objects, IReadOnlyCollection<StripeReference>? doubted = null)
    {
        var others = objects.Where(read => !IsOf(read, customer.State)).Select(read => read.Id).ToHashSet(StringComparer.Ordinal);
        Fact[] facts = [.. objects.Where(read => !others.Contains(read.Id) && !others.Contains(read.Json.Reference("charge") ?? "")).SelectMany(Facts)];
        var loaded = await store.WithLedgersAsync(actor, customer, facts);
        if (doubted is null) return (WithReading(loaded, facts), []);

        facts = [.. facts.Where(fact => doubted.Contains(Reference(fact)) || !IsKnown(fact, loaded.Known(fact)))];
        var whole = WithReading(loaded, facts);
        var charges = facts.Select(Reference).OfType<StripeReference>().Where(reference => reference.Kind == "charge").Distinct();
        StripeReference[] unwritten = [.. charges.Where(charge => whole.ChangedLedgers.Contains(charge.Id) && !loaded.ChangedLedgers.Contains(charge.Id)).Skip(ChargesATurn)];
        return unwritten.Length == 0 ? (whole, []) : (WithReading(loaded, [.. facts.Where(fact => !unwritten.Contains(Reference(fact)))]), unwritten);
    }

    private Customer WithReading(Customer loaded, IReadOnlyCollection<Fact> facts)
    {
        try
        {
            return loaded.WithReading(facts);
        }
        catch (Exception invalid) when (invalid is InvalidFactException or OverflowException)
        {
            return loaded.WithReading([.. facts.Where(fact => Agrees(loaded, fact))]);
        }
    }

    /// <summary>Whether money is known as it was read, though of another moment: fifty charges would be written for the sake of that alone (rule F3, ADR 12).</summary>
    private static bool IsKnown(Fact fact, Fact? known) => (fact, known) switch
    {
        (DisputeFact read, DisputeFact row) => row.With(read) with { AsOf = row.AsOf } == row,
        (ChargeFact { AmountRefunded: 0 } read, ChargeFact row) => row with { AsOf = read.AsOf, RefundsListed = read.RefundsListed } == read, // a list of nothing
        (ChargeFact or RefundFact, not null) => known with { AsOf = fact.AsOf } == fact,
        _ => false,
    };

    /// <summary>One object that contradicts what is known must not spoil the turn, and every turn that would read it again.</summary>
    private bool Agrees(Customer customer, Fact fact)
    {
        try
        {
            customer.WithReading([fact]);
            return true;
        }
        catch (Exception invalid) when (invalid is InvalidFactException or OverflowException)
        {
            LogUnreadable(logger, fact.GetType().Name, Told(fact.Id), invalid.Message);
            return false;
        }
    }

    /// <summary>
    /// An object that turns out to be another customer's says nothing of this one, and neither does what is of it: a dispute names nobody. Nor does it of
    /// a guest, who goes on looking for that customer.
    /// </summary>
    private static bool IsOf(StripeObject read, CustomerState state)
    {
        var owner = read.Kind == "customer" ? read.Id : read.Json.Text("customer") ?? read.Json.Text("customer_account");
        return owner is null || owner == state.CustomerId;
    }

    private IEnumerable<Fact> Facts(StripeObject read)
    {
        try
        {
            return reader.Read(read);
        }
        catch (Exception invalid) when (invalid is InvalidFactException or System.Text.Json.JsonException)
        {
            // What events told of it stands.
            LogUnreadable(logger, read.Kind, Told(read.Id), invalid.GetType().Name);
            return [];
        }
    }

    /// <summary>Whoever has a session's id is shown its pass: it reaches no log (ADR 17).</summary>
    private static string Told(string id) => id.StartsWith("cs_", StringComparison.Ordinal) ? "cs_…" : id;

    private static StripeReference? Reference(Fact fact) => fact switch
    {
        ChargeFact => new("charge", fact.Id),
        RefundFact refund => new("charge", refund.ChargeId),
        DisputeFact dispute => new("charge", dispute.ChargeId),
        SubscriptionFact => new("subscription", fact.Id),
        InvoiceFact invoice => new("subscription", invoice.SubscriptionId),
        CustomerFact => new("customer", fact.Id),
        PurchaseFact => new(fact.Id.StartsWith("cs_", StringComparison.Ordinal) ? "checkout.session" : "invoice", fact.Id),
        _ => null,
    };

    // One of as many as there are customers: what is wrong with Stripe is told once, by 2701 and 2702.
    [LoggerMessage(2602, LogLevel.Debug, "What events leave open of {CustomerId} could not be read from Stripe and is tried again: {Why}")]
    private static partial void LogUnanswered(ILogger logger, string customerId, string why);

    [LoggerMessage(2601, LogLevel.Error, "The {Kind} {Id} that was read from Stripe cannot be understood ({Why}).")]
    private static partial void LogUnreadable(ILogger logger, string kind, string id, string why);

    [LoggerMessage(2603, LogLevel.Warning, "Of {CustomerId} {Count} objects are to be read from Stripe; {Kept} of them and the whole customer are.")]
    private static partial void LogTooMany(ILogger logger, string customerId, int count, int kept);
}
