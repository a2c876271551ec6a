using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>
/// Writes into Stripe's metadata, within a customer's turn, what became of the pass (rule S1). Nothing else depends on it: what Stripe does not take is
/// told in the inspection and tried again.
/// </summary>
/// <param name="keys">The merchant's choice of keys.</param>
/// <param name="options">Which program's passes they are.</param>
/// <param name="link">Where passes are.</param>
/// <param name="metrics">What is counted.</param>
/// <param name="random">Spreads further tries.</param>
/// <param name="logger">Where what is not written is told.</param>
/// <param name="stripe">Null: there is no key to write with.</param>
internal sealed partial class WritingBack(
    StripeMetadataKeys keys, IOptions<PassKitOptions> options, PassLink link, CustomersMetrics metrics, Random random, ILogger<WritingBack> logger, IStripeMetadata? stripe = null)
{
    /// <summary>Only a person can mend what Stripe refuses, and every customer may be concerned: more tries would take the place of reads.</summary>
    private static readonly TimeSpan RefusedWait = TimeSpan.FromDays(1);

    /// <summary>Stripe's own limit of a key.</summary>
    private const int LongestKey = 255;

    /// <summary>What is known to be written after an attempt; the same where none is due. Never throws for what Stripe does.</summary>
    /// <param name="attempt">The turn's.</param>
    /// <param name="state">The customer, after the sync; whether the attempt before this one was under way still says what it said when the turn began.</param>
    /// <param name="entitlement">What was earned; null: Stripe is yet to be asked, and does not answer.</param>
    /// <param name="force">Whether to try although an earlier failure asked to wait.</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="budget">Ends with the turn's time for outward calls.</param>
    public async Task<StripeMetadata?> RunAsync(
        Attempt attempt, CustomerState state, Entitlement? entitlement, bool force, DateTimeOffset now, CancellationToken budget)
    {
        if (stripe is null) return state.StripeMetadata;

        // What the turn that began it wrote is not known, whenever it is that somebody looks.
        var known = state.StripeMetadata;
        if (state.Underway) known = (known ?? StripeMetadata.Nothing) with { Unsure = (known ?? StripeMetadata.Nothing).Unsure.Union(StripeMetadataPlan.ObjectsOf(state)) };
        if (entitlement is null || !IsSettled(state.Pass)) return known;

        var writes = StripeMetadataPlan.Of(state with { StripeMetadata = known }, entitlement, link.Of(state.Pass.MemberId), keys);
        if (writes.IsEmpty) return known is { NextAttempt: not null } ? Written(known) : known;

        // One object that Stripe refuses holds nothing back but itself.
        var waits = known?.NextAttempt > now && !force;
        if (waits) writes = known!.Refused.IsEmpty ? [] : writes.RemoveAll(write => known.Refused.Contains(write.Id));
        if (writes.IsEmpty) return known;

        var begun = (known ?? StripeMetadata.Nothing).Of(state);
        if (!waits) begun = begun with { Refused = [] };
        if (!attempt.HasBegun) await attempt.BeginAsync(state with { StripeMetadata = begun });
        var (after, failure) = await WriteAsync(state.CustomerId, writes, begun, attempt.Version, budget);
        metrics.WrittenBack(failure switch { null => "written", StripeRefusedException => "refused", _ => "unavailable" });
        if (failure is null) return after.Refused.IsEmpty ? Written(after) : after;

        LogUnwritten(logger, state.CustomerId, failure.Message);
        return Failed(after, failure, now);
    }

    /// <summary>When the reminder should ask for the next attempt, UTC; null: a turn of its own accord comes first, or nothing failed.</summary>
    public DateTimeOffset? NextAt(CustomerState state) => stripe is not null && IsSettled(state.Pass) ? state.StripeMetadata?.NextAttempt : null;

    /// <summary>Takes away all that was written (rule B10); why it could not (null: it could, or there was nothing).</summary>
    /// <param name="attempt">The turn's.</param>
    /// <param name="state">Who is to be forgotten.</param>
    /// <param name="budget">Ends with the turn's time for outward calls.</param>
    /// <exception cref="StripeUnavailableException">It is worth asking again.</exception>
    public async Task<string?> ClearAsync(Attempt attempt, CustomerState state, CancellationToken budget)
    {
        var writes = StripeMetadataPlan.Clearing(state, stripe is null ? null : keys);
        if (writes.IsEmpty) return null;
        if (stripe is null) return "there is no Stripe:ApiKey to clear it with";

        await attempt.BeginAsync(state);
        string? left = null;
        foreach (var write in writes)
        {
            try
            {
                // What Stripe does not know holds nothing of ours.
                await stripe.WriteAsync(write, Key(state.CustomerId, attempt.Version, write.Id), budget);
            }
            catch (StripeRefusedException refused)
            {
                LogUnwritten(logger, state.CustomerId, refused.Message);
                left = refused.Message;
            }
        }

        return left;
    }

    /// <summary>One object after the other; the first that Stripe does not answer for ends it, one that it refuses does not.</summary>
    private async Task<(StripeMetadata After, Exception? Failure)> WriteAsync(
        string customerId, IEnumerable<StripeMetadataWrite> writes, StripeMetadata known, long version, CancellationToken budget)
    {
        Exception? refusal = null;
        foreach (var write in writes)
        {
            try
            {
                if (!await stripe!.WriteAsync(write, Key(customerId, version, write.Id), budget)) throw new StripeRefusedException($"Stripe knows no such {write.Kind}");
                known = known.With(write);
            }
            catch (StripeUnavailableException unavailable)
            {
                return (known with { Unsure = known.Unsure.Add(write.Id) }, unavailable);
            }
            catch (StripeRefusedException refused)
            {
                (refusal, known) = (refused, known with { Refused = known.Refused.Add(write.Id) });
            }
        }

        return (known, refusal);
    }

    private StripeMetadata Failed(StripeMetadata known, Exception failure, DateTimeOffset now)
    {
        var refused = failure as StripeRefusedException;
        var wait = refused is null
            ? Backoff.NoSoonerThan((failure as StripeUnavailableException)?.RetryAfter, Backoff.After(known.Attempts, random), random)
            : RefusedWait * (0.75 + (random.NextDouble() / 2));
        return known with
        {
            Refused = refused is null ? [] : known.Refused, // what is not answered waits as a whole, and not for a day
            Attempts = known.Attempts + 1,
            NextAttempt = refused is not null && known.NextAttempt > now ? known.NextAttempt : now + wait,
            LastError = refused is { IsOfContent: true } ? $"{refused.Message}; it takes 50 keys of metadata, 40 characters of a key and 500 of a value" : failure.Message,
        };
    }

    private static StripeMetadata Written(StripeMetadata known) => known with { Refused = [], Attempts = 0, NextAttempt = null, LastError = null };

    /// <summary>While PassKit is yet to agree nobody can say what the pass shows.</summary>
    private static bool IsSettled(PassRecord pass) => pass.State is PassState.None or PassState.Synced;

    /// <summary>
    /// By the number of the attempt and never by the content alone: A, then B, then A again within a day would be answered from Stripe's memory. By the
    /// program: another one's deployment on the same account hears the same events and counts from one, too.
    /// </summary>
    private string Key(string customerId, long version, string id)
    {
        var key = $"{options.Value.ProgramId}-{customerId}-{version}-{id}";
        return key.Length <= LongestKey ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    [LoggerMessage(2613, LogLevel.Warning, "The metadata of {CustomerId} in Stripe could not be written: {Why}")]
    private static partial void LogUnwritten(ILogger logger, string customerId, string why);
}
