using System.Collections.Immutable;
using StripePassKitActors.Simulation.Oracle;
using StripePassKitActors.Simulation.Runtime;
using StripePassKitActors.Simulation.Stripe;

namespace StripePassKitActors.Simulation.Stories;

/// <summary>Everything that happens in a world, before it happens. Any part can be left out.</summary>
internal sealed record WorldPlan(ulong Seed, Rules Rules, Weather Weather, ImmutableArray<LifePlan> Lives)
{
    /// <summary>Customers of a world: few, so that a story is soon made short.</summary>
    public const int Customers = 25;

    private const long Hour = 3600;
    private const long Day = 24 * Hour;

    public static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);

    /// <summary>Times of rest, in which people do nothing and nothing goes wrong; at the end of each everything must be right.</summary>
    public static readonly ImmutableArray<DateTimeOffset> Rests = [Start.AddDays(110), Start.AddDays(220), Start.AddDays(330), Start.AddDays(420)];

    /// <summary>How long a rest is: what was delayed arrives within it, and what is tried again was tried again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromDays(6);

    /// <summary>When nothing goes wrong any more and people do nothing any more.</summary>
    public static readonly DateTimeOffset Quiet = Start.AddDays(500);

    /// <summary>When everything must be right.</summary>
    public static readonly DateTimeOffset End = Quiet + Rest;

    /// <summary>What the merchant makes of the catalogue meanwhile.</summary>
    public ImmutableArray<ShopStep> Changes { get; init; } = [];

    /// <summary>Mischief that does not happen, by name.</summary>
    public ImmutableHashSet<string> LeftOut { get; init; } = [];

    /// <summary>The world of a seed.</summary>
    public static WorldPlan Of(ulong seed, bool key)
    {
        var chance = Chance.Sequence(Chance.Of(seed, "world"));
        var rules = new Rules
        {
            UnmappedPlanTier = chance.Next(3) == 0 ? "bronze" : null,
            GraceDays = chance.Next(4) switch { 0 => 0, 1 => 5, _ => 21 },
            MarginDays = chance.Next(4) switch { 0 => 0, 1 => 1, _ => 3 },
            HonourTrials = chance.Next(4) > 0,
            HonourPausedCollection = chance.Next(3) > 0,
            OwnMetadata = chance.Next(2) == 0,
            Key = key,
            Source = chance.Next(6) switch { 0 => Source.Subscription, 1 => Source.Spend, 2 => Source.SpendWhileSubscribed, _ => Source.Highest },
            SpendMonths = chance.Next(5) switch { 0 => Rules.CalendarYear, 1 => chance.Next(1, 13), _ => null },
            TimeZone = chance.Next(3) == 0 ? "Pacific/Auckland" : "UTC",
            KeepRefunded = chance.Next(4) == 0,
            OnDispute = (OnDispute)chance.Next(3),
        };
        var further = Chance.Sequence(Chance.Of(seed, "settings"));
        rules = rules with
        {
            Reread = further.Next(8) switch { 0 => Reread.Always, 1 when key => Reread.Never, _ => Reread.WhenNeeded },
            Forgets = further.Next(3) == 0,
            Guests = further.Next(4) == 0 ? Guests.Ignore : Guests.PerPurchase,
            Points = further.Next(3) switch { 0 => Points.TierPoints, 1 => Points.Points, _ => Points.None },
        };
        var weather = chance.Next(7) switch
        {
            6 => new Weather(0.02, 0.1, 0.5, 0.5, 0.2) { Bulk = 2 },
            0 => Weather.Calm with { Deliveries = 0.3, StripeAway = true },
            1 => new Weather(0.08, 0.1, 0.4, 0, 0.3),
            2 => new Weather(0.25, 0.02, 0.3, 0, 0.3),
            _ => new Weather(0.02, 0.1, 0.25, 0, 0.1),
        };
        weather = weather with { ByHand = further.Next(4) == 0 };
        if (rules.Guests == Guests.PerPurchase && further.Next(3) == 0) rules = rules with { Guests = Guests.ByEmail };
        ImmutableArray<LifePlan> lives = [.. Enumerable.Range(1, Customers).Select(number => LifeOf(seed, number))];
        return new WorldPlan(seed, rules, weather, lives) { Changes = seed % 4 == 0 ? [] : [.. ChangesOf(seed, lives)] };
    }

    /// <summary>
    /// At any time, and around the moment at which somebody changes what they hold, most of all in the weeks before a rest: what goes wrong shows before another change
    /// mends it. What is sold one at a time changes at the end of a rest: what was bought before is known by then, and stays what it was.
    /// </summary>
    private static IEnumerable<ShopStep> ChangesOf(ulong seed, ImmutableArray<LifePlan> lives)
    {
        var (chance, salt) = (Chance.Sequence(Chance.Of(seed, "changes")), 0);
        foreach (var _ in Enumerable.Range(0, chance.Next(8))) yield return new ShopStep(chance.NextInt64(Start.ToUnixTimeSeconds(), Quiet.ToUnixTimeSeconds()), ++salt);
        foreach (var rest in Rests.Add(Quiet))
        {
            var before = rest.ToUnixTimeSeconds();
            var near = lives.SelectMany(life => life.Steps.Where(step => step.At > before - (25 * Day) && step.At < before && step.Act is Act.SwapPrice or Act.AddItem or Act.Subscribe).Select(step => (step.At, life.Number))).ToArray();
            foreach (var _ in Enumerable.Range(0, near.Length == 0 ? 0 : chance.Next(4)))
            {
                var (at, number) = near[chance.Next(near.Length)];
                yield return new ShopStep(at + chance.Next(-20, 6), ++salt, number);
            }

            if (rest != Quiet && chance.Next(2) == 0) yield return new ShopStep((rest + Rest).ToUnixTimeSeconds() - Day, ++salt, Single: true);
        }
    }

    private static LifePlan LifeOf(ulong seed, int number)
    {
        var chance = Chance.Sequence(Chance.Of(seed, "life", (ulong)number));
        var at = Start.ToUnixTimeSeconds() + chance.NextInt64(60 * Day);
        var steps = ImmutableArray.CreateBuilder<Step>();
        foreach (var salt in Enumerable.Range(1, chance.Next(8, 45)))
        {
            steps.Add(new Step(ActOf(chance, salt), at, salt));
            at += chance.Next(10) switch
            {
                0 => 0,
                1 => chance.NextInt64(1, 5),
                < 5 => chance.NextInt64(1, 5 * Hour),
                < 8 => chance.NextInt64(Hour, 9 * Day),
                _ => chance.NextInt64(Day, 60 * Day),
            };
            if (Rests.Any(rest => at >= rest.ToUnixTimeSeconds() && at <= (rest + Rest).ToUnixTimeSeconds())) at += (long)Rest.TotalSeconds + 1;
            if (at >= Quiet.ToUnixTimeSeconds()) break;
        }

        return new LifePlan(number, steps.ToImmutable())
        {
            LastResort = (LastResort)chance.Next(4),
            FailedRefundsLower = chance.Next(2) == 0,
            PaysAtOnce = chance.Next(5) == 0,
            OldVersion = chance.Next(2) == 0 ? ApiVersion.Of2020 : ApiVersion.Of2025,
            NewestFrom = chance.Next(4) switch
            {
                0 => long.MaxValue,
                1 => Start.ToUnixTimeSeconds() + chance.NextInt64(400 * Day),
                _ => 0,
            },
        };
    }

    private static Act ActOf(Random chance, int salt) => salt == 1 && chance.Next(4) > 0 ? Act.Subscribe : chance.Next(100) switch
    {
        < 9 => Act.Subscribe,
        < 11 => Act.AddItem,
        < 17 => Act.SwapPrice,
        < 20 => Act.SetQuantity,
        < 27 => Act.CardFails,
        < 33 => Act.CardWorks,
        < 38 => Act.PayNow,
        < 39 => Act.PayOutOfBand,
        < 43 => Act.CancelAtPeriodEnd,
        < 45 => Act.CancelAt,
        < 48 => Act.Uncancel,
        < 51 => Act.CancelNow,
        < 53 => Act.PauseCollection,
        < 55 => Act.ResumeCollection,
        < 57 => Act.Pause,
        < 60 => Act.Resume,
        < 64 => Act.Buy,
        < 65 => Act.BuyTier,
        < 66 => salt % 2 == 0 ? Act.BuyTier : Act.PayBill,
        < 68 => Act.Dispute,
        < 71 => Act.MoveDispute,
        < 73 => Act.Authorise,
        < 75 => Act.Capture,
        < 77 => Act.BuyAsGuest,
        < 79 => Act.GuestGetsCustomer,
        < 84 => Act.Refund,
        < 86 => Act.SettleRefund,
        < 88 => Act.FailRefund,
        < 92 => Act.EditProfile,
        < 94 => Act.Pin,
        < 96 => Act.Unpin,
        < 97 => Act.OptOut,
        < 99 => Act.OptIn,
        _ => chance.Next(2) == 0 ? Act.Delete : Act.Buy,
    };
}
