using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>PassKit's own email with the pass, to whoever never saw a page that showed it: once for each pass.</summary>
internal sealed partial class PassMail(PassKitClient passKit, IOptions<PassKitOptions> options, TimeProvider time, Random random, ILogger<PassMail> logger)
{
    /// <summary>How long a page has to show the pass first.</summary>
    public static readonly TimeSpan PageFirst = TimeSpan.FromMinutes(10);

    /// <summary>After which nobody waits for an email any more: whoever turns the setting on mails nobody of long ago.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromDays(1);

    /// <summary>When the pass is to be mailed, UTC; null: it is not, or was.</summary>
    /// <param name="state">The record.</param>
    /// <param name="now">The moment, UTC.</param>
    public DateTimeOffset? DueAt(CustomerState state, DateTimeOffset now)
    {
        // A pass that was found by an address has no other way to its holder, whom no page shows it (rule B11): nobody needs to be waited for.
        var onlyMailed = CheckoutRules.IsOnlyMailed(state);
        if (options.Value.Email != PassKitOptions.EmailPolicy.WhenNoPage && !onlyMailed) return null;
        if (state.Pass is not { IssuedAt: { } issued, ShownAt: null, EmailedAt: null } pass || !pass.IsValid(now) || now > issued + Latest) return null;
        var due = onlyMailed ? issued : issued + PageFirst;
        return pass.EmailAgainAt > due ? pass.EmailAgainAt : due;
    }

    /// <summary>
    /// The record after the email went out, if it was due. It is the first to change something in its turn: with what others left of the turn's time PassKit
    /// might not say that it went out.
    /// </summary>
    /// <param name="attempt">The turn's.</param>
    /// <param name="state">The record by now.</param>
    /// <param name="budget">The turn's.</param>
    public async Task<CustomerState> RunAsync(Attempt attempt, CustomerState state, CancellationToken budget)
    {
        var now = time.GetUtcNow();
        if (state.Pass.State != PassState.Synced || attempt.HasBegun || budget.IsCancellationRequested || !(DueAt(state, now) <= now)) return state;

        try
        {
            return await SendAsync(attempt, state, budget);
        }
        catch (PassKitException refused) when (refused.NothingDone)
        {
            LogNotYetMailed(logger, state.CustomerId, refused.Summary);
            return state with { Pass = state.Pass with { EmailAgainAt = now + Backoff.NoSoonerThan(refused.RetryAfter, Backoff.SetUp(random), random) } };
        }
        catch (PassKitException failure)
        {
            // It may have gone out. Nobody gets two; whoever got none asks an operator.
            LogNotMailed(logger, state.CustomerId, failure.Summary);
            return Mailed(state, now);
        }
    }

    /// <summary>The record after the email went out.</summary>
    /// <exception cref="PassKitException">PassKit did not say that it went out.</exception>
    public async Task<CustomerState> SendAsync(Attempt attempt, CustomerState state, CancellationToken budget)
    {
        var mailed = Mailed(state, time.GetUtcNow());
        await attempt.BeginAsync(mailed);
        await passKit.EmailAsync(state.Pass.MemberId!, budget);
        return mailed;
    }

    private static CustomerState Mailed(CustomerState state, DateTimeOffset now) => state with { Pass = state.Pass with { EmailedAt = now, EmailAgainAt = null } };

    [LoggerMessage(2104, LogLevel.Warning, "PassKit says that it did not mail the pass of {CustomerId} ({Why}); for a day it is asked again.")]
    private static partial void LogNotYetMailed(ILogger logger, string customerId, string why);

    [LoggerMessage(2103, LogLevel.Warning, "PassKit did not mail the pass of {CustomerId}, or did not say so ({Why}). It is not mailed again by itself; POST /api/customers/{{id}}/email does.")]
    private static partial void LogNotMailed(ILogger logger, string customerId, string why);
}
