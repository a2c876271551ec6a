using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Actors;

/// <summary>How a customer, or a guest, is forgotten (rule B10).</summary>
internal sealed partial class CustomerActor
{
    /// <summary>How long a customer whom something outside keeps from being forgotten waits for the next try.</summary>
    private static readonly TimeSpan ForgetAgain = TimeSpan.FromMinutes(15);

    /// <inheritdoc />
    public Task<ForgetAnswer> ForgetAsync() => TurnAsync(
        async () =>
        {
            if (await store.ReadRecordAsync(Id) is not { } record) return new ForgetAnswer(null, null);
            if (record.ForwardTo is { } owner)
            {
                if (record.IsHandingOver) await HandOverAsync(store.Whole(record), owner);
                return new ForgetAnswer(null, null, owner);
            }

            using var budget = Budget();
            try
            {
                return new ForgetAnswer(await ForgetAsync(store.Whole(record), budget.Token), null);
            }
            catch (Exception outside) when (IsOutside(outside))
            {
                LogNotForgotten(Logger, Id.GetId(), outside.GetType().Name);
                return new ForgetAnswer(null, $"{Why(outside)} What is known of the customer is still known; ask again.");
            }
        },
        failure => new ForgetAnswer(null, failure));

    /// <summary>Whether the merchant wants all of this customer forgotten, because Stripe deleted the customer.</summary>
    private bool Forgets(CustomerState state) => membership.OnCustomerDeleted == DeletedPolicy.Forget && state.Customer is { Deleted: true };

    private async Task<bool> TryForgetAsync(Customer customer, CancellationToken budget)
    {
        try
        {
            await ForgetAsync(customer, budget);
            return true;
        }
        catch (Exception outside) when (IsOutside(outside))
        {
            LogNotForgotten(Logger, Id.GetId(), outside.GetType().Name);
            return false;
        }
    }

    /// <summary>
    /// First what is outside, the state last: the state names what is outside, so that whatever ends this half way, asking again ends it. The reminder
    /// goes after the state: until then it is what asks again.
    /// </summary>
    private async Task<ForgottenCustomer> ForgetAsync(Customer customer, CancellationToken budget)
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
        var deleted = await sync.DeleteAsync(state.CustomerId, state.Pass, state.FormerGuests, budget);
        var letters = await deadLetters.DiscardOfAsync([state.CustomerId, .. payments], budget);
        await payers.ForgetAsync([.. payments, .. Payers.KeysOfLinks(state.Pass)]);
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
        return new ForgottenCustomer(state.CustomerId, now, deleted, facts.OfType<ChargeFact>().Count(), state.Subscriptions.Length, letters, left);
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

    private static bool IsOutside(Exception failure) => failure is PassKitException or DeadLettersUnavailableException or PlainStateUnavailableException or StripeUnavailableException;

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
