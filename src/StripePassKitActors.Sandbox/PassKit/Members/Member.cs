using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>A member as it read at one moment, the fields that a membership sync cares for.</summary>
/// <param name="Id">22 letters and digits, given by the sandbox.</param>
/// <param name="ExternalId">The caller's id; empty if it gave none.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="TierId">The tier.</param>
/// <param name="Status">PassKit's <c>MemberStatus</c>, e.g. <c>ENROLLED</c>, <c>EXPIRED</c>.</param>
/// <param name="PassStatus">PassKit's <c>passMetaData.status</c>, e.g. <c>PASS_ISSUED</c>, <c>PASS_INVALIDATED</c>.</param>
/// <param name="LifecycleEvents">PassKit's <c>passMetaData.lifecycleEvents</c>, e.g. <c>INSTALLED_APPLE</c>, in the order in which each first happened.</param>
/// <param name="FirstInstalledAt">When it was first on a device, in UTC; null if never.</param>
/// <param name="ExpiryDate">When the pass lapses, in UTC; null if never.</param>
/// <param name="MetaData">The caller's own fields.</param>
/// <param name="DisplayName">Empty if unknown, as the next four.</param>
/// <param name="Forename">Given name.</param>
/// <param name="Surname">Family name.</param>
/// <param name="EmailAddress">The holder's address.</param>
/// <param name="MobileNumber">The holder's number, <c>+</c> and digits.</param>
/// <param name="Points">A 32-bit float on the wire.</param>
/// <param name="TierPoints">Whole points.</param>
/// <param name="Created">When it was enrolled, in UTC.</param>
/// <param name="Updated">When it last changed, in UTC.</param>
public sealed record Member(
    string Id,
    string ExternalId,
    string ProgramId,
    string TierId,
    string Status,
    string PassStatus,
    IReadOnlyList<string> LifecycleEvents,
    DateTimeOffset? FirstInstalledAt,
    DateTimeOffset? ExpiryDate,
    IReadOnlyDictionary<string, string> MetaData,
    string DisplayName,
    string Forename,
    string Surname,
    string EmailAddress,
    string MobileNumber,
    double Points,
    uint TierPoints,
    DateTimeOffset Created,
    DateTimeOffset Updated)
{
    /// <summary>Whether the pass has lost its barcode.</summary>
    public bool IsExpired => PassStatus is "PASS_INVALIDATED";

    /// <summary>Whether it is on a device, expired or not.</summary>
    public bool IsInstalled { get; private init; }

    internal static Member From(JsonObject shown)
    {
        var person = shown["person"] as JsonObject ?? [];
        var pass = shown["passMetaData"]!.AsObject();
        return new Member(
            shown.Text("id"),
            shown.Text("externalId"),
            shown.Text("programId"),
            shown.Text("tierId"),
            shown.Text("status"),
            pass.Text("status"),
            [.. pass["lifecycleEvents"]!.AsArray().Select(one => one!.GetValue<string>())],
            Moment(pass, "firstInstalledAt"),
            Moment(shown, "expiryDate"),
            shown["metaData"]!.AsObject().ToDictionary(field => field.Key, field => field.Value!.GetValue<string>()),
            person.Text("displayName"),
            person.Text("forename"),
            person.Text("surname"),
            person.Text("emailAddress"),
            person.Text("mobileNumber"),
            Number(shown["points"]!),
            (uint)Number(shown["tierPoints"]!),
            ProtoJson.Moment(shown.Text("created")),
            ProtoJson.Moment(shown.Text("updated")))
        {
            // An expired pass reads as such and no longer as installed.
            IsInstalled = pass.Text("status") is "PASS_INSTALLED"
                || (pass.Text("status") is "PASS_INVALIDATED" && Moment(pass, "lastInstalledAt") is { } on && !(Moment(pass, "lastUninstalledAt") >= on)),
        };
    }

    private static DateTimeOffset? Moment(JsonObject of, string field) => of.Text(field) is { Length: > 0 } text ? ProtoJson.Moment(text) : null;

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
