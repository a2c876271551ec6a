using System.Globalization;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Membership;

/// <summary>What the merchant wrote into the Stripe customer's metadata, which beats every rule (rule B9).</summary>
public static class MerchantsWord
{
    /// <summary>Grants exactly that tier while present, paid or not.</summary>
    public const string PinTier = "passkit_pin_tier";

    /// <summary>Until when <see cref="PinTier"/> holds: an RFC 3339 moment, or a day (UTC, to its end).</summary>
    public const string PinUntil = "passkit_pin_until";

    /// <summary>Expires the pass while present, unless its value is <c>false</c>, <c>no</c> or <c>0</c>.</summary>
    public const string OptOut = "passkit_opt_out";

    /// <summary>The id of an existing PassKit member that becomes this customer's pass.</summary>
    public const string LinkMember = "passkit_link_member";

    /// <summary>The keys that this product reads.</summary>
    public static readonly IReadOnlyList<string> Keys = [PinTier, PinUntil, OptOut, LinkMember];

    private const string Day = "yyyy-MM-dd";

    // Exactly these: what else a date parser makes of "9:30" depends on the machine's own clock.
    private static readonly string[] Moments = [Day, "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The member that <see cref="LinkMember"/> names; null: none.</summary>
    public static string? Link(IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(LinkMember)?.Trim() is { Length: > 0 } member ? member : null;

    internal static bool OptsOut(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(OptOut, out var value)
        && value.Trim().ToLowerInvariant() is not ("" or "false" or "no" or "0");

    /// <summary>Null: no pin, or one that is over.</summary>
    internal static Entitlement? Pin(IReadOnlyDictionary<string, string> metadata, MembershipSettings settings, DateTimeOffset now)
    {
        if (settings.Find(metadata.GetValueOrDefault(PinTier)?.Trim()) is not { } tier) return null;
        var until = Moment(metadata.GetValueOrDefault(PinUntil));
        if (until <= now) return null;

        return new Entitlement
        {
            Status = EntitlementStatus.Active,
            Tier = tier,
            Reason = $"the customer's metadata pins {tier.Id}",
            ValidUntil = until,
            ExpiresAt = until,
            ChangesAt = until,
        };
    }

    /// <summary>What of the pin cannot be read, as the end of a reason: a word that is silently not kept is taken for one that is. Empty: nothing.</summary>
    internal static string Complaint(IReadOnlyDictionary<string, string> metadata, MembershipSettings settings)
    {
        if (metadata.GetValueOrDefault(PinTier)?.Trim() is not { Length: > 0 } tier) return "";
        if (settings.Find(tier) is null) return $"; {PinTier} names no tier";
        return metadata.GetValueOrDefault(PinUntil)?.Trim() is { Length: > 0 } until && !TryReadMoment(until, out _)
            ? $"; {PinUntil} is no date: the pin has no end"
            : "";
    }

    /// <summary>
    /// Null: absent, so far away that it is no end, or nothing that can be read, which pins without an end rather than not at all.
    /// </summary>
    private static DateTimeOffset? Moment(string? text)
    {
        var written = text?.Trim();
        if (!TryReadMoment(written, out var moment) || moment >= PassContent.NoEnd) return null;
        return written!.Length == Day.Length ? moment.AddDays(1) : moment;
    }

    private static bool TryReadMoment(string? written, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        written, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
