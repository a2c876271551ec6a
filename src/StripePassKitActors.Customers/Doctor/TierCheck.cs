using System.Net;
using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.PassKit;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Whether the tiers that the settings name are there, and let a pass be revoked (rule P5).</summary>
internal static class TierCheck
{
    private const string Mend = "Run: connect passkit --tiers";

    public static IEnumerable<Finding> Judge(PassKitReading read) => read.Tiers.Select(tier => Judge(tier.Key, tier.Value));

    /// <summary>PassKit's word for when passes of a tier expire.</summary>
    public static string ExpiryType(JsonObject? tier) => tier?["expirySettings"]?["expiryType"]?.ToString() switch
    {
        null or "" or "0" => "EXPIRE_NONE",
        "1" => "EXPIRE_ON_FIXED_DATE",
        "2" => "EXPIRE_AFTER_X_DAYS",
        "3" => PassSteps.CanExpire,
        "4" => "EXPIRE_SET_TO_NULL",
        var named => named,
    };

    private static Finding Judge(string id, PassKitAnswer answer)
    {
        var subject = $"tier {id}";
        if (answer.Status == HttpStatusCode.NotFound) return Finding.Error(subject, "is not in the program.", "Make it in PassKit's portal, or mend its Id in Membership:Tiers: it is the tier's id, not its name.");
        if (!answer.Succeeded || answer.Json is not { } tier) return Finding.Error(subject, $"cannot be read: PassKit answers {answer.Told}.", "Try again later.");
        return ExpiryType(tier) switch
        {
            PassSteps.CanExpire => Finding.Ok(subject, "is there, and its passes can be revoked"),
            "EXPIRE_NONE" or "EXPIRE_SET_TO_NULL" => Finding.Error(subject, $"never expires ({ExpiryType(tier)}): a pass in it cannot be revoked.", Mend),
            var other => Finding.Warn(subject, $"gives its passes a date of its own ({other}), which none of ours may overrule.", Mend),
        };
    }
}
