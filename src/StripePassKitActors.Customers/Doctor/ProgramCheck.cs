using System.Net;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether the program is here, and gives out passes that last.</summary>
internal static class ProgramCheck
{
    private const string Subject = "PassKit program";

    private const string InPortal = "In PassKit's portal, the project's Settings.";

    // PassKit's gateway writes names; its own samples also have numbers.
    private static readonly Dictionary<string, string> Numbers = new()
    {
        ["1"] = "PROJECT_ACTIVE_FOR_OBJECT_CREATION", ["2"] = "PROJECT_DISABLED_FOR_OBJECT_CREATION", ["4"] = "PROJECT_DRAFT", ["8"] = "PROJECT_PUBLISHED",
        ["16"] = "PROJECT_PRIVATE", ["32"] = "PROJECT_OVER_QUOTA", ["64"] = "PROJECT_DELETED", ["128"] = "PROJECT_EMAIL_WARNING", ["256"] = "PROJECT_EMAIL_SUSPENDED",
    };

    /// <param name="read">What PassKit says.</param>
    /// <param name="livemode">Whether it is for people who really pay.</param>
    /// <param name="mails">Whether PassKit is asked to mail passes.</param>
    public static IEnumerable<Finding> Judge(PassKitReading read, bool livemode, bool mails)
    {
        if (read.Program is not { } answer) return [];
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return
            [
                Finding.Error(
                    Subject,
                    $"{read.Region.Host} knows no program '{read.ProgramId}'. In the wrong region everything answers 404, although the credentials are right.",
                    $"Set PASSKIT_REST_URL to the REST API prefix that the portal shows under Developer Tools{Other(read.Region)}; if it is that, check PassKit:ProgramId."),
            ];
        }

        return !answer.Succeeded || answer.Json is not { } program
            ? [Finding.Error(Subject, $"'{read.ProgramId}' cannot be read: PassKit answers {answer.Told}.", "Whose credentials these are may lack access to members; see the portal, Account, Team.")]
            : Judge(program, [.. Statuses(program)], livemode, mails);
    }

    private static IEnumerable<Finding> Judge(JsonObject program, HashSet<string> status, bool livemode, bool mails)
    {
        var name = $"{program["name"]}";
        var draft = status.Contains("PROJECT_DRAFT");
        yield return status.Contains("PROJECT_DELETED") ? Finding.Error(Subject, $"'{name}' is deleted.", "Name another in PassKit:ProgramId.")
            : draft ? new Finding(
                livemode ? Level.Error : Level.Warn, Subject, $"'{name}' is a draft: its passes say that they are for tests, and vanish after about two days.", "Publish it in PassKit's portal.")
            : !status.Contains("PROJECT_PUBLISHED") ? Finding.Warn(Subject, $"'{name}' is not said to be published.", "Publish it in PassKit's portal.")
            : Finding.Ok(Subject, $"'{name}' is here and published");

        yield return status.Contains("PROJECT_DISABLED_FOR_OBJECT_CREATION") || !status.Contains("PROJECT_ACTIVE_FOR_OBJECT_CREATION")
            ? Finding.Error("PassKit new passes", "no pass can be made in it: it is disabled.", $"Activate it. {InPortal}")
            : Finding.Ok("PassKit new passes", "can be made");
        yield return status.Contains("PROJECT_OVER_QUOTA")
            ? Finding.Error("PassKit quota", "is used up: no further pass is made.", "Raise the plan, or delete passes that nobody needs: PassKit's portal, Account, Billing.")
            : Finding.Ok("PassKit quota", "is not used up");
        yield return status.Contains("PROJECT_EMAIL_SUSPENDED") ? new Finding(
                mails ? Level.Error : Level.Warn, "PassKit email", "is suspended: nobody is sent their pass.", "Ask PassKit's support; too many addresses bounced.")
            : status.Contains("PROJECT_EMAIL_WARNING") ? Finding.Warn("PassKit email", "is about to be suspended: too many addresses bounce.", "Have Stripe's checkout ask for the address again, and mend those that bounce.")
            : Finding.Ok("PassKit email", "is sent");
    }

    private static IEnumerable<string> Statuses(JsonObject program) =>
        program["status"] is JsonArray all ? all.Select(one => $"{one}").Select(one => Numbers.GetValueOrDefault(one, one)) : [];

    private static string Other(Uri region) => region.Host switch
    {
        "api.pub1.passkit.io" => " (it may be https://api.pub2.passkit.io)",
        "api.pub2.passkit.io" => " (it may be https://api.pub1.passkit.io)",
        _ => "",
    };
}
