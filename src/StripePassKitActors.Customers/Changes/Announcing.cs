using System.Collections.Immutable;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Changes;

/// <summary>
/// Tells subscribers what changed of a customer's pass, within the customer's turn. What the broker does not take is kept in the state and told again; no pass fails
/// for it.
/// </summary>
internal sealed partial class Announcing(IChangePublisher publisher, MembershipSettings membership, CustomersMetrics metrics, TimeProvider time, Random random, ILogger<Announcing> logger)
{
    /// <summary>The record after subscribers were told of what PassKit has by now.</summary>
    /// <param name="attempt">The turn's.</param>
    /// <param name="before">The record with which the turn began.</param>
    /// <param name="state">The record with the pass as it is by now.</param>
    /// <param name="entitlement">What the turn went by; null: by what is yet to be confirmed, of which nobody is told (rule F5).</param>
    /// <param name="budget">The turn's.</param>
    public async Task<CustomerState> RunAsync(Attempt attempt, CustomerState before, CustomerState state, Entitlement? entitlement, CancellationToken budget)
    {
        var now = time.GetUtcNow();
        var (passed, told) = (state.Pass, before.Pass.Announced);
        AnnouncedPass? news = null;
        ImmutableArray<PassChangeKind> kinds = [];
        if (entitlement is not null && passed.State != PassState.Pending)
        {
            // Most turns change nothing of the pass, and then nothing is computed anew. How a pass ended is dated by when PassKit was told.
            var same = ReferenceEquals(before.Pass.Told, passed.Told) && before.Pass.State is not (PassState.Pending or PassState.Failed);
            if (!same) entitlement = EntitlementRules.Of(state, membership, now);
            news = AnnouncedPass.Of(passed, entitlement, now, same ? told?.Content : null);
            kinds = PassChanges.Between(told, news, before.Underway);
        }
        else
        {
            attempt.StaysOpen = before.Underway;
        }

        if (kinds.IsEmpty && state.Unpublished is null) return state;

        if (!kinds.IsEmpty)
        {
            if (state.Unpublished?.NextAttempt > now) attempt.Number();
            else if (!attempt.HasBegun) await attempt.BeginAsync(state);
        }

        ImmutableArray<PassChange> changes =
        [
            .. state.Unpublished?.Changes ?? [],
            .. kinds.Select(kind => new PassChange(attempt.Version, kind, now, news!.Tier, news.Status ?? entitlement!.Status, news.ValidUntil, news.MemberId, news.Installed)),
        ];
        var left = await PublishAsync(state.CustomerId, state.Unpublished, changes, budget);
        return state with { Unpublished = left, Pass = kinds.IsEmpty ? passed : passed with { Announced = news } };
    }

    /// <summary>Publishes changes in their order; what is left of them, null: nothing.</summary>
    public async Task<PendingChanges?> PublishAsync(string customerId, PendingChanges? pending, ImmutableArray<PassChange> changes, CancellationToken budget)
    {
        var now = time.GetUtcNow();
        if (pending?.NextAttempt > now) return pending with { Changes = PendingChanges.Bounded(changes) };

        var published = 0;
        try
        {
            foreach (var change in changes)
            {
                await publisher.PublishAsync(customerId, change, budget);
                metrics.ChangePublished(change.Kind);
                published++;
            }

            return null;
        }
        catch (ChangeNotPublishedException failure)
        {
            LogNotPublished(logger, failure, customerId, changes.Length - published);
            var attempts = published == 0 ? pending?.Attempts ?? 0 : 0;
            return new PendingChanges { Changes = PendingChanges.Bounded(changes[published..]), Attempts = attempts + 1, NextAttempt = now + Backoff.After(attempts, random) };
        }
    }

    [LoggerMessage(2811, LogLevel.Warning, "{Count} changes of {CustomerId} are yet to be published: the broker did not take them.")]
    private static partial void LogNotPublished(ILogger logger, Exception failure, string customerId, int count);
}
