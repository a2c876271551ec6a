using System.Collections.Immutable;

namespace StripePassKitActors.Core.Passes;

/// <summary>From what subscribers were told last and what is now to what they are to be told.</summary>
public static class PassChanges
{
    /// <summary>The changes, in their order; none: they know it all.</summary>
    /// <param name="told">What they were told; null: nothing.</param>
    /// <param name="now">What is; null: there never was a pass.</param>
    /// <param name="unsure">Whether they may have been told something else since, by an attempt whose end was not saved.</param>
    public static ImmutableArray<PassChangeKind> Between(AnnouncedPass? told, AnnouncedPass? now, bool unsure)
    {
        if (now is null) return [];

        var same = told?.MemberId == now.MemberId;
        PassChangeKind? life = (told, now) switch
        {
            (null, { Valid: true }) => PassChangeKind.Issued,
            (null, _) => unsure ? PassChangeKind.Revoked : null,
            (_, { Valid: true }) when !same => PassChangeKind.Reissued,
            ({ Valid: true }, { Valid: false }) => PassChangeKind.Revoked,
            ({ Valid: false }, { Valid: true }) => PassChangeKind.Revived,
            _ when unsure || Differs(told, now) => PassChangeKind.Updated,
            _ => null,
        };
        var held = same ? told!.Installed : null;
        PassChangeKind? holder = now.Installed is { } installed && installed != held ? installed ? PassChangeKind.Installed : PassChangeKind.Removed : null;
        return [.. new[] { life, told is null && life is null ? null : holder }.OfType<PassChangeKind>()];
    }

    // Since when a pass is over moves with each word of an unpaid subscription, or of a customer who opted out: it is no news of the pass.
    private static bool Differs(AnnouncedPass told, AnnouncedPass now) =>
        (told.Status is not null && ((told.Tier, told.Status) != (now.Tier, now.Status) || (now.Valid && told.ValidUntil != now.ValidUntil)))
        || (told.Content is not null && now.Content is not null && told.Content != now.Content);
}
