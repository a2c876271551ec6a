using System.Net;
using StripePassKitActors.Customers.Settings;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether PassKit answers at all, and takes who calls.</summary>
internal static class CredentialsCheck
{
    private const string Subject = "PassKit credentials";

    public static IEnumerable<Finding> Judge(PassKitReading read, PassKitOptions options)
    {
        var host = read.Region.Host;
        if (read.Profile.Status is null)
        {
            yield return Finding.Error("PassKit", $"{host} does not answer: {read.Profile.Text}.", "Check PASSKIT_REST_URL, and that this machine may call it.");
            yield break;
        }

        yield return read.Profile switch
        {
            _ when read.IsAdmitted => Finding.Ok(Subject, $"{host} takes them"),
            { Succeeded: true } => Finding.Error("PassKit", $"{host} answers with something that is not PassKit's.", Address),
            { Status: HttpStatusCode.Unauthorized } when read.OtherForm is { Succeeded: true } => Finding.Error(
                Subject, $"{host} takes the key, but not in this form.", $"Set PassKit:AuthorizationScheme to {(options.AuthorizationScheme is "Bearer" ? "nothing" : "Bearer")}."),
            { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => Finding.Error(
                Subject, $"{host} answers {read.Profile.Told}.", $"Check {Names(options)}: in PassKit's portal, Account, Developer Tools, REST credentials (those of the SDK are others)."),
            { Status: HttpStatusCode.NotFound } => Finding.Error("PassKit", $"{host} knows none of PassKit's addresses.", Address),
            _ => Finding.Error("PassKit", $"{host} answers {read.Profile.Told}.", "Try again later; PassKit may be down."),
        };
    }

    private const string Address = "PASSKIT_REST_URL must be https://api.pub1.passkit.io or https://api.pub2.passkit.io, whichever the portal names as REST API prefix.";

    private static string Names(PassKitOptions options) => string.IsNullOrWhiteSpace(options.Token) ? "PassKit:ApiKey and PassKit:ApiSecret" : "PassKit:Token";
}
