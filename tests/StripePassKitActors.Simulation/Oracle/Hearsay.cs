using StripePassKitActors.Simulation.PassKit;
using StripePassKitActors.Simulation.Runtime;

namespace StripePassKitActors.Simulation.Oracle;

/// <summary>Watches rule F5 where it happens: at the end of a world a pass that was taken away for an hour is there again.</summary>
internal static class Hearsay
{
    /// <summary>Longer than a turn: what changed in Stripe within it may not have been seen.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    /// <summary>Longer than the time before a lapse at which Stripe is asked.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromHours(2);

    /// <summary>Whose pass was taken away, or lowered, although Stripe's truth gives no reason to; null: it does.</summary>
    public static (string Customer, string Wrong)? TakenAway(World world, Rules rules, PassMember member, string tier)
    {
        var customer = OwnerOf(member);
        if (world.Lives.FirstOrDefault(life => life.CustomerId == customer) is not { } life || world.Time.Now - life.ChangedAt < Turn) return null;

        // What a pass gets when it is revived takes nothing from it, however many turns that takes.
        var lapsed = world.PassKit.IsExpired(member);
        if (world.Time.Now - member.ValidSince < Turn || (!lapsed && member.JustRevived)) return null;

        if (!lapsed && Rules.Tiers.IndexOf(member.Tier) <= Rules.Tiers.IndexOf(tier)) return null;

        var now = world.Time.Now.ToUnixTimeSeconds();
        Verdict[] verdicts = [.. Known.Of(life, rules).Alternatives(life, rules).Select(known => Judge.Of(known, customer, rules, now))];
        if (verdicts.Any(verdict => !verdict.Valid || (!lapsed && Rules.Tiers.IndexOf(member.Tier) <= Rules.Tiers.IndexOf(verdict.Tier!)))) return null;

        // What somebody bought as a guest shows on the guest's pass until that is handed over: the letter that tells of it may wait for an operator.
        var guests = life.Sessions.Values.Select(session => session.Intent).ToHashSet();
        if (world.PassKit.Members.Any(other => guests.Contains(OwnerOf(other)) && !world.PassKit.IsExpired(other) && Rules.Tiers.IndexOf(other.Tier) <= Rules.Tiers.IndexOf(verdicts[0].Tier!))) return null;

        var verdict = verdicts[0];
        return (customer, $"taken away at {Judge.Moment(now)}, by our word: its pass {(lapsed ? "lapsed" : $"became {member.Tier}")}, and Stripe says {verdict.Line}");
    }

    /// <summary>
    /// Whose pass lapsed although Stripe was to be asked an hour before, and would have told of what goes on; null: nobody's. What a guest
    /// bought is not asked for again.
    /// </summary>
    public static (string Customer, string Wrong)? Lapsed(World world, Rules rules, PassMember member)
    {
        var customer = OwnerOf(member);
        if (world.Lives.FirstOrDefault(life => life.CustomerId == customer) is not { } life || world.Time.Now - life.ChangedAt < Lead) return null;

        var now = world.Time.Now.ToUnixTimeSeconds();
        var truth = life.Shopper is null ? Known.Of(life, rules) with { Sessions = [], Bills = [] } : Known.Of(life, rules);
        Verdict[] verdicts = [.. truth.Alternatives(life, rules).Select(known => Judge.Of(known, customer, rules, now))];
        return verdicts.All(verdict => verdict.Valid) ? (customer, $"lapsed by itself at {Judge.Moment(now)}, and Stripe says {verdicts[0].Line}") : null;
    }

    private static string OwnerOf(PassMember member) => member.Metadata.GetValueOrDefault("stripeCustomerId") ?? member.ExternalId.Split('~')[0];
}
