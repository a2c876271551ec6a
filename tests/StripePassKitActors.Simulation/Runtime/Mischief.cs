namespace StripePassKitActors.Simulation.Runtime;

/// <summary>An effect on the world outside the process: before and after each, anything can happen.</summary>
internal enum Effect
{
    StateRead,
    StateCommit,
    Reminder,
    PassKit,
    Stripe,
    ActorCall,
    Publish,
}

/// <summary>What goes wrong with one effect.</summary>
internal enum Trouble
{
    None,

    /// <summary>The process dies before the effect.</summary>
    DiesBefore,

    /// <summary>The process dies after the effect, before it learns of it.</summary>
    DiesAfter,

    /// <summary>There is no effect, and an error is told.</summary>
    Fails,

    /// <summary>There is an effect, and an error is told.</summary>
    FailsAfter,

    /// <summary>There is no effect, and nobody answers.</summary>
    Hangs,

    /// <summary>There is an effect, and nobody answers.</summary>
    HangsAfter,

    /// <summary>The answer is a 429.</summary>
    TooMany,

    /// <summary>The answer is a 403.</summary>
    Refuses,

    /// <summary>The answer is a 500.</summary>
    Breaks,

    /// <summary>The answer is a 404, whatever is there.</summary>
    Missing,

    /// <summary>There is an effect, and the answer is no JSON.</summary>
    Garbage,

    /// <summary>There is an effect, and a gateway answers 502.</summary>
    GatewayAfter,
}

/// <summary>How bad a world is.</summary>
/// <param name="Effects">Share of effects that go wrong.</param>
/// <param name="Deaths">Share of those that kill the process.</param>
/// <param name="Deliveries">Share of events that are delivered twice or late.</param>
/// <param name="Overlaps">Share of turns that do not wait for the one before, as two activations would not.</param>
/// <param name="Reminders">Share of reminders that fire early, late or twice.</param>
internal sealed record Weather(double Effects, double Deaths, double Deliveries, double Overlaps, double Reminders)
{
    public static Weather Calm { get; } = new(0, 0, 0, 0, 0);

    /// <summary>How many events the broker hands over in one call, at most. Where they are few, a customer has several turns to wait for.</summary>
    public int Bulk { get; init; } = 12;

    /// <summary>Whether Stripe does not answer for hours at times.</summary>
    public bool StripeAway { get; init; }

    /// <summary>Whether members are changed in PassKit by hand.</summary>
    public bool ByHand { get; init; }
}

/// <summary>
/// Decides what goes wrong. Each decision hangs on whose effect it is and on its number, so that leaving out one of them, to find out which
/// ones matter, leaves most of the others as they were.
/// </summary>
internal sealed class Mischief(ulong seed, Weather weather, IReadOnlySet<string> leftOut)
{
    private static readonly Dictionary<Effect, Trouble[]> Kinds = new()
    {
        [Effect.StateRead] = [Trouble.Fails],
        [Effect.StateCommit] = [Trouble.Fails, Trouble.FailsAfter],
        [Effect.Reminder] = [Trouble.Fails, Trouble.FailsAfter],
        [Effect.ActorCall] = [Trouble.Fails, Trouble.FailsAfter],
        [Effect.Publish] = [Trouble.Fails, Trouble.FailsAfter],
        [Effect.PassKit] =
        [
            Trouble.Fails, Trouble.FailsAfter, Trouble.Hangs, Trouble.HangsAfter, Trouble.TooMany, Trouble.Breaks, Trouble.Missing, Trouble.Garbage, Trouble.GatewayAfter,
        ],
        [Effect.Stripe] = [Trouble.Fails, Trouble.Hangs, Trouble.TooMany, Trouble.Refuses],
    };

    private static readonly TimeSpan Outage = TimeSpan.FromHours(6);

    private readonly HashSet<string> outages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>From then on nothing goes wrong any more.</summary>
    public bool Over { get; set; }

    /// <summary>What went wrong, by name.</summary>
    public List<string> Done { get; } = [];

    public Dictionary<Trouble, int> Troubles { get; } = [];

    public Trouble Of(string whose, Effect effect)
    {
        if (Over || weather.Effects == 0) return Trouble.None;

        // A turn reads many keys and commits once or twice, and what was done by a turn that then could not commit is hardest to get right.
        var share = effect switch { Effect.StateRead => weather.Effects / 8, Effect.StateCommit => Math.Min(weather.Effects * 3, 0.3), _ => weather.Effects };
        if (!Happens(whose, effect.ToString(), share, out var hash)) return Trouble.None;

        var detail = Chance.Of(hash, 1);
        var trouble = Chance.Share(detail) < weather.Deaths
            ? (detail % 2 == 0 ? Trouble.DiesBefore : Trouble.DiesAfter)
            : Kinds[effect][detail % (ulong)Kinds[effect].Length];
        Done[^1] += $": {trouble}";
        Troubles[trouble] = Troubles.GetValueOrDefault(trouble) + 1;
        return trouble;
    }

    /// <summary>How an event is delivered: how long each copy takes.</summary>
    public IReadOnlyList<TimeSpan> Delays(string eventId)
    {
        var hash = Chance.Of(seed, eventId);
        var prompt = TimeSpan.FromMilliseconds(hash % 3_000);
        if (Over || Chance.Share(Chance.Of(hash, 2)) >= weather.Deliveries || leftOut.Contains(eventId)) return [prompt];

        Done.Add(eventId);
        var chance = Chance.Sequence(hash);
        return [.. Enumerable.Range(0, chance.Next(3) == 0 ? 1 : chance.Next(2, 4)).Select(_ => chance.Next(10) switch
        {
            < 4 => TimeSpan.FromSeconds(chance.Next(1, 30)),
            < 7 => TimeSpan.FromMinutes(chance.Next(1, 90)),
            < 9 => TimeSpan.FromHours(chance.Next(1, 24)),
            _ => TimeSpan.FromHours(chance.Next(24, 72)),
        })];
    }

    /// <summary>How long a call to another service takes.</summary>
    public TimeSpan Latency(string whose)
    {
        var number = counts[whose + "latency"] = counts.GetValueOrDefault(whose + "latency") + 1;
        return TimeSpan.FromMilliseconds(20 + (Chance.Of(seed, whose) + ((ulong)number * 7919)) % 300);
    }

    /// <summary>Whether a turn begins although another of the same customer has not ended.</summary>
    public bool Overlaps(string whose) => !Over && weather.Overlaps > 0 && Happens(whose, "overlap", weather.Overlaps, out _);

    /// <summary>Whether Stripe answers nobody now, which it does in one of six hours.</summary>
    public bool IsStripeAway(DateTimeOffset now)
    {
        if (Over || !weather.StripeAway) return false;

        var number = (ulong)(now.UtcTicks / Outage.Ticks);
        var name = $"outage {number}";
        if (Chance.Of(seed, "outage", number) % 6 != 0 || leftOut.Contains(name)) return false;
        if (outages.Add(name)) Done.Add(name);
        return true;
    }

    /// <summary>Whether a member is changed in PassKit by hand.</summary>
    public bool Meddles(int number)
    {
        var name = $"by hand {number}";
        if (Over || leftOut.Contains(name)) return false;
        Done.Add(name);
        return true;
    }

    /// <summary>When a reminder fires, beside when it should: one moment or two.</summary>
    public IReadOnlyList<TimeSpan> Firings(string whose, TimeSpan wait)
    {
        if (Over || weather.Reminders == 0 || !Happens(whose, "reminder", weather.Reminders, out var hash)) return [wait];
        var chance = Chance.Sequence(hash);
        return chance.Next(3) switch
        {
            0 => [wait * chance.NextDouble(), wait],
            1 => [wait + TimeSpan.FromMinutes(chance.Next(1, 180))],
            _ => [wait, wait + TimeSpan.FromMilliseconds(chance.Next(0, 50))],
        };
    }

    private bool Happens(string whose, string what, double share, out ulong hash)
    {
        var key = whose + what;
        var number = counts[key] = counts.GetValueOrDefault(key) + 1;
        hash = Chance.Of(Chance.Of(seed, key), (ulong)number);
        if (Chance.Share(hash) >= share) return false;

        var name = $"{whose} {what} {number}";
        if (leftOut.Contains(name)) return false;
        Done.Add(name);
        return true;
    }
}
