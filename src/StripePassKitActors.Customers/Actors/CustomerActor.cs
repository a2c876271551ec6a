using System.Collections.Immutable;
using Dapr.Actors.Runtime;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
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
    PassLink link,
    Rereading rereading,
    WritingBack writingBack,
    Payers payers,
    CustomerActors customers,
    DeadLetterBox deadLetters,
    CustomersMetrics metrics,
    TimeProvider time) : Actor(host), ICustomerActor, IRemindable
{
    /// <summary>Part of every state key: never renamed.</summary>
    public const string TypeName = "CustomerActor";

    private const string Wake = "wake";

    /// <summary>For all outward calls of a turn together, retries included; a turn must end within the drain time of a failover.</summary>
    private static readonly TimeSpan OutwardBudget = TimeSpan.FromSeconds(4);

    /// <summary>A wake reminder repeats until it is replaced, so that a callback that fails cannot lose it.</summary>
    private static readonly TimeSpan WakePeriod = TimeSpan.FromHours(1);

    /// <summary>After a woken turn that saved nothing, or could not tell the dead letters.</summary>
    private static readonly TimeSpan WakeAgain = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public Task<TurnAnswer> ApplyAsync(ImmutableArray<CustomerEvent> events) => TurnAsync(
        async () =>
        {
            var before = await store.LoadAsync(Id, [.. events.SelectMany(taken => taken.Facts)]);
            if (before.State.ForwardTo is { } owner) return new TurnAnswer([], null, owner);

            var (after, answers, doubts) = With(before, events);
            if (SharedByEmail(after.State) is { } shared)
            {
                await HandOverAsync(after, shared);
                return new TurnAnswer(answers, null);
            }

            using var budget = Budget();
            var forgets = Forgets(after.State);
            if (!forgets || !await TryForgetAsync(after, budget.Token))
            {
                after = await SettleAsync(after, doubts, force: false, woken: false, forgets ? budget : null);
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

            var before = store.Whole(state);
            var after = await SettleAsync(before, [], force: true, woken: false);
            await SaveAsync(before, after);
            return await InspectAsync(after.State);
        },
        failure => new InspectionAnswer(null, failure));

    /// <inheritdoc />
    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        var answer = await TurnAsync(WokenAsync, failure => new TurnAnswer([], failure));
        if (answer.Failure is not null) await TurnAsync(AgainSoonAsync, failure => new TurnAnswer([], failure));
    }

    private async Task<TurnAnswer> WokenAsync()
    {
        if (await store.ReadRecordAsync(Id) is not { } record)
        {
            // The first turn registered it and could not save.
            await UnregisterReminderAsync(Wake);
            return new TurnAnswer([], null);
        }

        var before = store.Whole(record);
        if (record.LookAt <= time.GetUtcNow() && await LookAsync(record) is { } owner)
        {
            await HandOverAsync(before, owner);
            return new TurnAnswer([], null);
        }

        using var budget = Budget();
        var forgets = Forgets(record);
        if (forgets && await TryForgetAsync(before, budget.Token)) return new TurnAnswer([], null);

        var after = await SettleAsync(before, [], force: false, woken: true, forgets ? budget : null);
        await SaveAsync(before, after);
        await PostponeAsync(after.State.WakeAt);
        return new TurnAnswer([], null);
    }

    /// <summary>A woken turn that failed need not wait for the reminder's next round, unless the sidecar is away altogether.</summary>
    private async Task<TurnAnswer> AgainSoonAsync()
    {
        await WakeAtAsync(time.GetUtcNow() + WakeAgain);
        return new TurnAnswer([], null);
    }

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

    /// <summary>From facts to a pass that agrees with them, or to a plan when to try again.</summary>
    /// <param name="customer">The customer as facts have it.</param>
    /// <param name="doubts">What this turn's events leave open.</param>
    /// <param name="force">Whether an operator asked for it.</param>
    /// <param name="woken">Whether the reminder did.</param>
    /// <param name="begun">What is left of the turn's budget after the customer could not be forgotten; null: all of it.</param>
    private async Task<Customer> SettleAsync(
        Customer customer, IReadOnlyList<StripeReference> doubts, bool force, bool woken, CancellationTokenSource? begun = null)
    {
        using var whole = begun is null ? Budget() : null;
        var budget = begun ?? whole!;
        (customer, var kept) = await rereading.ConfirmAsync(Id, customer, doubts, whole: force, time, budget.Token);

        var (state, now) = (customer.State, time.GetUtcNow());
        var entitlement = EntitlementRules.Of(state, membership, now);
        if (kept is null) state = state with { TierReached = TierReached.Of(state, entitlement, membership, passSettings, now) };
        var wanted = new WantedPass(
            state.CustomerId,
            kept ?? PassContent.Of(state, entitlement, passSettings, now),
            kept is not null || entitlement.Honoured,
            MerchantsWord.Link(state.Metadata),
            state.LastPaidAt);

        var attempt = new Attempt(store, Id, customer);
        var pass = WithReport(state.Pass, await sync.RunAsync(wanted, state.Pass, force, begun => attempt.BeginAsync(state with { Pass = begun }), budget.Token));
        if (woken && state.Pass.Unreported) pass = await ReportedAsync(pass, budget.Token);

        state = state with { Pass = pass };
        state = state with { StripeMetadata = await writingBack.RunAsync(state, kept is null ? entitlement : null, force, BeginAsync, now, budget.Token) };

        var reportAt = pass.Unreported ? time.GetUtcNow() + (woken ? WakeAgain : TimeSpan.Zero) : (DateTimeOffset?)null;
        var after = attempt.Ended(WithNextLook(state, time.GetUtcNow()));
        var due = new[]
        {
            entitlement.ChangesAt,
            PassMessage.Of(state, entitlement, passSettings, now).ChangesAt,
            after.Reads is { } reads ? reads.NextAttempt : rereading.AskAt(after, entitlement.ExpiresAt),
            pass.State == PassState.Pending ? pass.NextAttempt : null,
            kept is null ? writingBack.NextAt(after) : null,
            reportAt,
            after.LookAt,
            Forgets(after) ? time.GetUtcNow() + (begun is null ? TimeSpan.Zero : ForgetAgain) : null,
        }.Min();
        after = after with { WakeAt = woken ? due : await WakeAsync(state.WakeAt, due) };
        return after == customer.State ? attempt.Customer : attempt.Customer with { State = after };

        async Task<long> BeginAsync(StripeMetadata begun)
        {
            if (!attempt.HasBegun) await attempt.BeginAsync(state with { StripeMetadata = begun });
            return attempt.Version;
        }
    }

    /// <summary>
    /// Failed syncs stand among the dead letters, so that whoever is on call sees both in one place. The turn that failed only saves that
    /// they are to be told; a woken one tells them.
    /// </summary>
    private static PassRecord WithReport(PassRecord before, PassRecord after)
    {
        var news = after.State == PassState.Failed ? before.State != PassState.Failed || before.LastError != after.LastError : before.State == PassState.Failed;
        return news ? after with { Unreported = true } : after;
    }

    private async Task<PassRecord> ReportedAsync(PassRecord pass, CancellationToken budget)
    {
        try
        {
            if (pass.State == PassState.Failed) await deadLetters.ParkAsync(DeadLetter.OfSync(Id.GetId(), pass.LastError ?? "", pass.Attempts, time.GetUtcNow()), budget);
            else await deadLetters.DiscardAsync(DeadLetter.SyncId(Id.GetId()), budget);
            return pass with { Unreported = false };
        }
        catch (DeadLettersUnavailableException unavailable)
        {
            LogUnreported(Logger, unavailable, Id.GetId());
            return pass;
        }
    }

    /// <summary>
    /// Registers the one reminder before the state that needs it is saved, and only when its moment moves earlier: one that fires too
    /// early finds nothing to do and registers the next.
    /// </summary>
    private async Task<DateTimeOffset?> WakeAsync(DateTimeOffset? registered, DateTimeOffset? due)
    {
        var waiting = registered < time.GetUtcNow() - (2 * WakePeriod) ? null : registered;
        if (due is not { } moment || waiting <= moment) return waiting;
        await WakeAtAsync(moment);
        return moment;
    }

    /// <summary>
    /// Moves the reminder that fired, once its turn is saved: until then the old one repeats, so that a turn that saved nothing comes again.
    /// </summary>
    private Task PostponeAsync(DateTimeOffset? due) => due is { } moment ? WakeAtAsync(moment) : UnregisterReminderAsync(Wake);

    private async Task WakeAtAsync(DateTimeOffset moment)
    {
        var now = time.GetUtcNow();
        await RegisterReminderAsync(Wake, [], moment > now ? moment - now : TimeSpan.Zero, WakePeriod);
    }

    private CancellationTokenSource Budget() => new(OutwardBudget, time);

    private Task SaveAsync(Customer before, Customer after) => ReferenceEquals(before, after) ? Task.CompletedTask : store.SaveAsync(Id, after);

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

    [LoggerMessage(2203, LogLevel.Warning, "The dead letters cannot be told how the sync of {CustomerId} ended; they are told soon.")]
    private static partial void LogUnreported(ILogger logger, Exception failure, string customerId);

    [LoggerMessage(2201, LogLevel.Error, "A turn of {CustomerId} failed before its end; it comes again.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure, string customerId);
}
