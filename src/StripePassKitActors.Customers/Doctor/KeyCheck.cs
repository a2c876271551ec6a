using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether Stripe takes the key, it is of the right mode, and may read what is read.</summary>
internal static class KeyCheck
{
    private const string Subject = "Stripe key";

    private const string Permissions = "docs/stripe-permissions.md";

    public static IEnumerable<Finding> Judge(StripeReading read, StripeOptions options)
    {
        if (read.Unread is { } why)
        {
            yield return Finding.Error(Subject, $"nothing can be read: {why}.", read.KeyRefused
                ? $"Check Stripe:ApiKey{(string.IsNullOrEmpty(options.Account) ? "" : " and Stripe:Account")}: in Stripe's dashboard, Developers, API keys."
                : "Check that this machine may call Stripe (Stripe:ApiBase, if it is set), then try again.");
            yield break;
        }

        var live = options.Livemode == true;
        yield return read.Prices?.FirstOrDefault(price => price.Livemode != live) is not null
            ? Finding.Error(Subject, $"it shows prices of {(live ? "test" : "live")} mode, and Stripe:Livemode is {(live ? "true" : "false")}.", "Make them agree.")
            : Finding.Ok(Subject, $"works, in {(live ? "live" : "test")} mode");
        foreach (var permission in read.Refused)
            yield return Finding.Error("Stripe permission", $"the key may not read {permission.Dashboard}.", $"Give it Read on {permission.Dashboard} ({permission.Name}); see {Permissions}.");
        foreach (var permission in read.Unwritable)
            yield return Finding.Warn("Stripe permission", $"the key may not write {permission.Dashboard}: there Stripe does not show who holds a pass.", $"Give it Write on {permission.Dashboard} ({permission.Name}), or empty the keys of Stripe:WriteBack; see {Permissions}.");
        if (options.ApiKey!.StartsWith("sk_", StringComparison.Ordinal))
            yield return Finding.Warn("Stripe permission", "it is a secret key, which may do everything.", $"Make a restricted one (rk_…), with what {Permissions} lists.");
        else if (read.Refused.Count + read.Unwritable.Count == 0) yield return Finding.Ok("Stripe permission", "all that is read or written may be");
    }
}
