using System.Collections.Immutable;
using Dapr.Actors.Runtime;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Stripe;

namespace StripePassKitActors.Customers.Actors;

/// <summary>
/// One Stripe customer. A turn: read the state → apply the facts → entitlement → pass content → if it differs from what PassKit was told,
/// sync → save. What changes something outside is saved before that, too (ADR 13); all of a turn can be repeated.
/// </summary>
[Actor(TypeName = TypeName)]
internal sealed partial class CustomerActor(
    ActorHost host,
    CustomerStore store,
    MembershipSettings membership,
    PassSettings passSettings,
    PassSync sync,
    Announcing announcing,
    PassMail mail,
    PassLink link,
    Rereading rereading,
    WritingBack writingBack,
    Payers payers,
    ICheckoutSessions sessions,
    CustomerActors customers,
    DeadLetterBox deadLetters,
    CustomersMetrics metrics,
    TimeProvider time) : Actor(host), ICustomerActor, IRemindable
{
    /// <summary>Part of every state key: never renamed.</summary>
    public const string TypeName = "CustomerActor";

    /// <summary>For all outward calls of a turn together, retries included; a turn must end within the drain time of a failover.</summary>
    private static readonly TimeSpan OutwardBudget = TimeSpan.FromSeconds(4);

    /// <inheritdoc />
    public Task<TurnAnswer> ApplyAsync(ImmutableArray<CustomerEvent> events) => TurnAsync(
        async () =>
        {
            var before = await store.LoadAsync(Id, [.. events.SelectMany(taken => taken.Facts)]);
            if (before.State.ForwardTo is { } owner)
            {
                if (before.State.IsHandingOver) await HandOverAsync(before, owner);
                return new TurnAnswer([], null, owner);
            }

            var (after, answers, doubts) = With(before, events);
            if (SharedByEmail(after.State) is { } shared)
            {
                await HandOverAsync(after, shared);
                return new TurnAnswer(answers, null);
            }

            using var budget = Budget();
            var forgets = Forgets(after.State);
            var left = forgets ? (await TryForgetAsync(after, budget.Token)).Left : after;
            if (left is null)
            {
                // Nobody is left to whom it could be applied, and who was to be forgotten is not kept among the dead letters.
                answers = [.. answers.Select(answer => answer.Rejection is null ? answer : new EventAnswer(answer.EventId, Outcome.Ignored, null))];
            }
            else
            {
                after = await SettleAsync(left, doubts, TurnCause.Events, forgets ? budget : null);
                await SaveAsync(before, after);
                TellUnmapped(before.State, after.State);
                if (!ReferenceEquals(before, after)) LogTaken(Logger, Id.GetId(), events.Length, after.State.Pass.State);
            }

            metrics.Tied(after.Ties);
            foreach (var (answer, taken) in answers.Zip(events))
            {
                if (answer.Outcome is { } outcome) metrics.EventTaken(taken.Type, outcome);
            }

            return new TurnAnswer(answers, null);
        },
        failure => new TurnAnswer([], failure));

    /// <inheritdoc />
    public Task<InspectionAnswer> InspectAsync() => TurnAsync(
        async () => await store.ReadRecordAsync(Id) is { IsForgotten: false } state ? await InspectAsync(state) : new InspectionAnswer(null, null),
        failure => new InspectionAnswer(null, failure));

    /// <inheritdoc />
    public Task<InspectionAnswer> SyncAsync() => TurnAsync(
        async () =>
        {
            if (await store.ReadRecordAsync(Id) is not { IsForgotten: false } state) return new InspectionAnswer(null, null);
            if (state is { IsHandingOver: true, ForwardTo: { } owner })
            {
                await HandOverAsync(store.Whole(state), owner);
                return await InspectAsync((await store.ReadRecordAsync(Id))!);
            }

            var before = store.Whole(state);
            var after = await SettleAsync(before, [], TurnCause.Operator);
            await SaveAsync(before, after);
            return await InspectAsync(after.State);
        },
        failure => new InspectionAnswer(null, failure));

    /// <inheritdoc />
    public Task<HintAnswer> RefreshAsync(string memberId) => TurnAsync(
        async () =>
        {
            if (await store.ReadRecordAsync(Id) is not { } record) return new HintAnswer(Known: false, null);
            if (record is { IsHandingOver: true, ForwardTo: { } owner })
            {
                // What the guest knows of the pass is not what the customer wrote since.
                await HandOverAsync(store.Whole(record), owner);
                return new HintAnswer(Known: false, null, owner);
            }

            if (record.Pass.MemberId != memberId) return new HintAnswer(Known: false, null, record.ForwardTo);

            var before = store.Whole(record);
            await SaveAsync(before, await SettleAsync(before, [], TurnCause.Hint));
            return new HintAnswer(Known: true, null);
        },
        failure => new HintAnswer(Known: false, failure));

    private (Customer Customer, ImmutableArray<EventAnswer> Answers, IReadOnlyList<StripeReference> Doubts) With(Customer customer, ImmutableArray<CustomerEvent> events)
    {
        List<StripeReference> doubts = [];
        var answers = ImmutableArray.CreateBuilder<EventAnswer>(events.Length);
        foreach (var taken in events)
        {
            try
            {
                var now = time.GetUtcNow();
                var (after, outcome) = customer.Apply(taken, now);
                if (outcome is Outcome.Applied or Outcome.Stale) doubts.AddRange(rereading.Doubts(customer, after, taken, now));
                customer = after;
                answers.Add(new EventAnswer(taken.Id, outcome, null));
            }
            catch (Exception invalid) when (invalid is Core.InvalidFactException or OverflowException)
            {
                // The customer is as it was before this event: one bad fact never parks its neighbours.
                answers.Add(new EventAnswer(taken.Id, null, invalid.Message));
            }
        }

        // Only now: any of these events may have brought it.
        if (answers.Any(answer => answer.Outcome is Outcome.Applied or Outcome.Stale) && rereading.Unseen(customer.State) is { } unseen) doubts.Add(unseen);
        return (customer, answers.MoveToImmutable(), doubts);
    }

    /// <summary>A price that maps to no tier is told when its subscription changes, and not with every turn (rule B2).</summary>
    private void TellUnmapped(CustomerState before, CustomerState after)
    {
        foreach (var subscription in after.Subscriptions.Except(before.Subscriptions).Where(changed => PlanTiers.IsUnmapped(changed, membership)))
        {
            metrics.SubscriptionUnmapped();
            LogUnmapped(Logger, Id.GetId(), subscription.Id, string.Join(", ", subscription.Items.Select(item => item.PriceId)));
        }
    }

    private CancellationTokenSource Budget() => new(OutwardBudget, time);

    private async Task SaveAsync(Customer before, Customer after)
    {
        if (ReferenceEquals(before, after)) return;

        await store.SaveAsync(Id, after);
        foreach (var dispute in after.UnknownDisputes)
        {
            metrics.DisputeUnknown();
            LogUnknownDispute(Logger, Id.GetId(), dispute.Id, dispute.Status);
        }
    }

    private async Task<InspectionAnswer> InspectAsync(CustomerState state)
    {
        var ledgers = await Task.WhenAll(state.NewestCharges.Select(charge => store.ReadLedgerAsync(Id, charge.Id)));
        return new InspectionAnswer(CustomerInspection.Of(state, [.. ledgers.OfType<Core.Money.ChargeLedger>()], membership, link.Of, time.GetUtcNow()), null);
    }

    private async Task<T> TurnAsync<T>(Func<Task<T>> body, Func<string, T> failed)
    {
        using var scope = Logger.BeginScope(new Dictionary<string, object> { ["stripe.customer.id"] = Id.GetId() });
        var started = time.GetTimestamp();
        try
        {
            return await body();
        }
        catch (Exception failure)
        {
            // Nothing throws through the SDK. What was saved by then is true and may be said again; whoever called tries again, and a reminder
            // comes again by itself.
            metrics.TurnFailed();
            LogTurnFailed(Logger, failure, Id.GetId());
            return failed($"The turn failed ({failure.GetType().Name}).");
        }
        finally
        {
            metrics.TurnEnded(time.GetElapsedTime(started));
        }
    }

    [LoggerMessage(2202, LogLevel.Information, "{CustomerId} took {Count} events; its pass is {PassState}.")]
    private static partial void LogTaken(ILogger logger, string customerId, int count, PassState passState);

    [LoggerMessage(2204, LogLevel.Warning, "{CustomerId} pays for {SubscriptionId}, and none of its prices ({Prices}) maps to a tier.")]
    private static partial void LogUnmapped(ILogger logger, string customerId, string subscriptionId, string prices);

    [LoggerMessage(2209, LogLevel.Warning, "{CustomerId} has the dispute {DisputeId} in the status {Status}, which this version does not know: it takes nothing away.")]
    private static partial void LogUnknownDispute(ILogger logger, string customerId, string disputeId, string status);

    [LoggerMessage(2201, LogLevel.Error, "A turn of {CustomerId} failed before its end; it comes again.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure, string customerId);
}
