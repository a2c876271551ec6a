using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;

namespace StripePassKitActors.Core.Customers;

/// <summary>What an event alone does not settle (rules F2, F5): Stripe's order is not kept on the way, and whole seconds cannot tell it.</summary>
public static class Hearsay
{
    /// <summary>Events of one object that are further apart than this are taken to be in the order of their times.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>A reading is dated when its answer was written: Stripe looked up to so long before.</summary>
    public static readonly TimeSpan Looking = TimeSpan.FromSeconds(3);

    /// <summary>Whether a reading answered already what an event says: Stripe looked after it.</summary>
    public static bool IsAnsweredBy(this Fact fact, Fact? known) => known is not null && known.AsOf.Read && known.AsOf.At - fact.AsOf.At >= Looking;

    /// <summary>Whether an event is used, or passed over, as it is: nothing of about its time is known of the object.</summary>
    public static bool SettlesAgainst(this Fact fact, Fact? known) =>
        known is null || known.IsTerminal || fact.AsOf == known.AsOf || fact.IsAnsweredBy(known) || (fact.AsOf.At - known.AsOf.At).Duration() > Margin;

    /// <summary>Whether a customer would stand worse than before: less spend, no tier, a lower one, or one that ends earlier.</summary>
    public static bool TakesAway(CustomerState before, CustomerState after, MembershipSettings settings, DateTimeOffset now)
    {
        if (before.Spend.Any(row => (after.Spend.FirstOrDefault(other => other.Currency == row.Currency)?.Amount ?? 0) < row.Amount)) return true;

        var (had, has) = (EntitlementRules.Of(before, settings, now), EntitlementRules.Of(after, settings, now));
        if (!had.Honoured) return false;
        return !has.Honoured || has.Tier?.Rank < had.Tier?.Rank || has.ExpiresAt < (had.ExpiresAt ?? DateTimeOffset.MaxValue);
    }

    /// <summary>Whether a valid pass would lose something if it showed <paramref name="wanted"/>: its validity, its tier, or days of it.</summary>
    public static bool WouldLose(PassContent? told, PassContent? wanted, MembershipSettings settings, DateTimeOffset now)
    {
        if (told is null || told.Expiry <= now) return false;
        if (wanted is null || wanted.Expiry < told.Expiry) return true;
        return settings.Find(told.Tier) is { } shown && (settings.Find(wanted.Tier)?.Rank ?? int.MinValue) < shown.Rank;
    }
}
