using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Actors;

/// <summary>What a guest's actor does beside a customer's (rule B11): it is one payment of which no customer is known, until it becomes somebody's.</summary>
internal sealed partial class CustomerActor
{
    /// <summary>
    /// When to look for the customer of a payment of which only a refund or a dispute came: its charge may be on its way, and tell. A guest whose
    /// charge is known is a guest.
    /// </summary>
    private static readonly TimeSpan[] Looks =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(4)];

    /// <inheritdoc />
    public Task<TurnAnswer> HandOverAsync(string customerId) => TurnAsync(
        async () =>
        {
            var record = await store.ReadRecordAsync(Id) ?? CustomerState.Of(CustomerId.Parse(Id.GetId()));
            var guest = store.Whole(record);
            if (record is { IsHandingOver: true, ForwardTo: { } begun })
            {
                await HandOverAsync(guest, begun);
                record = (await store.ReadRecordAsync(Id))!;
                guest = store.Whole(record);
            }

            if (record.ForwardTo is { } shared && shared != customerId && GuestId.IsByEmail(shared)) await PartAsync(shared, customerId);
            else if (record.ForwardTo != customerId) await HandOverAsync(guest, customerId);
            else await SaveAsync(guest, await SettleAsync(guest, [], TurnCause.Events)); // its pass may have yet to lapse
            return new TurnAnswer([], null);
        },
        failure => new TurnAnswer([], failure));

    /// <inheritdoc />
    public Task<TurnAnswer> HandOverPaymentAsync(PaymentHandover handover) => TurnAsync(
        async () =>
        {
            if (await store.ReadRecordAsync(Id) is not { } record) return new TurnAnswer([], null);

            using var budget = Budget();
            var before = store.Whole(record);
            var all = (await store.AllOfAsync(Id, before)).Facts;
            var facts = FactsOf(handover.Payment, all);
            var left = before;
            if (facts.Length > 0)
            {
                await customers.TakeOverAsync(CustomerId.Parse(handover.CustomerId), new Handover(handover.Payment, facts, new PassRecord()));
                var loaded = await store.WithLedgersAsync(Id, before, facts);
                left = loaded.WithoutPayment(handover.Payment, all.OfType<ChargeFact>());

                // The pass may have to change by it, whatever ends this turn.
                left = left with { State = left.State with { WakeAt = await WakeAsync(left.State.WakeAt, time.GetUtcNow() + WakeAgain) } };
                left = await store.SaveWithoutAsync(Id, left, CustomerStore.KeysOf(loaded, left));
                LogHandedOver(Logger, handover.Payment, handover.CustomerId);
            }

            await SaveAsync(left, await SettleAsync(left, [], TurnCause.Events, budget));
            return new TurnAnswer([], null);
        },
        failure => new TurnAnswer([], failure));

    /// <inheritdoc />
    public Task<HandoverAnswer> TakeOverAsync(Handover handover) => TurnAsync(
        async () =>
        {
            var before = await store.LoadAsync(Id, handover.Facts);
            var (after, _, doubts) = With(before, [new CustomerEvent(EventId(handover), "guest.handover", handover.Facts)]);
            if (before.State.IsForgotten && ReferenceEquals(before, after)) return await ForgottenTooAsync(handover);

            // All that share a pass by e-mail were guests: the payments say which.
            var isNamed = GuestId.IsByEmail(Id.GetId()) && handover.Pass is { MemberId: null, Told: null };
            if (!isNamed && !after.State.FormerGuests.Contains(handover.Guest))
            {
                after = after with { State = after.State with { FormerGuests = after.State.FormerGuests.Add(handover.Guest) } };
            }

            if (handover.Pass.MemberId is not null && after.State.Pass is { MemberId: null, Told: null })
            {
                after = after with { State = after.State with { Pass = Untried(handover.Pass) with { Generation = 0 } } };
            }

            after = await SettleAsync(after, doubts, TurnCause.Events);
            await SaveAsync(before, after);
            return new HandoverAnswer(handover.Pass.MemberId is { } member && after.State.Pass.MemberId == member, null);
        },
        failure => new HandoverAnswer(false, failure));

    /// <summary>
    /// The guest saves first whose it is, so that it touches a pass no more that may be the other's; then the other one saves; then the guest forgets.
    /// Whatever breaks that off, the event that caused it comes again, or the reminder does, and repeats it. Passes are one to a customer: the one
    /// that is not taken lapses.
    /// </summary>
    private async Task HandOverAsync(Customer guest, string to)
    {
        using var budget = Budget();
        if (guest.State.ForwardTo != to) guest = await BeginAsync(guest, to);
        var (facts, keys) = await store.AllOfAsync(Id, guest);
        var taken = await customers.TakeOverAsync(CustomerId.Parse(to), new Handover(Id.GetId(), [.. facts], guest.State.Pass));
        var left = store.Whole(CustomerState.Of(CustomerId.Parse(Id.GetId())) with
        {
            ForwardTo = taken.Forgotten ? null : to,
            Pass = (taken.PassTaken ? new PassRecord() : WithoutPerson(guest.State.Pass)) with { Unreported = guest.State.Pass is { State: PassState.Failed } or { Unreported: true } },
            Version = guest.State.Version,
            Unpublished = guest.State.Unpublished,
            ForgottenAt = taken.Forgotten ? time.GetUtcNow() : guest.State.ForgottenAt,
            RecentEvents = taken.Forgotten ? [] : guest.State.RecentEvents,
            WakeAt = guest.State.WakeAt,
        });

        // From here on events are forwarded, and nothing but the reminder comes back to a pass that is yet to lapse.
        if (left.State.Pass.Told is not null && !(left.State.WakeAt <= time.GetUtcNow()))
        {
            left = left with { State = left.State with { WakeAt = time.GetUtcNow() } };
            await WakeAtAsync(time.GetUtcNow());
        }

        await StillAloneAsync(guest.State, told: false);
        left = await store.SaveWithoutAsync(Id, left, keys);
        LogHandedOver(Logger, Id.GetId(), to);
        await SaveAsync(left, await SettleAsync(left, [], TurnCause.Events, budget));
    }

    private async Task<Customer> BeginAsync(Customer guest, string to)
    {
        var begun = guest.State with { ForwardTo = to };
        if (!begun.IsHandingOver) return guest; // it knows nothing that could be lost

        guest = guest with { State = begun with { WakeAt = await WakeAsync(begun.WakeAt, time.GetUtcNow() + WakeAgain) } };
        return await store.SaveAsync(Id, guest);
    }

    /// <summary>A payment that shares a pass by e-mail has become a customer's: it alone goes there, and the pass stays with the others.</summary>
    private async Task PartAsync(string shared, string customerId)
    {
        await customers.HandOverPaymentAsync(CustomerId.Parse(shared), new PaymentHandover(Id.GetId(), customerId));
        var left = store.Whole((await store.ReadRecordAsync(Id))!);
        await store.SaveAsync(Id, left with { State = left.State with { ForwardTo = customerId } });
    }

    /// <summary>What of these facts is of one payment.</summary>
    private static ImmutableArray<Fact> FactsOf(string payment, IReadOnlyList<Fact> facts)
    {
        var charges = facts.OfType<ChargeFact>().Where(charge => charge.Payment == payment).Select(charge => charge.Id).ToHashSet(StringComparer.Ordinal);
        var purchases = facts.OfType<PurchaseFact>().Where(purchase => purchase.Payment == payment).Select(purchase => purchase.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. facts.Where(fact => fact switch
            {
                RefundFact refund => charges.Contains(refund.ChargeId),
                DisputeFact dispute => charges.Contains(dispute.ChargeId),
                _ => charges.Contains(fact.Id) || purchases.Contains(fact.Id),
            }),
        ];
    }

    /// <summary>The same for the same facts: a guest whose own save failed may have more to tell when it hands over again.</summary>
    private static string EventId(Handover handover)
    {
        var told = string.Join(' ', handover.Facts.Select(fact => $"{fact.Id} {fact.AsOf.At.ToUnixTimeSeconds()} {fact.AsOf.EventId}").Order(StringComparer.Ordinal));
        return $"handover-{handover.Guest}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)))[..16]}";
    }

    /// <summary>Who was forgotten as a customer is not remembered as a guest.</summary>
    private async Task<HandoverAnswer> ForgottenTooAsync(Handover handover)
    {
        using var budget = Budget();
        try
        {
            await sync.DeleteAsync(handover.Guest, handover.Pass, [], budget.Token);
            return new HandoverAnswer(PassTaken: true, null, Forgotten: true);
        }
        catch (PassKitException outside)
        {
            LogNotForgotten(Logger, handover.Guest, outside.GetType().Name);
            return new HandoverAnswer(PassTaken: false, Why(outside));
        }
    }

    /// <summary>As nobody had tried to sync it: what PassKit refused of the guest it may take of the customer, and is told of the customer if it does not.</summary>
    private static PassRecord Untried(PassRecord pass) => pass with
    {
        State = PassState.Pending,
        Refused = null,
        RefusedLink = null,
        Attempts = 0,
        NextAttempt = null,
        LastError = null,
        Unreported = false,
    };

    /// <summary>The person is the customer's now: whoever forgets the customer does not ask here.</summary>
    private static PassRecord WithoutPerson(PassRecord pass) => pass with
    {
        Told = pass.Told is { } told ? told with { Person = Person.Unknown } : null,
        Refused = pass.Refused is { } refused ? refused with { Person = Person.Unknown } : null,
        Announced = pass.Announced is { } announced ? announced with { Content = null } : null,
        LastError = null,
    };

    /// <summary>With <c>Guests: ByEmail</c> a paid session's purchases belong to whoever has that address.</summary>
    private string? SharedByEmail(CustomerState guest) =>
        membership.Guests == GuestPolicy.ByEmail && guest is { IsGuest: true, Checkout: { Paid: true, Email: { } email } } && !GuestId.IsByEmail(guest.CustomerId)
            ? GuestId.OfEmail(email)
            : null;

    /// <summary>The customer whose payment it turned out to be; null: none yet.</summary>
    private async Task<string?> LookAsync(CustomerState guest)
    {
        var found = await payers.FindAsync(guest.CustomerId, guest.UnpagedCharges.FirstOrDefault());
        return found is { } customer && customer.Value != guest.CustomerId ? customer.Value : null;
    }

    private static CustomerState WithNextLook(CustomerState state, DateTimeOffset now)
    {
        // What a shared guest holds came with its sessions, which would name a customer.
        if (!state.IsGuest || GuestId.IsByEmail(state.CustomerId) || state.AwaitedCharges == 0 || state.Looks == Looks.Length) return state.LookAt is null ? state : state with { LookAt = null };
        return state.LookAt > now ? state : state with { LookAt = now + Looks[state.Looks], Looks = state.Looks + 1 };
    }

    [LoggerMessage(2205, LogLevel.Information, "The guest {Guest} handed its payment over to {CustomerId}.")]
    private static partial void LogHandedOver(ILogger logger, string guest, string customerId);
}
