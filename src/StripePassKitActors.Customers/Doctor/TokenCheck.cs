using Microsoft.IdentityModel.JsonWebTokens;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>How long a token lasts that was not signed here.</summary>
internal static class TokenCheck
{
    private const string Subject = "PassKit:Token";

    private const string Renew = "Make a long-lived one in PassKit's portal: project, Settings, Pass API's.";

    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public static IEnumerable<Finding> Judge(string? token, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(token)) yield break;
        if (Expiry(token) is not { } expiry)
        {
            yield return Finding.Ok(Subject, "carries no date of expiry that can be read; PassKit says that such tokens last");
            yield break;
        }

        var day = $"{expiry:yyyy-MM-dd HH:mm} UTC";
        yield return expiry <= now ? Finding.Error(Subject, $"expired at {day}.", Renew)
            : expiry - now < Soon ? Finding.Warn(Subject, $"expires at {day}.", Renew)
            : Finding.Ok(Subject, $"lasts until {day}");
    }

    private static DateTimeOffset? Expiry(string token)
    {
        try
        {
            return new JsonWebToken(token) is { ValidTo: { Ticks: > 0 } end } ? new DateTimeOffset(end, TimeSpan.Zero) : null;
        }
        catch (Exception opaque) when (opaque is ArgumentException or FormatException)
        {
            return null;
        }
    }
}
