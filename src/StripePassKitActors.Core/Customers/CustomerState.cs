using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Customers;

/// <summary>
/// One customer, in one state record of bounded size. Charges live beside it, one key each, so that a turn costs the same after ten
/// thousand charges as after two hundred.
/// </summary>
public sealed record CustomerState
{
    /// <summary>The schema that this code writes. A greater one is refused, never overwritten.</summary>
    public const int CurrentSchema = 1;

    /// <summary>How many recent events are kept, for inspection and to know a repeated delivery.</summary>
    public const int RecentEventsKept = 50;

    /// <summary>How many charges inspection shows.</summary>
    public const int NewestChargesKept = 20;

    /// <summary>How many charge ids make a page.</summary>
    public const int ChargePageSize = 50;

    /// <summary>How long a closed invoice is remembered, so that a late word of its failure starts no grace. Stripe resends for 30 days.</summary>
    public static readonly TimeSpan ClosedInvoiceKept = TimeSpan.FromDays(35);

    /// <summary>The schema in which this record was written.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>Whose state it is.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The customer object; null until an event brought it.</summary>
    public CustomerFact? Customer { get; init; }

    /// <summary>The newest completed checkout session; null when none was seen.</summary>
    public CheckoutSessionFact? Checkout { get; init; }

    /// <summary>All subscriptions that were ever seen, in the order of their ids.</summary>
    public ImmutableArray<SubscriptionFact> Subscriptions { get; init; } = [];

    /// <summary>Invoices that failed or were closed lately, in the order of their ids.</summary>
    public ImmutableArray<InvoiceFact> Invoices { get; init; } = [];

    /// <summary>Net spend of all time, one row a currency, in the order of the currencies.</summary>
    public ImmutableArray<Spend> Spend { get; init; } = [];

    /// <summary>When the newest charge that was paid was made, UTC: Stripe's time; null: none was seen.</summary>
    public DateTimeOffset? LastPaidAt { get; init; }

    /// <summary>The newest charges by Stripe's time, newest first.</summary>
    public ImmutableArray<ChargeReference> NewestCharges { get; init; } = [];

    /// <summary>How many charges are known by their refunds alone.</summary>
    public int AwaitedCharges { get; init; }

    /// <summary>How many charges full pages hold; page <c>n</c> holds the ids from <c>n × 50</c> on.</summary>
    public int PagedCharges { get; init; }

    /// <summary>Ids of charges that no full page holds yet, in the order in which they came.</summary>
    public ImmutableArray<string> UnpagedCharges { get; init; } = [];

    /// <summary>The pass, as far as PassKit was told.</summary>
    public PassRecord Pass { get; init; } = new();

    /// <summary>The newest fifty events, newest last.</summary>
    public ImmutableArray<RecentEvent> RecentEvents { get; init; } = [];

    /// <summary>When the <c>wake</c> reminder fires next, UTC; null when none is registered.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>The person on the pass: what the customer object says, its gaps filled from checkout.</summary>
    [JsonIgnore]
    public Person Person => new(
        Customer?.Name ?? Checkout?.Name,
        Customer?.Email ?? Checkout?.Email,
        Customer?.Phone ?? Checkout?.Phone);

    /// <summary>The merchant's word; empty when none was seen.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Metadata => Customer?.Metadata ?? ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Whether a ledger of that charge may be stored. A charge that is newer than the oldest of the newest ones and not among them is new:
    /// nothing of it needs to be read.
    /// </summary>
    public bool MayKnow(ChargeFact charge) =>
        AwaitedCharges > 0
        || NewestCharges.Any(row => row.Id == charge.Id)
        || (NewestCharges.Length == NewestChargesKept && charge.Created <= NewestCharges[^1].Created);

    /// <summary>A customer of whom nothing is known.</summary>
    public static CustomerState Of(CustomerId id) => new() { CustomerId = id.Value };
}
