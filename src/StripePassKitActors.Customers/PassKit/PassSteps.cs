using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>One step of a sync in PassKit each, and what the record says after it.</summary>
internal sealed partial class PassSteps(PassKitClient passKit, PassSettings settings, IOptions<PassKitOptions> options, ILogger<PassSteps> logger)
{
    /// <summary>PassKit's word for a tier each of whose passes has an expiry of its own.</summary>
    public const string CanExpire = "EXPIRE_ON_VARIABLE_DATE_TIME";

    /// <summary>Whether a member's metadata is read before it is written (rule P3).</summary>
    public bool Merges => options.Value.Metadata == PassKitOptions.MetadataPolicy.Merge;

    /// <summary>The record after a step that succeeded.</summary>
    /// <exception cref="PassKitException">It did not.</exception>
    public async Task<PassRecord> PerformAsync(
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
                    pass = Installation.Seen(pass, member.PassMetaData, now);
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
    public async Task<(PassRecord Pass, IReadOnlyDictionary<string, string>? Metadata)> ReadAsync(
        WantedPass wanted, PassRecord pass, DateTimeOffset now, CancellationToken budget)
    {
        if (await passKit.GetByIdAsync(pass.MemberId!, budget) is not { } member) return (await GoneAsync(wanted.CustomerId, pass, now, budget), null);
        if (pass.Unconfirmed && pass.Told?.Expiry > now && !IsValid(member)) return (Replaced(pass), null);
        var shown = Shown(member, wanted);
        var seen = Installation.Seen(pass, member.PassMetaData, now) with { Told = shown, Unsure = false, LapseSeen = IsValid(member) ? null : shown.Expiry };
        return (seen, member.MetaData ?? new Dictionary<string, string>());
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
        return OwnerOf(member) is { } owner && owner != wanted.CustomerId ? pass.WithoutMember() : pass with { MemberId = member.Id, Told = Shown(member, wanted) };
    }

    /// <summary>Rule B9: the member that the customer's metadata names becomes the pass; one of our own that it replaces lapses.</summary>
    private async Task<PassRecord> AdoptAsync(WantedPass wanted, PassRecord pass, string memberId, DateTimeOffset now, CancellationToken budget)
    {
        var member = await passKit.GetByIdAsync(memberId, budget)
            ?? throw new PassKitException(PassKitFault.Refused, "The customer's metadata links a PassKit member that does not exist.");
        Owned(member, wanted.CustomerId);
        if (pass.MemberId is { } replaced && replaced != memberId) await LapseAsync(replaced, now, budget);
        var known = pass.MemberId == memberId ? pass : pass.WithoutMember();
        return Installation.Seen(known, member.PassMetaData, now) with
        {
            MemberId = memberId,
            LinkedMember = memberId,
            Told = Shown(member, wanted),
            Unconfirmed = false,
            Unsure = pass.Unsure,
            DeletedAt = null,
        };
    }

    private async Task LapseAsync(string memberId, DateTimeOffset now, CancellationToken budget)
    {
        try
        {
            await passKit.SetExpiryAsync(memberId, now, budget);
        }
        catch (PassKitException gone) when (gone.Fault == PassKitFault.NotFound)
        {
            // Deleted by hand it is as invalid as it should be; asked another way, because one wrong answer would leave it valid.
            if (await passKit.GetByIdAsync(memberId, budget) is not null) throw Contradiction();
            return;
        }

        if (await passKit.GetByIdAsync(memberId, budget) is { } member) await LapsesAsync(member, budget);
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

    /// <summary>The customer whom the member's metadata names; null: nobody.</summary>
    public string? OwnerOf(MemberJson member) => member.MetaData?.GetValueOrDefault(settings.StripeCustomerId) is { Length: > 0 } owner ? owner : null;

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
        if (pass.MemberId is { } id && (pass.LinkedMember is null ? (await passKit.FindAsync(pass.ExternalId(customerId), budget))?.Id == id : await passKit.GetByIdAsync(id, budget) is not null))
        {
            throw Contradiction();
        }

        // PassKit itself deletes expired records alone. A valid one was deleted by somebody.
        var byHand = pass is { MemberId: not null, Unconfirmed: false } && pass.Told?.Expiry > now;
        return pass.WithoutMember() with { DeletedAt = byHand ? pass.PaidAt ?? now : null };
    }

    private static PassKitException Contradiction() => new(PassKitFault.Transient, "PassKit says of a member that it has that there is none.");

    /// <summary>Nobody is found where the program is not: in the wrong region (rule P7).</summary>
    public static PassKitException NoProgram() => new(PassKitFault.SetUp, "PassKit answered 404 for the program");

    /// <summary>The record for a member that takes the place of one that cannot be revived (rule P4).</summary>
    private static PassRecord Replaced(PassRecord pass) => pass.WithoutMember() with { Generation = pass.Generation + 1 };

    [LoggerMessage(2001, LogLevel.Information, "Enrolled {CustomerId} in PassKit.")]
    private static partial void LogEnrolled(ILogger logger, string customerId);
}
