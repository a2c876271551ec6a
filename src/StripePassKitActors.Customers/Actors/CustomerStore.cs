using System.Collections.Immutable;
using Dapr.Actors;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Customers.Actors;

/// <summary>
/// Where a customer is kept: <c>customer</c> (one record of bounded size), <c>charge-ch_…</c> (one ledger each), <c>charges-n</c> (pages of charge ids),
/// <c>undone-pi_…</c> (payments that were fully refunded or lost), <c>stamp</c> (which save was the last).
/// Read afresh in every turn: after a failover another instance may have written, and state writes carry no ETag (ADR 1).
/// </summary>
internal sealed class CustomerStore(IActorState state, MembershipSettings settings, Random random)
{
    private const string RecordKey = "customer";
    private const string StampKey = "stamp";

    /// <summary>Each read has its own patience, which waiting in a queue of thousands would use up.</summary>
    private const int LedgersAtOnce = 50;

    /// <summary>The customer, with what is stored of the charges and payments that these facts speak of.</summary>
    /// <exception cref="NewerSchemaException">Newer code wrote the record.</exception>
    public async Task<Customer> LoadAsync(ActorId actor, IReadOnlyCollection<Fact> facts) =>
        await WithLedgersAsync(actor, Whole(await ReadRecordAsync(actor) ?? CustomerState.Of(CustomerId.Parse(actor.GetId()))), facts);

    /// <summary>A customer of whom nothing but the record was read.</summary>
    public Customer Whole(CustomerState record) => new(record, ImmutableDictionary<string, ChargeLedger>.Empty)
    {
        Zone = settings.TimeZone,
        Earns = item => PlanTiers.Of(item, settings)?.Rank,
    };

    /// <summary>The customer, with what is stored of further charges and payments.</summary>
    public async Task<Customer> WithLedgersAsync(ActorId actor, Customer customer, IReadOnlyCollection<Fact> facts)
    {
        var ledgers = Task.WhenAll(Customer.StoredChargesOf(customer.State, facts).Where(id => !customer.Ledgers.ContainsKey(id)).Select(id => ReadLedgerAsync(actor, id)));
        var payments = Task.WhenAll(Customer.PaymentsOf(facts)
            .Select(id => state.ReadAsync(CustomerActor.TypeName, actor, PaymentKey(id), StateJson.UndonePayment)));
        return customer with
        {
            Ledgers = customer.Ledgers.AddRange((await ledgers).OfType<ChargeLedger>().Select(ledger => KeyValuePair.Create(ledger.Id, ledger))),
            UndonePayments = customer.UndonePayments.Union((await payments).OfType<UndonePayment>().Select(payment => payment.Id)),
        };
    }

    /// <summary>The record alone; null: nobody ever heard of this customer.</summary>
    public async Task<CustomerState?> ReadRecordAsync(ActorId actor)
    {
        var record = await state.ReadAsync(CustomerActor.TypeName, actor, RecordKey, StateJson.CustomerState);
        return record is null || record.SchemaVersion <= CustomerState.CurrentSchema
            ? record
            : throw new NewerSchemaException($"The state of this customer has schema {record.SchemaVersion}; this version reads up to {CustomerState.CurrentSchema}.");
    }

    /// <summary>The stamp of the last save, without the record, which may be large; 0: older code saved the customer, or nobody.</summary>
    public async Task<int> ReadStampAsync(ActorId actor) => (await state.ReadAsync(CustomerActor.TypeName, actor, StampKey, StateJson.Stamp))?.Value ?? 0;

    /// <summary>The ledger of one charge; null: it is not known.</summary>
    public Task<ChargeLedger?> ReadLedgerAsync(ActorId actor, string chargeId) =>
        state.ReadAsync(CustomerActor.TypeName, actor, LedgerKey(chargeId), StateJson.ChargeLedger);

    /// <summary>All facts that are stored of a customer, and all keys but the record's.</summary>
    public async Task<(IReadOnlyList<Fact> Facts, IReadOnlyList<string> Keys)> AllOfAsync(ActorId actor, Customer customer)
    {
        var record = customer.State;
        string[] pages = [.. Enumerable.Range(0, record.PagedCharges / CustomerState.ChargePageSize).Select(PageKey)];
        var paged = await Task.WhenAll(pages.Select(page => state.ReadAsync(CustomerActor.TypeName, actor, page, StateJson.ChargePage)));
        string[] charges = [.. paged.OfType<ChargePage>().Select(page => page.Ids).Concat(customer.FilledPages.Values).SelectMany(ids => ids).Distinct(), .. record.UnpagedCharges];
        List<ChargeLedger> ledgers = [];
        foreach (var some in charges.Chunk(LedgersAtOnce))
        {
            var read = await Task.WhenAll(some.Select(async id => customer.Ledgers.GetValueOrDefault(id) ?? await ReadLedgerAsync(actor, id)));
            ledgers.AddRange(read.OfType<ChargeLedger>());
        }

        var undone = ledgers.Where(ledger => ledger.IsUndone).SelectMany(ledger => new[] { ledger.Id, ledger.Charge!.Payment }).Concat(customer.ChangedPayments.Keys);

        Fact?[] facts =
        [
            .. ledgers.SelectMany(ledger => (Fact?[])[ledger.Charge, .. ledger.Refunds, .. ledger.Disputes]),
            .. record.Subscriptions,
            .. record.Invoices,
            .. record.Purchases,
            record.Checkout,
        ];
        return ([.. facts.OfType<Fact>()], [.. charges.Select(LedgerKey), .. pages, .. undone.Distinct().Select(PaymentKey)]);
    }

    /// <summary>The keys of the charges that a customer no longer has, and of their payments.</summary>
    public static IEnumerable<string> KeysOf(Customer before, Customer after) => before.Ledgers.Values
        .Where(ledger => !after.Ledgers.ContainsKey(ledger.Id))
        .SelectMany(ledger => new[] { LedgerKey(ledger.Id), PaymentKey(ledger.Id), PaymentKey(ledger.Charge?.Payment ?? ledger.Id) })
        .Distinct();

    /// <summary>Saves all that the turn changed, or nothing; the customer of whom nothing is left to save.</summary>
    public Task<Customer> SaveAsync(ActorId actor, Customer customer) => SaveWithoutAsync(actor, customer, []);

    /// <summary>As above, and removes these keys.</summary>
    public async Task<Customer> SaveWithoutAsync(ActorId actor, Customer customer, IEnumerable<string> keys)
    {
        customer = customer with { State = customer.State with { SchemaVersion = CustomerState.CurrentSchema, Stamp = random.Next(1, int.MaxValue) } };
        var changes = Changes(customer);
        foreach (var key in keys) changes.Remove(key);
        await state.CommitAsync(CustomerActor.TypeName, actor, changes);
        return customer.Saved();
    }

    private static StateChanges Changes(Customer customer)
    {
        var changes = new StateChanges()
            .Set(RecordKey, customer.State, StateJson.CustomerState)
            .Set(StampKey, new Stamp(customer.State.Stamp), StateJson.Stamp);
        foreach (var id in customer.ChangedLedgers) changes.Set(LedgerKey(id), customer.Ledgers[id], StateJson.ChargeLedger);
        foreach (var (page, ids) in customer.FilledPages) changes.Set(PageKey(page), new ChargePage(ids), StateJson.ChargePage);
        foreach (var (id, undone) in customer.ChangedPayments)
        {
            if (undone) changes.Set(PaymentKey(id), new UndonePayment(id), StateJson.UndonePayment);
            else changes.Remove(PaymentKey(id));
        }

        return changes;
    }

    private static string PageKey(int page) => $"charges-{page}";

    private static string PaymentKey(string id) => $"undone-{id}";

    private static string LedgerKey(string chargeId) => $"charge-{chargeId}";
}

/// <summary>State that newer code wrote. It is never overwritten; the events are parked, to be replayed when that code runs again.</summary>
internal sealed class NewerSchemaException(string message) : Exception(message);
