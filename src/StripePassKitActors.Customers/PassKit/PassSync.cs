using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// Makes PassKit agree with what a pass should show, step by step. What was reached is in the record that it returns, so that an attempt
/// that failed half way goes on from there. Never throws for what PassKit does.
/// </summary>
internal sealed partial class PassSync(
    PassKitClient passKit, PassSteps steps, PassKitAlarm alarm, CustomersMetrics metrics, TimeProvider time, Random random, ILogger<PassSync> logger)
{
    /// <summary>More than any way from one state to another takes; reached only by a PassKit that contradicts itself.</summary>
    private const int MostSteps = 12;

    /// <summary>The record after an attempt, or the same record with its state if none is due.</summary>
    /// <param name="wanted">What to reach.</param>
    /// <param name="pass">What PassKit was told.</param>
    /// <param name="force">Whether to read what PassKit has, and to try although an earlier failure asked to wait (an operator's sync).</param>
    /// <param name="hinted">Whether to read what PassKit has, because it hinted that something happened; now, or with the next attempt.</param>
    /// <param name="begin">
    /// Saves the record that it is given, before the first call that changes something: a turn that then ends unsaved must not leave a
    /// pass that nobody knows to be different. It is told whether PassKit was asked before, which takes its time.
    /// </param>
    /// <param name="budget">Ends with the turn's time for outward calls.</param>
    public async Task<PassRecord> RunAsync(WantedPass wanted, PassRecord pass, bool force, bool hinted, Func<PassRecord, bool, Task> begin, CancellationToken budget)
    {
        var now = time.GetUtcNow();

        // An operator's word brings back what was deleted by hand, as a payment does (rule P8).
        if (force) wanted = wanted with { LastPaidAt = DateTimeOffset.MaxValue };
        if (hinted) pass = pass with { Unsure = true };
        var read = (force || pass.Unsure) && pass.MemberId is not null && wanted.Content is not null;
        if (!force && !read && Refuses(pass, wanted)) return pass with { State = PassState.Failed };
        if (!read && Next(wanted, pass, now) is null) return Settled(pass);
        if (!force && pass.NextAttempt > now) return pass with { State = PassState.Pending };

        var (begun, asked) = (false, false);
        PassStep? step = null;
        IReadOnlyDictionary<string, string>? metadata = null; // what the member's holds, once it was read
        try
        {
            // An operator's sync believes PassKit, not what it was told (rule P8); so does whoever follows a turn that was not saved.
            if (read)
            {
                var told = pass.Told;
                (pass, metadata) = await AskedAsync();
                if (hinted) pass = PassPlan.Believed(pass, told, now);
                else if (!force && wanted.Stays && pass.IsValid(now)) wanted = wanted with { Content = Later(pass.Told!, wanted.Content!.Expiry) };
                if (!force && pass.MemberId is not null && Refuses(pass, wanted)) return pass with { State = PassState.Failed };
            }

            for (var count = 0; count < MostSteps; count++)
            {
                step = Next(wanted, pass, now);
                if (step is null)
                {
                    alarm.Clear(pass.MemberId is null ? null : pass.Told?.Tier);
                    metrics.PassSynced("synced");
                    return Settled(pass);
                }

                // What is not ours alone is read before it is written (rule P3), and believed: what was changed by hand is overwritten too (rule P8).
                if (step is PassStep.Read || (step is PassStep.Update { Metadata: not null } && metadata is null && steps.Merges))
                {
                    // Before it is read: who asked nobody yet need not look whether somebody else saved meanwhile.
                    if (step is PassStep.Update && !begun) await BeginsAsync();
                    (pass, metadata) = await AskedAsync();
                    continue;
                }

                // Until PassKit answers there may be a member, which must lapse when the tier is lost before the next attempt.
                if (step is PassStep.Enrol enrol) pass = pass with { Told = enrol.Content, DeletedAt = null };

                // Whatever becomes of the answer, a revival is to be read back (rule P4).
                if (step is PassStep.SetExpiry set && pass.Told is { } shown && PassPlan.Revives(set, shown, now)) pass = pass with { Unconfirmed = true };
                if (step is not (PassStep.Confirm or PassStep.Find))
                {
                    if (!begun || step is PassStep.Enrol) await BeginsAsync();
                    pass = pass with { Unsure = true };
                }

                // A step that succeeded stays in the record even if the next one fails.
                var memberId = pass.MemberId;
                asked = true;
                pass = await steps.PerformAsync(wanted, pass, step, metadata, now, budget);
                if (pass.MemberId != memberId) metadata = null;
            }

            throw new PassKitException(PassKitFault.Transient, "PassKit's answers contradict each other.");
        }
        catch (PassKitException failure)
        {
            (pass, failure) = await EndsAsItShouldAsync(wanted, pass, step, failure, now, budget);
            return Failed(wanted, pass, failure, now);
        }

        async Task BeginsAsync()
        {
            await begin(pass with { Unsure = true }, asked);
            begun = true;
        }

        Task<(PassRecord Pass, IReadOnlyDictionary<string, string>? Metadata)> AskedAsync()
        {
            asked = true;
            return steps.ReadAsync(wanted, pass, now, budget);
        }
    }

    /// <summary>
    /// Deletes every member that is, or was, this customer's (rule B10); whether there was any. It can be repeated. Another owner's member under
    /// the customer's external id, or once linked, is left alone (rule P1).
    /// </summary>
    /// <exception cref="PassKitException">There may be one left.</exception>
    public async Task<bool> DeleteAsync(string customerId, PassRecord pass, IReadOnlyCollection<string> formerGuests, CancellationToken budget)
    {
        try
        {
            // One wrong answer must not leave a pass behind.
            var deleted = pass.MemberId is { } memberId && (await passKit.DeleteAsync(memberId, budget) || (await passKit.GetByIdAsync(memberId, budget) is not null && await passKit.DeleteAsync(memberId, budget)));
            foreach (var former in pass.FormerLinks)
            {
                if ((await passKit.GetByIdAsync(former, budget) ?? await passKit.GetByIdAsync(former, budget)) is { } member) await DeleteOwnAsync(member);
            }

            foreach (var externalId in Enumerable.Range(0, pass.Generation + 1).Select(generation => (pass with { Generation = generation }).ExternalId(customerId)).Concat(formerGuests))
            {
                if (await passKit.FindAsync(externalId, budget) is { } member) await DeleteOwnAsync(member);
            }

            // In the wrong region nobody is found (rule P7).
            return deleted || await passKit.HasProgramAsync(budget) ? deleted : throw PassSteps.NoProgram();

            async Task DeleteOwnAsync(MemberJson member)
            {
                if (member.Id is not { } id || (steps.OwnerOf(member) is { } owner && owner != customerId && !formerGuests.Contains(owner))) return;
                deleted |= await passKit.DeleteAsync(id, budget);
            }
        }
        catch (PassKitException failure)
        {
            metrics.PassSynced(failure.Fault.ToString().ToLowerInvariant());
            if (failure.Fault == PassKitFault.SetUp) alarm.Raise(failure.Summary, failure.Tier);
            throw;
        }
    }

    /// <summary>
    /// Content that PassKit will not take must keep no pass valid that is over, and end none that is paid for: it lapses, or lasts as long as it should, with the
    /// content that it has, and the refusal is told all the same. If PassKit does not take the expiry either, that is what must be tried again.
    /// </summary>
    private async Task<(PassRecord Pass, PassKitException Failure)> EndsAsItShouldAsync(
        WantedPass wanted, PassRecord pass, PassStep? step, PassKitException failure, DateTimeOffset now, CancellationToken budget)
    {
        var expiry = wanted.Content!.Expiry;
        var ofContent = step is PassStep.ChangeTier or PassStep.Update;
        var lapses = expiry <= now && ofContent && (IsRefusal(failure) || failure.Fault == PassKitFault.SetUp);
        var lasts = pass.IsValid(now) && expiry > now && expiry != pass.Told!.Expiry && (ofContent || step is PassStep.Adopt) && (IsRefusal(failure) || failure.Tier is not null);
        if (!lapses && !lasts) return (pass, failure);

        try
        {
            return (await steps.PerformAsync(wanted, pass, PassPlan.Ends(wanted.Content, now), null, now, budget), failure);
        }
        catch (PassKitException lasting)
        {
            return (pass, lasting);
        }
    }

    /// <summary>Whether PassKit will say the same until something changes.</summary>
    private static bool IsRefusal(PassKitException failure) => failure.Fault is PassKitFault.Refused or PassKitFault.Taken or PassKitFault.NotFound;

    private static PassStep? Next(WantedPass wanted, PassRecord pass, DateTimeOffset now) =>
        PassPlan.Next(pass, wanted.Content, wanted.Honoured, wanted.Link, wanted.LastPaidAt, now);

    private static PassRecord Settled(PassRecord pass) => pass with
    {
        State = pass.MemberId is null ? PassState.None : PassState.Synced,
        Unsure = false,
        Attempts = 0,
        NextAttempt = null,
        LastError = pass.DeletedAt is null ? null : "The member was deleted in PassKit while its pass was valid. A new payment makes another, or an operator's sync.",
        Refused = null,
        RefusedLink = null,
    };

    private static PassContent Later(PassContent shown, DateTimeOffset expiry) => shown.Expiry < expiry ? shown.Until(expiry) : shown;

    private static bool Refuses(PassRecord pass, WantedPass wanted) =>
        pass.Refused is { } refused && wanted.Content is { } content && pass.RefusedLink == wanted.Link
        && refused.Tier == content.Tier && refused.Expiry == content.Expiry && refused.Person == content.Person && refused.Points == content.Points && content.MetadataEquals(refused.Metadata);

    private PassRecord Failed(WantedPass wanted, PassRecord pass, PassKitException failure, DateTimeOffset now)
    {
        metrics.PassSynced(failure.Fault.ToString().ToLowerInvariant());
        LogFailed(logger, wanted.CustomerId, failure.Fault);
        if (failure.Fault == PassKitFault.SetUp) alarm.Raise(failure.Summary, failure.Tier);
        if (IsRefusal(failure))
        {
            return pass with
            {
                State = PassState.Failed,
                Unsure = false,
                Attempts = pass.Attempts + 1,
                NextAttempt = null,
                LastError = failure.Message,
                Refused = wanted.Content,
                RefusedLink = wanted.Link,
            };
        }

        var wait = failure.Fault == PassKitFault.SetUp ? Backoff.SetUp(random) : Backoff.After(pass.Attempts, random);
        return pass with
        {
            State = PassState.Pending,
            Refused = null,
            RefusedLink = null,
            Attempts = pass.Attempts + 1,
            NextAttempt = now + Backoff.NoSoonerThan(failure.RetryAfter, wait, random),
            LastError = failure.Message,
        };
    }

    [LoggerMessage(2002, LogLevel.Warning, "The pass of {CustomerId} could not be synced: {Fault}.")]
    private static partial void LogFailed(ILogger logger, string customerId, PassKitFault fault);
}
