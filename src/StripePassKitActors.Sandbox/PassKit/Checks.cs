using System.Net.Mail;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StripePassKitActors.Sandbox.PassKit.Schema;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>PassKit's field checks. Each answers null when there is nothing to say.</summary>
internal static partial class Checks
{
    public static string Text(this JsonObject message, string field) => message[field]?.GetValue<string>() ?? "";

    public static Answer? Required(string message, JsonObject body, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (ProtoJson.IsZero(message, field, body[field])) return Answer.FieldFails(message, field, "required");

        return null;
    }

    public static Answer? ServerAssigned(string message, JsonObject body, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (body[field] is not null) return Answer.FieldFails(message, field, "isdefault");

        return null;
    }

    public static Answer? Person(JsonNode? person)
    {
        if (person is not JsonObject given) return null;
        if (given.Text("emailAddress") is { Length: > 0 } email && !IsEmail(email)) return Answer.FieldFails("Person", "emailAddress", "email");
        return given.Text("mobileNumber") is { Length: > 0 } mobile && !Mobile().IsMatch(mobile)
            ? Answer.FieldFails("Person", "mobileNumber", "e164")
            : null;
    }

    // What reading an address again as an address does not change is one; "Ada <ada@example.com>" is not.
    private static bool IsEmail(string email) =>
        MailAddress.TryCreate(email, out var address) && address.Address == email && address.Host.Contains('.', StringComparison.Ordinal);

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$", RegexOptions.CultureInvariant)]
    private static partial Regex Mobile();
}
