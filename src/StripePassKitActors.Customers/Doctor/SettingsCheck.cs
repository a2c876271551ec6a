namespace StripePassKitActors.Customers.Doctor;

/// <summary>What would stop the app at its start, all of it.</summary>
internal static class SettingsCheck
{
    private const string Subject = "settings";

    /// <param name="failures">The sentences that the start would end with.</param>
    /// <param name="webhookSecrets">What the ingress is to know, where this app is told too.</param>
    public static IEnumerable<Finding> Judge(IReadOnlyList<string> failures, IEnumerable<string> webhookSecrets)
    {
        if (failures.Count == 0) yield return Finding.Ok(Subject, "can be read, and make sense");
        foreach (var failure in failures) yield return new Finding(Level.Error, Subject, failure);
        foreach (var _ in webhookSecrets.Where(secret => !secret.StartsWith("whsec_", StringComparison.Ordinal) || secret.Any(char.IsWhiteSpace)))
            yield return Finding.Error(Subject, "one of Stripe:WebhookSecrets is no signing secret of an endpoint: no signature will match.", "It begins with whsec_; Stripe's dashboard, Developers, Webhooks, shows it.");
    }
}
