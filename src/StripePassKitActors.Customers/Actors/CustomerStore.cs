using System.Collections.Immutable;
using Dapr.Actors;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Customers.Actors;

/// <summary>
/// Where a customer is kept: <c>customer</c> (one record of bounded size), <c>charge-ch_…</c> (one ledger each), <c>charges-n</c> (pages of charge ids).
/// Read afresh in every turn: after a failover another instance may have written, and state writes carry no ETag (ADR 1).
/// </summary>
internal sealed class CustomerStore(IActorState state)
{
    private const string RecordKey = "customer";

    /// <summary>The customer, with the stored ledgers of the charges that these events speak of.</summary>
    /// <exception cref="NewerSchemaException">Newer code wrote the record.</exception>
    public async Task<Customer> LoadAsync(ActorId actor, IReadOnlyCollection<CustomerEvent> events)
    {
        var record = await ReadRecordAsync(actor) ?? CustomerState.Of(CustomerId.Parse(actor.GetId()));
        var ledgers = await Task.WhenAll(Customer.StoredChargesOf(record, events).Select(id => ReadLedgerAsync(actor, id)));
        return new Customer(record, ledgers.OfType<ChargeLedger>().ToImmutableDictionary(ledger => ledger.Id));
    }

    /// <summary>The record alone; null: nobody ever heard of this customer.</summary>
    public async Task<CustomerState?> ReadRecordAsync(ActorId actor)
    {
        var record = await state.ReadAsync(CustomerActor.TypeName, actor, RecordKey, StateJson.CustomerState);
        return record is null || record.SchemaVersion <= CustomerState.CurrentSchema
            ? record
            : throw new NewerSchemaException($"The state of this customer has schema {record.SchemaVersion}; this version reads up to {CustomerState.CurrentSchema}.");
    }

    /// <summary>The ledger of one charge; null: it is not known.</summary>
    public Task<ChargeLedger?> ReadLedgerAsync(ActorId actor, string chargeId) =>
        state.ReadAsync(CustomerActor.TypeName, actor, LedgerKey(chargeId), StateJson.ChargeLedger);

    /// <summary>Saves all that the turn changed, or nothing.</summary>
    public Task SaveAsync(ActorId actor, Customer customer)
    {
        var changes = new StateChanges().Set(RecordKey, customer.State with { SchemaVersion = CustomerState.CurrentSchema }, StateJson.CustomerState);
        foreach (var id in customer.ChangedLedgers) changes.Set(LedgerKey(id), customer.Ledgers[id], StateJson.ChargeLedger);
        foreach (var (page, ids) in customer.FilledPages) changes.Set($"charges-{page}", new ChargePage(ids), StateJson.ChargePage);
        return state.CommitAsync(CustomerActor.TypeName, actor, changes);
    }

    private static string LedgerKey(string chargeId) => $"charge-{chargeId}";
}

/// <summary>State that newer code wrote. It is never overwritten; the events are parked, to be replayed when that code runs again.</summary>
internal sealed class NewerSchemaException(string message) : Exception(message);
