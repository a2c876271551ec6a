using System.Collections.Immutable;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Actors;

/// <summary>How a customer, or a guest, is forgotten (rule B10).</summary>
internal sealed partial class CustomerActor
{
    /// <summary>How long a customer whom something outside keeps from being forgotten waits for the next try.</summary>
    private static readonly TimeSpan ForgetAgain = TimeSpan.FromMinutes(15);

    private const int GuestsAtATime = 8;

    /// <inheritdoc />
    public Task<ForgetAnswer> ForgetAsync() => TurnAsync(
        async () =>
        {
            var record = await store.ReadRecordAsync(Id);
            if (record is { ForwardTo: { } owner })
            {
                if (record.IsHandingOver) await HandOverAsync(store.Whole(record), owner);
                return new ForgetAnswer(null, null, owner);
            }

            var answer = record is null ? await ForgetUnknownAsync() : await ForgetKnownAsync(record);
            return answer.Failure is { } why ? answer with { Failure = $"{why} What is known of the customer is still known; ask again." } : answer;
        },
        failure => new ForgetAnswer(null, failure));

    /// <inheritdoc />
    public Task<ForgetAnswer> ForgetFormerGuestAsync(string customerId) => TurnAsync(
        async () => await store.ReadRecordAsync(Id) switch
        {
            { IsForgotten: true, ForgottenAt: { } at } => new ForgetAnswer(new ForgottenCustomer(Id.GetId(), at, MemberDeleted: false, 0, 0, 0, null), null),
            { } guest when guest.ForwardTo == customerId => HasMore(guest) ? await ForgetKnownAsync(guest) : await ForgetForwardedAsync(guest),
            var other => new ForgetAnswer(null, null, other?.ForwardTo),
        },
        failure => new ForgetAnswer(null, failure));

    /// <summary>Whether a guest who handed over knows more than whose the payment is: what it handed over is forgotten with the customer.</summary>
    private static bool HasMore(CustomerState guest) => guest is { IsHandingOver: true } or { Pass: not { MemberId: null, Told: null } } or { Unpublished: not null };

    private async Task<ForgetAnswer> ForgetForwardedAsync(CustomerState guest)
    {
        var forgotten = await EntombAsync(0, guest.Version);
        if (guest.WakeAt is not null) await SleepAsync();
        return new ForgetAnswer(forgotten, null);
    }

    /// <summary>Where there is nothing else to remove.</summary>
    private async Task<ForgottenCustomer> EntombAsync(int letters, long version)
    {
        var now = time.GetUtcNow();
        await store.SaveAsync(Id, store.Whole(CustomerState.Of(CustomerId.Parse(Id.GetId())) with { ForgottenAt = now, Version = version }));
        LogForgotten(Logger, Id.GetId());
        return new ForgottenCustomer(Id.GetId(), now, MemberDeleted: false, 0, 0, letters, null);
    }

    private async Task<ForgetAnswer> ForgetKnownAsync(CustomerState record)
    {
        using var budget = Budget();
        var (forgotten, left, why) = await TryForgetAsync(store.Whole(record), budget.Token);

        // Something of it may have been saved since: read anew.
        if (left is not null && left.State.Forgetting != record.Forgetting && await store.ReadRecordAsync(Id) is { } saved)
            await store.SaveAsync(Id, store.Whole(saved with { Forgetting = left.State.Forgetting }));
        return new ForgetAnswer(forgotten, why);
    }

    /// <summary>Of whom nothing was ever applied there may be letters all the same.</summary>
    private async Task<ForgetAnswer> ForgetUnknownAsync()
    {
        using var budget = Budget();
        try
        {
            var begun = await DiscardLettersAsync([Id.GetId()], BegunForgetting.Nothing, _ => { }, budget.Token);
            return new ForgetAnswer(begun.DeadLetters == 0 ? null : await EntombAsync(begun.DeadLetters, version: 0), null);
        }
        catch (Exception outside) when (IsOutside(outside))
        {
            LogNotForgotten(Logger, Id.GetId(), outside.GetType().Name);
            return new ForgetAnswer(null, Why(outside));
        }
    }

    /// <summary>Whether the merchant wants all of this customer forgotten, because Stripe deleted the customer.</summary>
    private bool Forgets(CustomerState state) => membership.OnCustomerDeleted == DeletedPolicy.Forget && state.Customer is { Deleted: true };

    /// <summary>What was forgotten; else who is left, with what was reached, and why.</summary>
    private async Task<(ForgottenCustomer? Forgotten, Customer? Left, string? Why)> TryForgetAsync(Customer customer, CancellationToken budget)
    {
        var begun = customer.State.Forgetting;
        try
        {
            return (await ForgetAsync(customer, reached => begun = reached, budget), null, null);
        }
        catch (Exception outside) when (IsOutside(outside))
        {
            LogNotForgotten(Logger, Id.GetId(), outside.GetType().Name);
            return (null, begun == customer.State.Forgetting ? customer : customer with { State = customer.State with { Forgetting = begun } }, Why(outside));
        }
    }

    /// <summary>
    /// First what is outside, the state last: the state names what is outside, so that whatever ends this half way, asking again ends it. The reminder
    /// goes after the state: until then it is what asks again.
    /// </summary>
    private async Task<ForgottenCustomer> ForgetAsync(Customer customer, Action<BegunForgetting> reached, CancellationToken budget)
    {
        var (facts, keys) = await store.AllOfAsync(Id, customer);
        string[] payments =
        [
            .. facts.OfType<ChargeFact>().SelectMany(charge => new[] { charge.Payment, charge.Id }),
            .. facts.OfType<RefundFact>().Select(refund => refund.ChargeId),
            .. facts.OfType<DisputeFact>().Select(dispute => dispute.ChargeId),
            .. facts.OfType<PurchaseFact>().SelectMany(purchase => new[] { purchase.Payment ?? purchase.Id, purchase.Id }),
            .. facts.OfType<CheckoutSessionFact>().Select(checkout => checkout.Id),
        ];
        payments = [.. payments.Distinct(StringComparer.Ordinal)];

        var state = customer.State;
        var begun = state.Forgetting ?? BegunForgetting.Nothing;
        var guests = await ForgetGuestsAsync(state, facts, budget);
        if (await sync.DeleteAsync(state.CustomerId, state.Pass, guests, budget)) reached(begun = begun with { MemberDeleted = true });
        begun = await DiscardLettersAsync([state.CustomerId, .. payments], begun, reached, budget);
        await payers.ForgetAsync(payments);
        await payers.ForgetLinksAsync(state.Pass, state.CustomerId);
        await sessions.ForgetAsync([.. state.CheckoutSessions.Concat(facts.OfType<PurchaseFact>().Select(purchase => purchase.Id)).Distinct()], budget);
        var attempt = new Attempt(store, Id, customer, StillAloneAsync) { Waited = true };
        var left = await writingBack.ClearAsync(attempt, state, budget);

        await attempt.StillAloneAsync();
        var now = time.GetUtcNow();
        var tombstone = CustomerState.Of(CustomerId.Parse(state.CustomerId)) with { ForgottenAt = now, Version = attempt.Version + 1 };
        tombstone = await AnnounceForgottenAsync(tombstone, state, budget);
        await store.SaveWithoutAsync(Id, store.Whole(tombstone), keys);
        LogForgotten(Logger, Id.GetId());
        if (state.WakeAt is not null && tombstone.WakeAt is null) await SleepAsync();
        return new ForgottenCustomer(state.CustomerId, now, begun.MemberDeleted, facts.OfType<ChargeFact>().Count(), state.Subscriptions.Length, begun.DeadLetters, left);
    }

    /// <summary>Forgets the guests who became this customer, each in a turn of its own; those under whose names PassKit may have members all the same: a pass that the customer took keeps its guest's.</summary>
    private async Task<IReadOnlyCollection<string>> ForgetGuestsAsync(CustomerState state, IReadOnlyList<Fact> facts, CancellationToken budget)
    {
        string[] sharing = GuestId.IsByEmail(state.CustomerId)
            ? [.. facts.OfType<ChargeFact>().Select(charge => charge.Payment).Concat(facts.OfType<PurchaseFact>().Select(purchase => purchase.Payment ?? GuestId.OfSession(purchase.Id))).Where(GuestId.Is)]
            : [];
        List<string> names = [];
        foreach (var some in state.FormerGuests.Union(sharing, StringComparer.Ordinal).Chunk(GuestsAtATime))
        {
            var answers = await Task.WhenAll(some.Select(guest => customers.ForgetFormerGuestAsync(CustomerId.Parse(guest), CustomerId.Parse(state.CustomerId), budget)));
            names.AddRange(some.Where((guest, at) => answers[at].ForwardTo is null && state.FormerGuests.Contains(guest)));
        }

        return names;
    }

    /// <summary>However many letters there are: what was looked at is not looked at again when this is repeated.</summary>
    private async Task<BegunForgetting> DiscardLettersAsync(ImmutableArray<string> names, BegunForgetting begun, Action<BegunForgetting> reached, CancellationToken budget)
    {
        DeadLetterCountAnswer some;
        do
        {
            some = await deadLetters.DiscardOfAsync(names, begun.Letter, budget);
            reached(begun = begun with { DeadLetters = begun.DeadLetters + some.Count, Letter = some.Next });
        }
        while (!some.IsLast);
        return begun;
    }

    /// <summary>Whoever was told of a pass is told that it is gone, and nothing else of it. What could not be told before is not told any more.</summary>
    private async Task<CustomerState> AnnounceForgottenAsync(CustomerState tombstone, CustomerState forgotten, CancellationToken budget)
    {
        var unknown = forgotten.Pass.Announced is not { Valid: true } && forgotten.Unpublished is null;
        if (unknown) return tombstone;

        var now = time.GetUtcNow();
        var gone = new PassChange(tombstone.Version, PassChangeKind.Revoked, now, null, EntitlementStatus.Ended, now, MemberId: null, Installed: null);
        var left = await announcing.PublishAsync(tombstone.CustomerId, null, [gone], budget);
        return tombstone with { Unpublished = left, WakeAt = left is null ? null : await WakeAsync(forgotten.WakeAt, left.NextAttempt) };
    }

    private async Task SleepAsync()
    {
        try
        {
            await UnregisterReminderAsync(Wake);
        }
        catch (Exception unreachable) when (unreachable is Dapr.DaprException or HttpRequestException or OperationCanceledException)
        {
            // It fires once more, finds nobody, and takes itself away.
            LogReminderStays(Logger, unreachable, Id.GetId());
        }
    }

    private static bool IsOutside(Exception failure) => failure is PassKitException or DeadLettersUnavailableException or PlainStateUnavailableException or StripeUnavailableException or ActorUnavailableException;

    private static string Why(Exception outside) => outside switch
    {
        PassKitException passKit => $"The member could not be deleted in PassKit: {passKit.Summary.TrimEnd('.')}.",
        StripeUnavailableException stripe => $"The metadata in Stripe could not be cleared: {stripe.Message}.",
        _ => outside.Message,
    };

    [LoggerMessage(2206, LogLevel.Information, "All that was known of {CustomerId} is forgotten.")]
    private static partial void LogForgotten(ILogger logger, string customerId);

    [LoggerMessage(2207, LogLevel.Warning, "{CustomerId} is to be forgotten and is not yet: {Why}.")]
    private static partial void LogNotForgotten(ILogger logger, string customerId, string why);

    [LoggerMessage(2208, LogLevel.Information, "The reminder of {CustomerId}, who is forgotten, fires once more.")]
    private static partial void LogReminderStays(ILogger logger, Exception failure, string customerId);
}
