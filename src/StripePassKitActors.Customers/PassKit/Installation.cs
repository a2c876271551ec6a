using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Customers.PassKit;

/// <summary>
/// What PassKit says of a pass on devices. Its own times count where it gives them; an expired pass has lost its status and keeps them. Apple tells of a pass whose
/// updates were switched off as of one that was removed.
/// </summary>
internal static class Installation
{
    private const string Installed = "PASS_INSTALLED";
    private const string Uninstalled = "PASS_UNINSTALLED";

    /// <summary>The record after the member was read; what PassKit does not say stays as it was known.</summary>
    /// <param name="pass">What was known.</param>
    /// <param name="shown">What PassKit says; null: nothing.</param>
    /// <param name="now">When it said so, UTC: stands for a time that it does not give.</param>
    public static PassRecord Seen(PassRecord pass, PassMetaDataJson? shown, DateTimeOffset now)
    {
        if (shown is null) return pass;

        var removed = shown.Status switch
        {
            Installed => false,
            Uninstalled => true,
            _ => shown.LastUninstalledAt is { } uninstalled && !(uninstalled < shown.LastInstalledAt),
        };
        var installedAt = shown.FirstInstalledAt ?? pass.InstalledAt ?? shown.LastInstalledAt ?? (removed ? shown.LastUninstalledAt : null) ?? (shown.Status is Installed or Uninstalled ? now : null);
        var removedAt = removed ? shown.LastUninstalledAt ?? pass.RemovedAt ?? now : shown.Status == Installed || shown.LastInstalledAt > pass.RemovedAt ? null : pass.RemovedAt;
        return installedAt == pass.InstalledAt && removedAt == pass.RemovedAt ? pass : pass with { InstalledAt = installedAt, RemovedAt = removedAt };
    }
}
