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
    public const int CurrentSchema = 3;

    /// <summary>How many recent events are kept, for inspection and to know a repeated delivery.</summary>
    public const int RecentEventsKept = 50;

    /// <summary>How many charges inspection shows.</summary>
    public const int NewestChargesKept = 20;

    /// <summary>How many charge ids make a page.</summary>
    public const int ChargePageSize = 50;

    /// <summary>How many checkout sessions are remembered. What is kept of them elsewhere ends after a month.</summary>
    public const int CheckoutSessionsKept = 20;

    /// <summary>How many months of spend are kept: as many as the longest window has (rule M6).</summary>
    public const int MonthsKept = 24;

    /// <summary>How long a closed invoice is remembered, so that a late word of its failure starts no grace. Stripe resends for 30 days.</summary>
    public static readonly TimeSpan ClosedInvoiceKept = TimeSpan.FromDays(35);

    /// <summary>The schema in which this record was written.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>Of the save that wrote this record, another one each time: by it a turn sees that somebody else saved meanwhile. 0: older code wrote it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Stamp { get; init; }

    /// <summary>Whose state it is.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The customer object; null until an event brought it.</summary>
    public CustomerFact? Customer { get; init; }

    /// <summary>The newest completed checkout session; null when none was seen.</summary>
    public CheckoutSessionFact? Checkout { get; init; }

    /// <summary>Ids of checkout sessions, in their order: what is kept of them elsewhere is to be forgotten with the customer.</summary>
    public ImmutableArray<string> CheckoutSessions { get; init; } = [];

    /// <summary>All subscriptions that were ever seen, in the order of their ids.</summary>
    public ImmutableArray<SubscriptionFact> Subscriptions { get; init; } = [];

    /// <summary>Invoices that failed or were closed lately, in the order of their ids.</summary>
    public ImmutableArray<InvoiceFact> Invoices { get; init; } = [];

    /// <summary>Paid one-off purchases, in the order of their ids.</summary>
    public ImmutableArray<PurchaseFact> Purchases { get; init; } = [];

    /// <summary>Disputes whose money is out, the newest twenty, in the order of their ids.</summary>
    public ImmutableArray<SuspendingDispute> Disputes { get; init; } = [];

    /// <summary>When the newest successful charge was made, UTC; null: there is none.</summary>
    public DateTimeOffset? LastPaidAt { get; init; }

    /// <summary>Net spend of all time, one row a currency, in the order of the currencies.</summary>
    public ImmutableArray<Spend> Spend { get; init; } = [];

    /// <summary>Net spend by the month of the charge, as far back as a window can reach; newest first, then by currency.</summary>
    public ImmutableArray<MonthSpend> Months { get; init; } = [];

    /// <summary>The newest charges by Stripe's time, newest first.</summary>
    public ImmutableArray<ChargeReference> NewestCharges { get; init; } = [];

    /// <summary>How many charges are known by their refunds or disputes alone.</summary>
    public int AwaitedCharges { get; init; }

    /// <summary>How many charges full pages hold; page <c>n</c> holds the ids from <c>n × 50</c> on.</summary>
    public int PagedCharges { get; init; }

    /// <summary>Ids of charges that no full page holds yet, in the order in which they came.</summary>
    public ImmutableArray<string> UnpagedCharges { get; init; } = [];

    /// <summary>The pass, as far as PassKit was told.</summary>
    public PassRecord Pass { get; init; } = new();

    /// <summary>What was written back into Stripe's metadata; null: nothing ever was.</summary>
    public StripeMetadata? StripeMetadata { get; init; }

    /// <summary>The tier that the pass was last to show; null: none, or no message tells of it.</summary>
    public TierReached? TierReached { get; init; }

    /// <summary>The newest fifty events, newest last.</summary>
    public ImmutableArray<RecentEvent> RecentEvents { get; init; } = [];

    /// <summary>What is yet to be read from Stripe; null: nothing.</summary>
    public PendingReads? Reads { get; init; }

    /// <summary>When the whole customer was last read from Stripe, our clock, UTC; null: never. What lapses soon after is known to be over (rule F5).</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>To whom a guest's payment belongs by now: what is told of it goes there (rule B11); null: it is the guest's.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>How often a guest looked for the customer of a payment of which only a refund or a dispute is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Looks { get; init; }

    /// <summary>When it looks again, UTC; null: it does not.</summary>
    public DateTimeOffset? LookAt { get; init; }

    /// <summary>
    /// Guests whose payments turned out to be this customer's: to be forgotten with the customer. Of those who share a pass by e-mail only who may have had a
    /// pass of their own: their payments name them all.
    /// </summary>
    public ImmutableArray<string> FormerGuests { get; init; } = [];

    /// <summary>How far forgetting came that broke off; null: none did.</summary>
    public BegunForgetting? Forgetting { get; init; }

    /// <summary>
    /// When all that was known was forgotten (rule B10), our clock, UTC; null: never. Only what Stripe made later is taken from then on, or a late
    /// event would bring back what somebody asked to be rid of.
    /// </summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    /// <summary>
    /// The number of the last attempt to change something outside: one higher with each, saved before its first effect (ADR 13). It never falls, and
    /// outlives forgetting: whoever was told of a change knows by it which of two messages is the later one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Version { get; init; }

    /// <summary>Whether no turn saved how that attempt ended: what was said outside may be something else than this record says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Underway { get; init; }

    /// <summary>Changes of the pass that subscribers are yet to be told of; null: none.</summary>
    public PendingChanges? Unpublished { get; init; }

    /// <summary>When the <c>wake</c> reminder fires next, UTC; null when none is registered.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>Whether this is no customer but one payment of somebody whom Stripe made none (rule B11).</summary>
    [JsonIgnore]
    public bool IsGuest => GuestId.Is(CustomerId);

    /// <summary>Whether somebody is known by a customer account, and has no customer object in Stripe.</summary>
    [JsonIgnore]
    public bool IsAccount => CustomerAccountId.Is(CustomerId);

    /// <summary>Whether a guest began to hand over what it knows, and nobody saved that it did: it is the other's already, and to be handed over before anything else.</summary>
    [JsonIgnore]
    public bool IsHandingOver => ForwardTo is not null && (Checkout is not null || PagedCharges > 0 || !UnpagedCharges.IsEmpty || !Purchases.IsEmpty);

    /// <summary>Whether the customer was forgotten, and nothing began anew since.</summary>
    [JsonIgnore]
    public bool IsForgotten => ForgottenAt is not null && ForwardTo is null && RecentEvents.IsEmpty;

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
    /// Whether a ledger of that charge may be stored. A charge that is newer than the oldest of the newest ones and not among them is new, and so is
    /// one that is not among them where no others are stored: nothing of it needs to be read.
    /// </summary>
    public bool MayKnow(ChargeFact charge) =>
        AwaitedCharges > 0
        || NewestCharges.Any(row => row.Id == charge.Id)
        || (PagedCharges + UnpagedCharges.Length > NewestCharges.Length && (NewestCharges.IsEmpty || charge.Created <= NewestCharges[^1].Created));

    /// <summary>A customer of whom nothing is known.</summary>
    public static CustomerState Of(CustomerId id) => new() { CustomerId = id.Value };
}
