using System.Security.Cryptography;
using System.Text;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

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
            if (record.ForwardTo != customerId) await HandOverAsync(guest, customerId);
            else await SaveAsync(guest, await SettleAsync(guest, [], TurnCause.Events)); // its pass may have yet to lapse
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

            if (handover.Pass is not { MemberId: null, Told: null } && !after.State.FormerGuests.Contains(handover.Guest))
            {
                after = after with { State = after.State with { FormerGuests = after.State.FormerGuests.Add(handover.Guest) } };
            }

            if (handover.Pass.MemberId is not null && after.State.Pass is { MemberId: null, Told: null })
            {
                after = after with { State = after.State with { Pass = handover.Pass with { Generation = 0 } } };
            }

            after = await SettleAsync(after, doubts, TurnCause.Events);
            await SaveAsync(before, after);
            return new HandoverAnswer(handover.Pass.MemberId is { } member && after.State.Pass.MemberId == member, null);
        },
        failure => new HandoverAnswer(false, failure));

    /// <summary>
    /// The other one saves first: whatever happens after that, the event that caused this comes again and repeats it. Passes are one to a
    /// customer: the one that is not taken lapses.
    /// </summary>
    private async Task HandOverAsync(Customer guest, string to)
    {
        var (facts, keys) = await store.AllOfAsync(Id, guest);
        var taken = await customers.TakeOverAsync(CustomerId.Parse(to), new Handover(Id.GetId(), [.. facts], guest.State.Pass));
        var left = store.Whole(CustomerState.Of(CustomerId.Parse(Id.GetId())) with
        {
            ForwardTo = to,
            Pass = taken ? new PassRecord() : WithoutPerson(guest.State.Pass),
            Version = guest.State.Version,
            Unpublished = guest.State.Unpublished,
            ForgottenAt = guest.State.ForgottenAt,
            RecentEvents = guest.State.RecentEvents,
            WakeAt = guest.State.WakeAt,
        });

        // From here on events are forwarded, and nothing but the reminder comes back to a pass that is yet to lapse.
        if (left.State.Pass.Told is not null && !(left.State.WakeAt <= time.GetUtcNow()))
        {
            left = left with { State = left.State with { WakeAt = time.GetUtcNow() } };
            await WakeAtAsync(time.GetUtcNow());
        }

        await store.SaveWithoutAsync(Id, left, keys);
        LogHandedOver(Logger, Id.GetId(), to);
        await SaveAsync(left, await SettleAsync(left, [], TurnCause.Events));
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
        await sync.DeleteAsync(handover.Guest, handover.Pass, [], budget.Token);
        return new HandoverAnswer(PassTaken: true, null);
    }

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
        membership.Guests == GuestPolicy.ByEmail && guest is { IsGuest: true, Checkout: { Paid: true, Email: { } email } } && !guest.CustomerId.StartsWith(GuestId.ByEmail, StringComparison.Ordinal)
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
        if (!state.IsGuest || state.CustomerId.StartsWith(GuestId.ByEmail, StringComparison.Ordinal) || state.AwaitedCharges == 0 || state.Looks == Looks.Length) return state.LookAt is null ? state : state with { LookAt = null };
        return state.LookAt > now ? state : state with { LookAt = now + Looks[state.Looks], Looks = state.Looks + 1 };
    }

    [LoggerMessage(2205, LogLevel.Information, "The guest {Guest} handed its payment over to {CustomerId}.")]
    private static partial void LogHandedOver(ILogger logger, string guest, string customerId);
}
