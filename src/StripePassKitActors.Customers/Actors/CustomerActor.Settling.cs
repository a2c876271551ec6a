using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Actors;

/// <summary>How a customer's actor makes the world outside agree with what is known.</summary>
internal sealed partial class CustomerActor
{
    /// <summary>From facts to a pass that agrees with them, or to a plan when to try again.</summary>
    /// <param name="customer">The customer as facts have it.</param>
    /// <param name="doubts">What this turn's events leave open.</param>
    /// <param name="cause">Who asked for it.</param>
    /// <param name="begun">What is left of the turn's budget after the customer could not be forgotten; null: all of it.</param>
    private async Task<Customer> SettleAsync(
        Customer customer, IReadOnlyList<StripeReference> doubts, TurnCause cause, CancellationTokenSource? begun = null)
    {
        var (force, woken) = (cause == TurnCause.Operator, cause == TurnCause.Reminder);
        using var whole = begun is null ? Budget() : null;
        var budget = begun ?? whole!;
        var facts = customer;
        (customer, var kept) = await rereading.ConfirmAsync(Id, customer, doubts, whole: force, time, budget.Token);

        var now = time.GetUtcNow();
        var before = WithBaseline(customer.State, now);
        var entitlement = EntitlementRules.Of(before, membership, now);
        var state = kept is null ? before with { TierReached = TierReached.Of(before, entitlement, membership, passSettings, now) } : before;
        var wanted = new WantedPass(
            state.CustomerId,
            kept ?? PassContent.Of(state, entitlement, passSettings, now),
            kept is not null || entitlement.Honoured,
            MerchantsWord.Link(state.Metadata),
            state.LastPaidAt) { Stays = kept is not null };

        var attempt = new Attempt(store, Id, customer, StillAloneAsync) { Waited = !ReferenceEquals(facts, customer) };
        var pass = WithReport(state.Pass, await sync.RunAsync(wanted, state.Pass, force, cause == TurnCause.Hint, BeginAsync, budget.Token));
        attempt.Waited |= pass != state.Pass;
        if (woken && state.Pass.Unreported) pass = await ReportedAsync(pass, budget.Token);

        if (pass.MemberId is not null && pass.MemberId != state.Pass.MemberId) pass = pass with { IssuedAt = time.GetUtcNow() };
        // Whatever is left of the budget: what PassKit took is to be saved.
        if (pass.LinkedMember is { } linked && linked == pass.MemberId && linked != state.Pass.LinkedMember) await payers.RememberLinkAsync(linked, state.CustomerId);

        // What is paid by now brings back no member that is yet to be deleted (rule P8), although nothing of the pass changes by it.
        if (pass is { MemberId: not null, State: not PassState.Pending }) pass = pass with { PaidAt = state.LastPaidAt };
        var synced = state with { Pass = pass };
        synced = synced with { StripeMetadata = await writingBack.RunAsync(attempt, synced, kept is null ? entitlement : null, force, now, budget.Token) };
        var told = await announcing.RunAsync(attempt, state, synced, kept is null ? entitlement : null, budget.Token);
        told = await mail.RunAsync(attempt, told, budget.Token);

        var reportAt = pass.Unreported ? time.GetUtcNow() + (woken ? WakeAgain : TimeSpan.Zero) : (DateTimeOffset?)null;
        var after = attempt.Ended(WithNextLook(told, time.GetUtcNow()));
        var due = new[]
        {
            entitlement.ChangesAt,
            PassMessage.Of(state, entitlement, passSettings, now).ChangesAt,
            LapseAt(pass, entitlement),
            after.Reads is { } reads ? reads.NextAttempt : rereading.AskAt(after, entitlement),
            pass.State == PassState.Pending ? pass.NextAttempt : null,
            kept is null ? writingBack.NextAt(after) : null,
            reportAt,
            after.Unpublished?.NextAttempt,
            MailAt(after, woken),
            after.LookAt,
            Forgets(after) ? time.GetUtcNow() + (begun is null ? TimeSpan.Zero : ForgetAgain) : null,
        }.Min();
        after = after with { WakeAt = woken ? due : await WakeAsync(state.WakeAt, due) };
        await attempt.StillAloneAsync();
        return after == before ? attempt.Customer : attempt.Customer with { State = after };

        Task BeginAsync(PassRecord begun, bool asked)
        {
            attempt.Waited |= asked;
            return attempt.BeginAsync(state with { Pass = begun });
        }
    }

    /// <summary>
    /// When a pass will be over that is no longer earned, or of which PassKit refuses something, its later end perhaps; null: it is over, or PassKit is yet to be
    /// told. Stripe's clock may be ahead of ours.
    /// </summary>
    private DateTimeOffset? LapseAt(PassRecord pass, Entitlement entitlement) =>
        pass.IsValid(time.GetUtcNow()) && (pass.State == PassState.Failed || (pass.State == PassState.Synced && !entitlement.Honoured)) ? pass.Told!.Expiry : null;

    /// <summary>When to come back for the email, which has a woken turn of its own; not while PassKit does not answer: the sync comes back then.</summary>
    private DateTimeOffset? MailAt(CustomerState state, bool woken)
    {
        var now = time.GetUtcNow();
        return state.Pass.State == PassState.Synced && mail.DueAt(state, now) is { } due ? due > now ? due : now + (woken ? WakeAgain : TimeSpan.Zero) : null;
    }

    /// <summary>
    /// A pass that was made before changes had numbers was announced to nobody: what it is counts as told, so that only what changes is news. That alone is not worth a save.
    /// </summary>
    private static CustomerState WithBaseline(CustomerState state, DateTimeOffset now) => state is { Version: 0, Pass: { MemberId: not null, Announced: null } }
        ? state with { Pass = state.Pass with { Announced = AnnouncedPass.Unannounced(state.Pass, now) } }
        : state;

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

    [LoggerMessage(2203, LogLevel.Warning, "The dead letters cannot be told how the sync of {CustomerId} ended; they are told soon.")]
    private static partial void LogUnreported(ILogger logger, Exception failure, string customerId);

    /// <summary>Who asked for a turn.</summary>
    private enum TurnCause
    {
        /// <summary>Events of Stripe.</summary>
        Events,

        /// <summary>The reminder.</summary>
        Reminder,

        /// <summary>A hint of PassKit's.</summary>
        Hint,

        /// <summary>An operator.</summary>
        Operator,
    }
}
