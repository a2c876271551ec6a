using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Passes;

/// <summary>What subscribers were last told of a pass: what the next change is a change of.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Valid">Whether its pass was valid.</param>
/// <param name="Tier">The tier that was earned or lost.</param>
/// <param name="Status">How the customer stood.</param>
/// <param name="ValidUntil">Until when, UTC.</param>
/// <param name="Installed">Whether somebody held it.</param>
/// <param name="Content">The fingerprint of what it showed; null: not known, and no difference.</param>
public sealed record AnnouncedPass(
    string MemberId, bool Valid, string? Tier, EntitlementStatus? Status, DateTimeOffset? ValidUntil, bool? Installed, string? Content)
{
    /// <summary>
    /// The pass as it is; null: there never was one. What PassKit refuses to show on a pass that is, or should be, valid is on none: what was told of it last stands,
    /// but for its end where PassKit was told that.
    /// </summary>
    /// <param name="pass">The pass, as far as PassKit was told.</param>
    /// <param name="entitlement">What the customer has earned.</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="content">The fingerprint of what it shows, where it is known already.</param>
    public static AnnouncedPass? Of(PassRecord pass, Entitlement entitlement, DateTimeOffset now, string? content = null)
    {
        if ((pass.MemberId ?? pass.Announced?.MemberId) is not { } memberId) return null;
        var earned = new AnnouncedPass(
            memberId, pass.IsValid(now), entitlement.Tier?.Id, entitlement.Status, WholeSeconds(entitlement.ValidUntil), pass.Installed, content ?? pass.Told?.Fingerprint());
        var refused = pass.State == PassState.Failed && (earned.Valid || entitlement.Honoured);
        if (!refused || pass.Announced is not { } told || told.MemberId != memberId) return earned;

        var lasts = earned.Valid && pass.Told!.Expiry == PassContent.ExpiryOf(entitlement);
        return told with { Valid = earned.Valid, Installed = earned.Installed, ValidUntil = lasts ? earned.ValidUntil : told.ValidUntil };
    }

    /// <summary>
    /// A pass that was made before changes were announced: nobody was told of it, and nobody is until it changes. What it was, beside what it shows, is
    /// not known.
    /// </summary>
    public static AnnouncedPass? Unannounced(PassRecord pass, DateTimeOffset now) =>
        pass.MemberId is { } memberId ? new AnnouncedPass(memberId, pass.IsValid(now), null, null, null, pass.Installed, pass.Told?.Fingerprint()) : null;

    // Some ends are the moment at which something was noticed, and are known to PassKit by the second.
    private static DateTimeOffset? WholeSeconds(DateTimeOffset? moment) => moment is { } at ? new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero) : null;
}
