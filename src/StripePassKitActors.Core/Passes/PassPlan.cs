namespace StripePassKitActors.Core.Passes;

/// <summary>
/// From what PassKit was told and what the pass should show to the next step. Only what differs is sent (rule P9); a pass is revoked
/// content first and expiry last, and revived the other way round, because the content of an expired pass cannot be changed (rule P4).
/// </summary>
public static class PassPlan
{
    /// <summary>How long ago a pass may be said to have ended.</summary>
    private static readonly TimeSpan Backdated = TimeSpan.FromDays(1);

    /// <summary>After which the same change by hand is overwritten again.</summary>
    private static readonly TimeSpan OverwrittenAgain = TimeSpan.FromHours(1);

    /// <summary>Before its expiry a pass may be over for PassKit: its clock may be ahead of ours, and a call takes its time.</summary>
    private static readonly TimeSpan AboutToLapse = TimeSpan.FromMinutes(1);

    /// <summary>The next step; null: PassKit and we agree.</summary>
    /// <param name="pass">What PassKit was told.</param>
    /// <param name="wanted">What the pass should show; null: no tier was ever earned.</param>
    /// <param name="honoured">Whether the customer should hold a valid pass now: only then is a member made.</param>
    /// <param name="link">The existing member that the customer's metadata names (rule B9).</param>
    /// <param name="paidAt">When the customer last paid, UTC; null: never.</param>
    /// <param name="now">The moment, UTC.</param>
    public static PassStep? Next(PassRecord pass, PassContent? wanted, bool honoured, string? link, DateTimeOffset? paidAt, DateTimeOffset now)
    {
        if (wanted is null) return null;
        if (link is not null && link != pass.LinkedMember && honoured)
        {
            // A member that an enrolment made without an answer must be known, so that it lapses when another takes its place.
            return pass is { MemberId: null, Told: not null } ? new PassStep.Find() : new PassStep.Adopt(link);
        }

        if (pass.MemberId is null)
        {
            if (!honoured) return pass.Told is null ? null : new PassStep.Find();

            // Whoever deleted it had a reason, which only a payment made since outweighs (rule P8).
            return pass.DeletedAt is { } deleted && !(paidAt > deleted) ? null : new PassStep.Enrol(wanted);
        }

        if (pass.Told is not { } told) return new PassStep.Read();

        var lapsed = told.Expiry <= now;
        var lapses = wanted.Expiry <= now;

        // Stripe's clock may be ahead of ours: what is over by it in a moment is not revived until then.
        if (lapsed && (lapses || !honoured)) return pass.LapseSeen == told.Expiry ? null : new PassStep.Confirm();
        if (lapsed || (honoured && wanted.Expiry > now + AboutToLapse && told.Expiry <= now + AboutToLapse)) return new PassStep.SetExpiry(wanted.Expiry);
        if (told.Tier != wanted.Tier) return new PassStep.ChangeTier(wanted.Tier);

        // Nobody's name or points matter on a pass that is over, and an address that PassKit refuses must not keep one valid.
        var person = !lapses && wanted.Person.AddsTo(told.Person) ? wanted.Person : null;
        var metadata = wanted.MetadataEquals(told.Metadata) ? null : wanted;
        var expiry = !lapses && wanted.Expiry != told.Expiry ? wanted.Expiry : (DateTimeOffset?)null;
        var points = !lapses && wanted.Points != told.Points ? wanted.Points : null;
        if (person is not null || metadata is not null || expiry is not null)
        {
            return new PassStep.Update(person, metadata, expiry, points is { Amount: > 0 } ? points : null);
        }

        if (points is not null) return new PassStep.SetPoints(points);
        if (lapses) return Ends(wanted, now);
        return pass.Unconfirmed ? new PassStep.Confirm() : null;
    }

    /// <summary>
    /// Gives a valid pass the end that it should have. One that should have ended long ago ended yesterday: PassKit deletes what expired 90 days ago, and a
    /// pass must be able to come back (rule P4).
    /// </summary>
    public static PassStep.SetExpiry Ends(PassContent wanted, DateTimeOffset now) => new(wanted.Expiry > now - Backdated ? wanted.Expiry : wanted.Until(now - Backdated).Expiry);

    /// <summary>
    /// What is known after a step succeeded that answers nothing but success. Reviving forgets what was told before: PassKit may have
    /// dropped what it was told while the pass was expired.
    /// </summary>
    public static PassRecord After(PassRecord pass, PassStep step, DateTimeOffset now)
    {
        if (pass.Told is not { } told) return pass;
        return step switch
        {
            PassStep.ChangeTier change => pass with { Told = told with { Tier = change.Tier } },
            PassStep.Update update => pass with
            {
                Told = told with
                {
                    Person = update.Person?.Over(told.Person) ?? told.Person,
                    Metadata = update.Metadata?.Metadata ?? told.Metadata,
                    Expiry = update.Expiry ?? told.Expiry,
                    Points = update.Points ?? told.Points,
                },
            },
            PassStep.SetPoints set => pass with { Told = told with { Points = set.Points } },
            PassStep.SetExpiry set when Revives(set, told, now) => pass with
            {
                Unconfirmed = true,
                Told = told with { Expiry = set.Expiry, Person = Person.Unknown, Metadata = told.Metadata.Clear(), Points = null },
            },
            PassStep.SetExpiry set => pass with { Told = told with { Expiry = set.Expiry } },
            PassStep.Confirm => pass with { Unconfirmed = false, LapseSeen = told.Expiry <= now ? told.Expiry : pass.LapseSeen },
            _ => pass,
        };
    }

    /// <summary>Whether a pass with what it was told is over, or may be for PassKit, and is to last.</summary>
    public static bool Revives(PassStep.SetExpiry set, PassContent told, DateTimeOffset now) => told.Expiry <= now + AboutToLapse && set.Expiry > told.Expiry;

    /// <summary>
    /// What to believe after PassKit hinted at a change and the member was read. What it shows is overwritten where it is not what it was told (rule P8), but
    /// not again and again: where it shows the same after it was told anew, that is its way of writing what it was told, and each writing would cause
    /// the next hint.
    /// </summary>
    /// <param name="read">The record as the member shows it.</param>
    /// <param name="told">What PassKit was told before.</param>
    /// <param name="now">The moment, UTC.</param>
    public static PassRecord Believed(PassRecord read, PassContent? told, DateTimeOffset now)
    {
        if (told is null || read.Told is not { } shown) return read;
        if (shown.Shows(told)) return read with { Told = told };
        var fingerprint = shown.Fingerprint();
        return read.Overwritten is { } last && last.Shown == fingerprint && now < last.At + OverwrittenAgain
            ? read with { Told = told }
            : read with { Overwritten = new Overwritten(fingerprint, now) };
    }
}
