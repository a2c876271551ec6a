using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// Makes PassKit agree with what a pass should show, step by step. What was reached is in the record that it returns, so that an attempt
/// that failed half way goes on from there. Never throws for what PassKit does.
/// </summary>
internal sealed partial class PassSync(
    PassKitClient passKit, PassSettings settings, IOptions<PassKitOptions> options, PassKitAlarm alarm, CustomersMetrics metrics, TimeProvider time, Random random,
    ILogger<PassSync> logger)
{
    /// <summary>More than any way from one state to another takes; reached only by a PassKit that contradicts itself.</summary>
    private const int MostSteps = 12;

    /// <summary>PassKit's word for a tier each of whose passes has an expiry of its own.</summary>
    internal const string CanExpire = "EXPIRE_ON_VARIABLE_DATE_TIME";

    /// <summary>The record after an attempt, or the same record with its state if none is due.</summary>
    /// <param name="wanted">What to reach.</param>
    /// <param name="pass">What PassKit was told.</param>
    /// <param name="force">Whether to read what PassKit has, and to try although an earlier failure asked to wait (an operator's sync).</param>
    /// <param name="announce">
    /// Saves the record that it is given, before the first call that changes something: a turn that then ends unsaved must not leave a
    /// pass that nobody knows to be different.
    /// </param>
    /// <param name="budget">Ends with the turn's time for outward calls.</param>
    public async Task<PassRecord> RunAsync(WantedPass wanted, PassRecord pass, bool force, Func<PassRecord, Task> announce, CancellationToken budget)
    {
        var (now, paidAt) = (time.GetUtcNow(), wanted.LastPaidAt);

        // An operator's word brings back what was deleted by hand, as a payment does (rule P8).
        if (force) wanted = wanted with { LastPaidAt = DateTimeOffset.MaxValue };
        var read = (force || pass.Unsure) && pass.MemberId is not null && wanted.Content is not null;
        if (!force && Refuses(pass, wanted)) return pass with { State = PassState.Failed };
        if (!read && Next(wanted, pass, now) is null) return Settled(pass);
        if (!force && pass.NextAttempt > now) return pass with { State = PassState.Pending };

        var announced = pass.Unsure;
        PassStep? step = null;
        IReadOnlyDictionary<string, string>? metadata = null; // what the member's holds, once it was read
        try
        {
            // An operator's sync believes PassKit, not what it was told (rule P8); so does whoever follows a turn that was not saved.
            if (read) (pass, metadata) = await ReadAsync(wanted, pass, now, budget);
            for (var steps = 0; steps < MostSteps; steps++)
            {
                step = Next(wanted, pass, now);
                if (step is null)
                {
                    alarm.Clear(pass.MemberId is null ? null : pass.Told?.Tier);
                    metrics.PassSynced("synced");
                    return Settled(pass) with { PaidAt = paidAt };
                }

                // What is not ours alone is read before it is written (rule P3), and believed: what was changed by hand is overwritten too (rule P8).
                if (step is PassStep.Read || (step is PassStep.Update { Metadata: not null } && metadata is null && Merges))
                {
                    (pass, metadata) = await ReadAsync(wanted, pass, now, budget);
                    continue;
                }

                // Until PassKit answers there may be a member, which must lapse when the tier is lost before the next attempt.
                if (step is PassStep.Enrol enrol) pass = pass with { Told = enrol.Content, DeletedAt = null };
                if (step is not (PassStep.Confirm or PassStep.Find))
                {
                    pass = pass with { Unsure = true };
                    if (!announced || step is PassStep.Enrol) await announce(pass);
                    announced = true;
                }

                // A step that succeeded stays in the record even if the next one fails.
                var memberId = pass.MemberId;
                pass = await PerformAsync(wanted, pass, step, metadata, now, budget);
                if (pass.MemberId != memberId) metadata = null;
            }

            throw new PassKitException(PassKitFault.Transient, "PassKit's answers contradict each other.");
        }
        catch (PassKitException failure)
        {
            (pass, failure) = await LapsedAllTheSameAsync(wanted, pass, step, failure, now, budget);
            return Failed(wanted, pass, failure, now);
        }
    }

    /// <summary>
    /// Deletes every member that is, or was, this customer's (rule B10); whether there was any. It can be repeated. Another owner's member under
    /// the customer's external id is left alone (rule P1).
    /// </summary>
    /// <exception cref="PassKitException">There may be one left.</exception>
    public async Task<bool> DeleteAsync(string customerId, PassRecord pass, IReadOnlyCollection<string> formerGuests, CancellationToken budget)
    {
        try
        {
            var deleted = pass.MemberId is { } memberId && await passKit.DeleteAsync(memberId, budget);
            foreach (var externalId in Enumerable.Range(0, pass.Generation + 1).Select(generation => (pass with { Generation = generation }).ExternalId(customerId)).Concat(formerGuests))
            {
                if (await passKit.FindAsync(externalId, budget) is not { Id: { } id } member) continue;
                if (OwnerOf(member) is { } owner && owner != customerId && !formerGuests.Contains(owner)) continue;
                deleted |= await passKit.DeleteAsync(id, budget);
            }

            // In the wrong region nobody is found (rule P7).
            return deleted || await passKit.HasProgramAsync(budget) ? deleted : throw NoProgram();
        }
        catch (PassKitException failure)
        {
            metrics.PassSynced(failure.Fault.ToString().ToLowerInvariant());
            if (failure.Fault == PassKitFault.SetUp) alarm.Raise(failure.Summary, failure.Tier);
            throw;
        }
    }

    /// <summary>
    /// Content that PassKit will not take must keep no pass valid that is over: it lapses with the content that it has, and the refusal
    /// is told all the same. If it does not lapse either, that is what must be tried again.
    /// </summary>
    private async Task<(PassRecord Pass, PassKitException Failure)> LapsedAllTheSameAsync(
        WantedPass wanted, PassRecord pass, PassStep? step, PassKitException failure, DateTimeOffset now, CancellationToken budget)
    {
        if (step is not (PassStep.ChangeTier or PassStep.Update) || failure.Fault is not (PassKitFault.Refused or PassKitFault.SetUp)) return (pass, failure);
        if (wanted.Content!.Expiry > now) return (pass, failure);

        try
        {
            return (await PerformAsync(wanted, pass, new PassStep.SetExpiry(wanted.Content.Expiry), null, now, budget), failure);
        }
        catch (PassKitException lasting)
        {
            return (pass, lasting);
        }
    }

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

    private static bool Refuses(PassRecord pass, WantedPass wanted) =>
        pass.Refused is { } refused && wanted.Content is { } content && pass.RefusedLink == wanted.Link
        && refused.Tier == content.Tier && refused.Expiry == content.Expiry && refused.Person == content.Person && refused.Points == content.Points && content.MetadataEquals(refused.Metadata);

    private bool Merges => options.Value.Metadata == PassKitOptions.MetadataPolicy.Merge;

    private async Task<PassRecord> PerformAsync(
        WantedPass wanted, PassRecord pass, PassStep step, IReadOnlyDictionary<string, string>? metadata, DateTimeOffset now, CancellationToken budget)
    {
        if (step is PassStep.Enrol enrol) return await EnrolAsync(wanted, pass, enrol.Content, budget);
        if (step is PassStep.Find) return await FindAsync(wanted, pass, now, budget);
        if (step is PassStep.Adopt adopt) return await AdoptAsync(wanted, pass, adopt.MemberId, now, budget);

        var memberId = pass.MemberId!;
        try
        {
            switch (step)
            {
                case PassStep.Confirm:
                    if (await passKit.GetByIdAsync(memberId, budget) is not { } member) return await GoneAsync(wanted.CustomerId, pass, now, budget);
                    if (pass.Told!.Expiry <= now) await LapsesAsync(member, budget);
                    else if (!IsValid(member)) return Replaced(pass);
                    break;
                case PassStep.Update update:
                    await passKit.UpdateAsync(memberId, update.Person, Merged(metadata, update.Metadata), update.Expiry, update.Points, budget);
                    break;
                case PassStep.SetPoints set:
                    await passKit.SetPointsAsync(memberId, set.Points, budget);
                    break;
                case PassStep.ChangeTier change:
                    await passKit.ChangeTierAsync(memberId, change.Tier, budget);
                    break;
                case PassStep.SetExpiry expiry:
                    await passKit.SetExpiryAsync(memberId, expiry.Expiry, budget);
                    break;
            }

            return PassPlan.After(pass, step, now);
        }
        catch (PassKitException notFound) when (notFound.Fault == PassKitFault.NotFound)
        {
            // Is it the member that is gone, or the tier?
            return await passKit.GetByIdAsync(memberId, budget) is null
                ? await GoneAsync(wanted.CustomerId, pass, now, budget)
                : throw notFound.OfSetUp((step as PassStep.ChangeTier)?.Tier);
        }
    }

    /// <summary>The record as PassKit has it, and the member's metadata, other people's keys included; null: there is no such member.</summary>
    private async Task<(PassRecord Pass, IReadOnlyDictionary<string, string>? Metadata)> ReadAsync(
        WantedPass wanted, PassRecord pass, DateTimeOffset now, CancellationToken budget)
    {
        if (await passKit.GetByIdAsync(pass.MemberId!, budget) is not { } member) return (await GoneAsync(wanted.CustomerId, pass, now, budget), null);
        if (pass.Unconfirmed && pass.Told?.Expiry > now && !IsValid(member)) return (Replaced(pass), null);
        var shown = Shown(member, wanted);
        return (pass with { Told = shown, Unsure = false, LapseSeen = IsValid(member) ? null : shown.Expiry }, member.MetaData ?? new Dictionary<string, string>());
    }

    /// <summary>Rule P5: a pass whose time is over and that PassKit shows as valid belongs to a tier that cannot expire.</summary>
    private async Task LapsesAsync(MemberJson member, CancellationToken budget)
    {
        // PassKit's clock and ours may differ by a moment: what the tier says decides.
        if (!IsValid(member) || member.TierId is not { } tier || await passKit.ExpiryTypeAsync(tier, budget) is CanExpire) return;
        throw new PassKitException(
            PassKitFault.Refused,
            $"The pass is over and stays valid: its tier {tier} cannot expire. Set the tier's expiry type in PassKit to {CanExpire}, then sync this customer again.");
    }

    private async Task<PassRecord> EnrolAsync(WantedPass wanted, PassRecord pass, PassContent content, CancellationToken budget)
    {
        var externalId = pass.ExternalId(wanted.CustomerId);
        try
        {
            var memberId = await passKit.EnrolAsync(externalId, content, budget);
            LogEnrolled(logger, wanted.CustomerId);
            return pass with { MemberId = memberId, Told = content, Unconfirmed = false };
        }
        catch (PassKitException taken) when (taken.Fault == PassKitFault.Taken)
        {
            // By an enrolment of ours whose answer was lost, as a rule. Where the id is taken and nobody has it, its member was deleted.
            return await passKit.FindAsync(externalId, budget) is { Id: { } memberId } member
                ? pass with { MemberId = memberId, Told = Shown(Owned(member, wanted.CustomerId), wanted), Unconfirmed = false }
                : pass with { Generation = pass.Generation + 1 };
        }
        catch (PassKitException notFound) when (notFound.Fault == PassKitFault.NotFound)
        {
            // Of the program or of the tier?
            throw await passKit.HasProgramAsync(budget) ? notFound.OfSetUp(content.Tier) : NoProgram();
        }
    }

    /// <summary>The record with the member that an enrolment without an answer made; there is none, or it is another's: with no trace of it.</summary>
    private async Task<PassRecord> FindAsync(WantedPass wanted, PassRecord pass, DateTimeOffset now, CancellationToken budget)
    {
        if (await passKit.FindAsync(pass.ExternalId(wanted.CustomerId), budget) is not { } member) return await GoneAsync(wanted.CustomerId, pass, now, budget);
        return OwnerOf(member) is { } owner && owner != wanted.CustomerId ? Forgotten(pass) : pass with { MemberId = member.Id, Told = Shown(member, wanted) };
    }

    /// <summary>Rule B9: the member that the customer's metadata names becomes the pass; one of our own that it replaces lapses.</summary>
    private async Task<PassRecord> AdoptAsync(WantedPass wanted, PassRecord pass, string memberId, DateTimeOffset now, CancellationToken budget)
    {
        var member = await passKit.GetByIdAsync(memberId, budget)
            ?? throw new PassKitException(PassKitFault.Refused, "The customer's metadata links a PassKit member that does not exist.");
        Owned(member, wanted.CustomerId);
        if (pass.MemberId is { } replaced && replaced != memberId) await LapseAsync(replaced, now, budget);
        return pass with { MemberId = memberId, LinkedMember = memberId, Told = Shown(member, wanted), Unconfirmed = false, DeletedAt = null };
    }

    private async Task LapseAsync(string memberId, DateTimeOffset now, CancellationToken budget)
    {
        try
        {
            await passKit.SetExpiryAsync(memberId, now, budget);
            if (await passKit.GetByIdAsync(memberId, budget) is { } member) await LapsesAsync(member, budget);
        }
        catch (PassKitException gone) when (gone.Fault == PassKitFault.NotFound)
        {
            // Deleted by hand: it is as invalid as it should be.
        }
    }

    /// <summary>Rule P3. PassKit replaces the whole map, so that other people's keys survive only if they are sent again.</summary>
    private IReadOnlyDictionary<string, string>? Merged(IReadOnlyDictionary<string, string>? shown, PassContent? content)
    {
        if (content is null || shown is null || !Merges) return content?.Metadata;

        var merged = new Dictionary<string, string>(shown, StringComparer.Ordinal);
        foreach (var (key, value) in content.Metadata) merged[key] = value;
        return merged;
    }

    /// <summary>Rule P1: a member belongs to the customer that its metadata names; one that names nobody may be taken.</summary>
    private MemberJson Owned(MemberJson member, string customerId) => OwnerOf(member) is not { } owner || owner == customerId
        ? member
        : throw new PassKitException(PassKitFault.Refused, $"The PassKit member belongs to the customer {owner}.");

    private string? OwnerOf(MemberJson member) => member.MetaData?.GetValueOrDefault(settings.StripeCustomerId) is { Length: > 0 } owner ? owner : null;

    private static PassContent Shown(MemberJson member, WantedPass wanted) => new()
    {
        Tier = member.TierId ?? "",
        Person = new Person(member.Person?.DisplayName, member.Person?.EmailAddress, member.Person?.MobileNumber),
        Expiry = member.ExpiryDate ?? PassContent.NoEnd,
        Metadata = wanted.Content!.Metadata.SetItems(
            wanted.Content.Metadata.Keys.Select(key => KeyValuePair.Create(key, member.MetaData?.GetValueOrDefault(key) ?? ""))),
        Points = wanted.Content.Points is { } points
            ? points with { Amount = (points.Field == PointsField.Points ? member.Points : member.TierPoints) ?? 0 }
            : null,
    };

    private static bool IsValid(MemberJson member) => member.Status is not ("EXPIRED" or "DELETED") && member.PassMetaData?.Status is not "PASS_INVALIDATED";

    /// <summary>The record without a member that PassKit does not know: if it knows the program, and is not a wrong region's (rule P7).</summary>
    private async Task<PassRecord> GoneAsync(string customerId, PassRecord pass, DateTimeOffset now, CancellationToken budget)
    {
        if (!await passKit.HasProgramAsync(budget)) throw NoProgram();

        // One wrong answer must not cost a pass: asked another way, PassKit has it all the same.
        if (pass is { MemberId: { } id, LinkedMember: null } && (await passKit.FindAsync(pass.ExternalId(customerId), budget))?.Id == id)
        {
            throw new PassKitException(PassKitFault.Transient, "PassKit says of a member that it has that there is none.");
        }

        // PassKit itself deletes expired records alone. A valid one was deleted by somebody.
        var byHand = pass is { MemberId: not null, Unconfirmed: false } && pass.Told?.Expiry > now;
        return Forgotten(pass) with { DeletedAt = byHand ? pass.PaidAt ?? now : null };
    }

    private static PassKitException NoProgram() => new(PassKitFault.SetUp, "PassKit answered 404 for the program");

    /// <summary>The record for a member that takes the place of one that cannot be revived (rule P4).</summary>
    private static PassRecord Replaced(PassRecord pass) => Forgotten(pass) with { Generation = pass.Generation + 1 };

    private static PassRecord Forgotten(PassRecord pass) => pass with { MemberId = null, Told = null, Unconfirmed = false, Unsure = false };

    private PassRecord Failed(WantedPass wanted, PassRecord pass, PassKitException failure, DateTimeOffset now)
    {
        metrics.PassSynced(failure.Fault.ToString().ToLowerInvariant());
        LogFailed(logger, wanted.CustomerId, failure.Fault);
        if (failure.Fault == PassKitFault.SetUp) alarm.Raise(failure.Summary, failure.Tier);
        if (failure.Fault is PassKitFault.Refused or PassKitFault.Taken or PassKitFault.NotFound)
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

    [LoggerMessage(2001, LogLevel.Information, "Enrolled {CustomerId} in PassKit.")]
    private static partial void LogEnrolled(ILogger logger, string customerId);

    [LoggerMessage(2002, LogLevel.Warning, "The pass of {CustomerId} could not be synced: {Fault}.")]
    private static partial void LogFailed(ILogger logger, string customerId, PassKitFault fault);
}
