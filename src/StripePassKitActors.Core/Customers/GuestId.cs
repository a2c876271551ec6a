using System.Security.Cryptography;
using System.Text;

namespace StripePassKitActors.Core.Customers;

/// <summary>
/// What a guest is known by, who is no customer in Stripe: the payment intent, else the charge, else the checkout session that cost nothing (rule B11). Customer ids
/// cannot be told by a prefix, because merchants could once choose them.
/// </summary>
public static class GuestId
{
    // Before the hash of an e-mail address.
    private const string ByEmail = "guest-";

    // Before the hash of a session's id.
    private const string Free = "session-";

    private static readonly string[] Prefixes = ["pi_", "ch_", "py_", "cs_", Free, ByEmail]; // "cs_": as older code had it

    /// <summary>The guest of a session that cost nothing: the session's id does not show, because whoever has it is shown the pass, and ids reach logs.</summary>
    public static string OfSession(string sessionId) => Free + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sessionId)))[..40];

    /// <summary>The guest by e-mail: its address does not show, because ids reach logs.</summary>
    public static string OfEmail(string email) => ByEmail + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())))[..40];

    /// <summary>Whether an actor's id is a guest's.</summary>
    public static bool Is(string id) => Prefixes.Any(prefix => id.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether it is the guest of all purchases with one e-mail address (<c>Guests: ByEmail</c>).</summary>
    public static bool IsByEmail(string id) => id.StartsWith(ByEmail, StringComparison.Ordinal);
}
