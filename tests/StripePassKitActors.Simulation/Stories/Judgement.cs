using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Simulation.Oracle;
using StripePassKitActors.Simulation.PassKit;
using StripePassKitActors.Simulation.Runtime;
using StripePassKitActors.Simulation.Stripe;

namespace StripePassKitActors.Simulation.Stories;

/// <summary>Holds every pass of a world beside what must be true of it.</summary>
internal sealed class Judgement(World world, WorldPlan plan, IReadOnlyList<Life> lives, Dictionary<string, List<StripeEvent>> events)
{
    /// <summary>What stays of whoever is forgotten: the record, of next to nothing, and its stamp.</summary>
    private static readonly string[] Tombstone = ["customer", "stamp"];

    private readonly ILookup<string, PassMember> members = world.PassKit.Members.ToLookup(
        member => member.Metadata.GetValueOrDefault("stripeCustomerId") ?? member.ExternalId.Split('~')[0], StringComparer.Ordinal);

    public IReadOnlyList<Difference> Of() => [.. lives.Select(Of).Concat(lives.SelectMany(Guests)).OfType<Difference>()];

    private IEnumerable<Difference?> Guests(Life life) => Known.OfGuests(life, plan.Rules).Select(one => Guest(life, one.Guest, one.Known));

    private Difference? Guest(Life life, string guest, Known known)
    {
        var differences = Compare(guest, known, world.Time.Now.ToUnixTimeSeconds());
        return differences.Count == 0 ? null : new Difference(guest, differences, null) { Life = life.Plan.Number };
    }

    private Difference? Of(Life life)
    {
        var now = world.Time.Now.ToUnixTimeSeconds();
        var truth = Known.Of(life, plan.Rules);
        string[] wrongs = [.. LeftBehind(life), .. world.WrongsOf(life.CustomerId), .. IsForgotten(life) ? Remains(life) : []];
        List<string> differences = IsForgotten(life) ? [] : Compare(life.CustomerId, truth, now);
        if (differences.Count > 0 && truth.Alternatives(life, plan.Rules).Skip(1).Any(known => Compare(life.CustomerId, known, now).Count == 0)) differences = [];
        if (differences.Count == 0 && wrongs.Length == 0) return null;

        return new Difference(life.CustomerId, [.. differences, .. wrongs], wrongs.Length == 0 ? Explained(life, now) : null) { Life = life.Plan.Number };
    }

    /// <summary>Where nothing can be read, what the events alone say may be another price, or another customer, for whom the pass is right.</summary>
    private string? Explained(Life life, long now)
    {
        if (plan.Rules.Reads) return null;
        var said = events[life.CustomerId];
        return Compare(life.CustomerId, Known.AsTold(life, said, plan.Rules), now).Count == 0 ? "prices that no event told of (rule B2)"
            : Compare(life.CustomerId, Known.ByHearsay(life, said, plan.Rules), now).Count == 0 ? "events of one second (rule F4)" : null;
    }

    private List<string> Compare(string customer, Known known, long now)
    {
        var verdict = Judge.Of(known, customer, plan.Rules, now);
        List<string> differences = [];
        var valid = members[customer].Where(member => !world.PassKit.IsExpired(member)).ToArray();
        var seen = Inspect(customer);
        if (seen is not null)
        {
            var net = seen.Spend.Where(row => row.Amount != 0).ToDictionary(row => row.Currency, row => row.Amount);
            if (!known.IsIgnored && (net.Count != verdict.Net.Count || net.Any(row => verdict.Net.GetValueOrDefault(row.Key) != row.Value)))
                differences.Add($"net spend is {(net.Count == 0 ? "0" : string.Join(", ", net.Select(row => $"{row.Value} {row.Key}")))}, and must be {Judge.Amounts(verdict.Net)}");

            // Of a pass that is over subscribers know that it is. Why may change without a word: suspended yesterday, and the grant behind it ended today.
            var told = world.Subscribed.GetValueOrDefault(customer);
            if (seen.Pass.MemberId is { } member && (valid.Length > 0 ? (told?.MemberId, told?.Tier, told?.Status) != (member, seen.Tier, seen.Status) : told is { Status: EntitlementStatus.Active or EntitlementStatus.Grace }))
                differences.Add($"subscribers were told of {told}, and it is {member} {seen.Tier} {seen.Status}");
            if (seen.Pass.State is PassState.Pending or PassState.Failed) differences.Add($"the sync is {seen.Pass.State}: {seen.Pass.LastError}");
        }
        else if (!verdict.Net.IsEmpty)
        {
            differences.Add("nobody ever heard of the customer");
        }

        if (valid.Length != (verdict.Valid ? 1 : 0) || (verdict.Valid && Shown(valid[0]) != Shown(verdict)) || (verdict.Valid && !ShowsPerson(valid[0], known)))
        {
            differences.Add($"PassKit has {(valid.Length == 0 ? "no valid pass" : string.Join(" and ", valid.Select(member => $"{member.ExternalId} {Shown(member)}, {member.Name} {member.Email} {member.Phone}")))}"
                + $", and there must be {verdict.Line}{(seen is null ? "" : $" ({seen.Status}: {seen.Reason})")}");
        }

        return differences;
    }

    /// <summary>B11: whose payment became the customer's holds no pass of its own any more.</summary>
    private IEnumerable<string> LeftBehind(Life life) => life.Charges.Values
        .Where(charge => (charge.Customer is not null || IsShared(life, charge)) && members[charge.Intent].Any(member => !world.PassKit.IsExpired(member)))
        .Select(charge => $"a valid pass is left with the guest {charge.Intent}, whose payment is another's");

    private bool IsShared(Life life, Charge charge) => plan.Rules.Guests == Oracle.Guests.ByEmail && life.Sessions.Values.Any(session => session.Intent == charge.Intent && session.Email is not null);

    /// <summary>B10: where that is the merchant's wish, or an operator's word, nothing stays of who was deleted.</summary>
    private bool IsForgotten(Life life) => life.Shopper is { Deleted: true } && (plan.Rules.Forgets || world.Operator.Forgotten.Contains(life.CustomerId));

    private IEnumerable<string> Remains(Life life)
    {
        string[] names = [life.CustomerId, .. life.Charges.Values.Where(charge => charge.Customer is not null).Select(charge => charge.Intent)];
        foreach (var member in names.SelectMany(name => members[name])) yield return $"PassKit has {member.ExternalId}, who is to be forgotten";
        foreach (var key in world.Store.KeysOf(CustomerActor.TypeName, life.CustomerId).Except(Tombstone)) yield return $"the state has {key}, which is to be forgotten";
        foreach (var name in names.Where(name => Inspect(name) is { Spend.IsEmpty: false } or { Charges.IsEmpty: false })) yield return $"known still is {name}, who is to be forgotten";
    }

    private (string? Tier, string? Status, long? Expiry, string? Until, double Points) Shown(PassMember member) =>
        (member.Tier, member.Metadata.GetValueOrDefault("status"), member.Expiry?.ToUnixTimeSeconds(), member.Metadata.GetValueOrDefault("validUntil", ""), plan.Rules.Points switch
        {
            Points.None => 0,
            Points.Points => member.Points,
            _ => member.TierPoints,
        });

    private (string? Tier, string? Status, long? Expiry, string? Until, double Points) Shown(Verdict verdict) =>
        (verdict.Tier, verdict.Status, verdict.Expiry, verdict.ValidUntil, plan.Rules.Points == Points.None ? 0 : verdict.Points);

    /// <summary>P2: what the customer object says now; what it does not say may be what it said before.</summary>
    private static bool ShowsPerson(PassMember member, Known known) =>
        known.Shopper is { } shopper
        && (shopper.Name ?? member.Name) == member.Name
        && (shopper.Email ?? member.Email) == member.Email
        && (shopper.Phone?.Replace(" ", "", StringComparison.Ordinal) ?? member.Phone) == member.Phone;

    private CustomerInspection? Inspect(string customer)
    {
        var inspected = world.Process.TurnAsync(CustomerActor.TypeName, customer, actor => ((CustomerActor)actor).InspectAsync());
        return inspected.IsCompletedSuccessfully ? inspected.GetAwaiter().GetResult().Customer : throw new InvalidOperationException($"{customer} cannot be inspected.");
    }
}
