using Microsoft.Extensions.Configuration;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Simulation.Oracle;
using StripePassKitActors.Simulation.PassKit;
using StripePassKitActors.Simulation.Stories;
using StripePassKitActors.Simulation.Stripe;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>One Stripe account, one PassKit program, one store, one broker, and one app between them that dies now and then.</summary>
internal sealed class World : IDisposable
{
    public const string ProgramId = "program";

    /// <summary>How often a delivery fails before the sidecar gives it up.</summary>
    private const int MostTries = 3;

    private readonly WorldPlan plan;
    private readonly IConfiguration configuration;
    private readonly Action<DateTimeOffset, string>? tell;
    private readonly List<Life> lives = [];
    private readonly Dictionary<string, List<StripeEvent>> events = new(StringComparer.Ordinal);
    private readonly List<StripeEvent> ready = [];
    private readonly HashSet<List<StripeEvent>> underWay = [];
    private readonly Dictionary<string, int> tries = new(StringComparer.Ordinal);
    private readonly List<Exception> broken = [];
    private readonly List<(string Customer, string Wrong)> wrongs = [];
    private ulong processes;
    private bool pumping;

    public World(WorldPlan plan, Action<DateTimeOffset, string>? tell = null)
    {
        (this.plan, this.tell) = (plan, tell);
        configuration = Wiring.Configuration(plan.Rules);
        Time = new VirtualTime(WorldPlan.Start);
        Mischief = new Mischief(plan.Seed, plan.Weather, plan.LeftOut);
        PassKit = new PassKitModel(ProgramId, Rules.Tiers, Time, revivesExpired: plan.Seed % 3 != 0);
        PassKit.Changed = (member, tier) => { if (plan.Rules.Reads && Hearsay.TakenAway(this, plan.Rules, member, tier) is { } wrong) wrongs.Add(wrong); };
        if (plan.Rules.Reads && plan.Weather is { Effects: 0, Reminders: 0, ByHand: false }) PassKit.WillLapse = WatchLapse;
        Reminders = new Reminders(this);
        Process = new Process(this, configuration, Chance.Of(plan.Seed, "process"));
        Shop = new Shop(plan.Seed, Say);
        foreach (var life in plan.Lives) Begin(life);
        foreach (var step in plan.Changes) Begin(step);
        Time.At(WorldPlan.Quiet, () => Mischief.Over = true);
        Operator = new Operator(this);
        Operator.Begin();
        Meddler = new Meddler(this, plan.Seed);
        if (plan.Weather.ByHand) Meddler.Begin();
    }

    public VirtualTime Time { get; }

    public StateStore Store { get; } = new();

    public PassKitModel PassKit { get; }

    public Shop Shop { get; }

    public Mischief Mischief { get; }

    public Reminders Reminders { get; }

    public Process Process { get; private set; }

    public Operator Operator { get; }

    public Meddler Meddler { get; }

    /// <summary>Deliveries that were parked because they failed again and again.</summary>
    public int Parked { get; private set; }

    /// <summary>The last change of each customer's pass that a subscriber believed.</summary>
    public Dictionary<string, PassChange> Subscribed { get; } = new(StringComparer.Ordinal);

    /// <summary>Whose payments are.</summary>
    public Dictionary<string, string> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>What is known of checkout sessions, by their ids.</summary>
    public Dictionary<string, StripePassKitActors.Customers.Checkout.CheckoutSession> Checkouts { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Life> Lives => lives;

    /// <summary>What was done to passes on the way and may never be done, however it ended.</summary>
    public IEnumerable<string> WrongsOf(string customer) => wrongs.Where(one => one.Customer == customer).Select(one => one.Wrong).Take(1);

    /// <summary>Changes of prices and products.</summary>
    public int Relabelled { get; private set; }

    public int Reads { get; set; }

    public int Events { get; private set; }

    public int Deliveries { get; private set; }

    public int Turns { get; set; }

    public int Overlaps { get; set; }

    public int Deaths { get; private set; }

    /// <summary>Saves over what their turn had never read: they undid another's.</summary>
    public int Undone { get; private set; }

    /// <summary>Lives the whole plan, and judges every customer at its end.</summary>
    public WorldResult Run()
    {
        List<Difference> judged = [];
        foreach (var rest in WorldPlan.Rests)
        {
            Time.RunUntil(rest);
            Mischief.Over = true;
            Time.RunUntil(rest.AddDays(1));
            Meddler.SyncAll();
            Time.RunUntil(rest + WorldPlan.Rest);
            while (IsBusy) Time.RunUntil(Time.Now.AddSeconds(7));
            JudgeAll();
            Mischief.Over = false;
        }

        Time.RunUntil(WorldPlan.End);
        JudgeAll();
        return new WorldResult(plan.Seed, judged)
        {
            Events = Events,
            Deliveries = Deliveries,
            Turns = Turns,
            Overlaps = Overlaps,
            Deaths = Deaths,
            Undone = Undone,
            Reminders = Reminders.Fired,
            Parked = Parked,
            Replayed = Operator.Replayed,
            Stayed = Operator.Stayed,
            LeftBehind = Operator.LeftBehind,
            Forgotten = Operator.Forgotten.Count,
            ByHand = Meddler.Changes,
            Relabelled = Relabelled,
            PassKitCalls = PassKit.Calls,
            StripeReads = Reads,
            Troubles = Mischief.Troubles,
            Mischief = Mischief.Done,
            LargestTurn = Store.LargestTurn,
        };

        void JudgeAll()
        {
            if (broken.Count > 0) throw new InvalidOperationException($"World {plan.Seed} broke.", broken[0]);
            Tell(() => "everything must be right");
            judged.AddRange(new Judgement(this, plan, lives, events).Of().Where(difference => judged.All(known =>
                known.Customer != difference.Customer || (known.Explanation is not null && difference.Explanation != known.Explanation))));
        }
    }

    private void WatchLapse(PassMember member)
    {
        if (member.Expiry is not { } expiry || expiry > WorldPlan.End) return;
        Time.At(expiry.AddSeconds(1), () =>
        {
            if (member.Expiry == expiry && Hearsay.Lapsed(this, plan.Rules, member) is { } wrong) wrongs.Add(wrong);
        });
    }

    /// <summary>Whether something has just happened, or is under way.</summary>
    private bool IsBusy => ready.Count > 0 || underWay.Count > 0 || Process.IsBusy || lives.Any(life => Time.Now - life.ChangedAt < TimeSpan.FromMinutes(1));

    /// <summary>Writes a line of the story, if somebody reads it.</summary>
    public void Tell(Func<string> line) => tell?.Invoke(Time.Now, line());

    /// <summary>A process died: what it held comes again, to the next one.</summary>
    public void Died(Process dead)
    {
        Deaths++;
        Tell(() => "the process dies");
        ready.AddRange(underWay.SelectMany(bulk => bulk));
        underWay.Clear();
        Time.After(TimeSpan.FromSeconds(3), () =>
        {
            dead.Dispose();
            Process = new Process(this, configuration, Chance.Of(plan.Seed, "process", ++processes));
            Tell(() => "the process is there again");
            Pump();
        });
    }

    /// <summary>Something that nobody waits for: what it throws is not lost.</summary>
    public async void Watch(Task running)
    {
        try
        {
            await running;
        }
        catch (Exception failure)
        {
            broken.Add(failure);
        }
    }

    /// <summary>A turn was saved.</summary>
    public void Committed(string actor, long before, long after)
    {
        if (Turn.Current is not { } turn) return;
        if (turn.ReadVersion < before) Undone++;

        var unread = before - turn.ReadVersion;
        Tell(() => $"{actor} is saved (version {after}{(unread > 0 ? $", over {unread} that it never read" : "")})");
        turn.ReadVersion = after; // what it saves next is over its own
    }

    public void Dispose() => Process.Dispose();

    private void Begin(LifePlan lifePlan)
    {
        List<StripeEvent> mine = [];
        Life life = null!;
        life = new Life(lifePlan, plan.Seed, Shop, said => Say(said, life, mine));
        lives.Add(life);
        events[life.CustomerId] = mine;
        foreach (var step in lifePlan.Steps)
        {
            Time.At(WithinSecond(step.At), () =>
            {
                life.PassTime(step.At);
                Tell(() => $"{life.CustomerId}: {step.Act}");
                life.Do(step);
                if (step.Act == Act.Delete && !plan.Rules.Forgets && Wish(life) is { } wait) Operator.Forget(life.CustomerId, wait);
                Await(life);
            });
        }
    }

    /// <summary>How long after Stripe deleted a customer an operator is asked to forget them; null: nobody asks.</summary>
    private TimeSpan? Wish(Life life) => Chance.Of(plan.Seed, $"{life.CustomerId} is to be forgotten") switch
    {
        var chance when chance % 3 == 0 => null,
        var chance => TimeSpan.FromSeconds(15 + (chance % 2 == 0 ? chance % 20 : chance % (3 * 86_400))),
    };

    /// <summary>Nobody is within a step of theirs when the shop changes: such a step is of seconds that have not come yet.</summary>
    private void Begin(ShopStep step) => Time.At(WithinSecond(step.At), () =>
    {
        var now = Time.Now.ToUnixTimeSeconds();
        if (lives.Any(life => life.Clock >= now))
        {
            Begin(step with { At = now + 1 });
            return;
        }

        Tell(() => "the merchant edits the shop");
        Shop.Do(step, now, [.. lives.Where(life => !step.Single && (step.Near is null || life.Plan.Number == step.Near)).SelectMany(life => life.Subscriptions.Values).Where(row => !row.Over).SelectMany(row => row.Items).Select(item => item.Price)]);
        foreach (var life in lives)
        {
            life.Reprice();
            life.ChangedAt = Time.Now;
        }
    });

    /// <summary>Comes back when Stripe next does something by itself. It stops a little before the end, so that all of it arrives.</summary>
    private void Await(Life life)
    {
        if (life.NextDue is not { } due || DateTimeOffset.FromUnixTimeSeconds(due) > WorldPlan.End.AddHours(-2)) return;
        Time.At(WithinSecond(due), () =>
        {
            if (life.NextDue != due) return;
            Tell(() => $"{life.CustomerId}: time passes");
            life.PassTime(due);
            Await(life);
        });
    }

    /// <summary>Stripe tells whole seconds only; things happen in between.</summary>
    private DateTimeOffset WithinSecond(long second) => DateTimeOffset.FromUnixTimeSeconds(second).AddMilliseconds(Chance.Of(plan.Seed, (ulong)second) % 1_000);

    private void Say(StripeEvent said, Life life, List<StripeEvent> mine)
    {
        // Every fourth was a customer before the webhooks came here: where Stripe is asked, they are known all the same.
        if (said.Type == "customer.created" && plan.Rules.Reads && life.Plan.Number % 4 == 0) return;

        life.ChangedAt = Time.Now;
        mine.Add(said);
        Say(said);
    }

    private void Say(StripeEvent said)
    {
        Events++;
        if (said.Relabelled) Relabelled++;
        var delays = Mischief.Delays(said.Id);
        Tell(() => $"  {said.Id} {said.Type} at {Judge.Moment(said.Created)}: {Lines.Of(said.Object)}; comes after {string.Join(" and ", delays)}");
        foreach (var delay in delays)
        {
            Time.At((DateTimeOffset.FromUnixTimeSeconds(said.Created) is var created && created > Time.Now ? created : Time.Now) + delay, () =>
            {
                ready.Add(said);
                PumpSoon();
            });
        }
    }

    private void PumpSoon()
    {
        if (pumping) return;
        pumping = true;
        Time.After(TimeSpan.FromMilliseconds(1 + (Chance.Of(plan.Seed, (ulong)Time.Now.UtcTicks) % 1_500)), () =>
        {
            pumping = false;
            Pump();
        });
    }

    /// <summary>Hands the app what the broker has, in bulks, in no order.</summary>
    private void Pump()
    {
        ready.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id)); // ids begin with a hash
        while (ready.Count > 0 && !Process.Dead)
        {
            var bulk = ready.GetRange(0, Math.Min(plan.Weather.Bulk, ready.Count));
            ready.RemoveRange(0, bulk.Count);
            Watch(HandleAsync(bulk, dead: false));
        }
    }

    private async Task HandleAsync(List<StripeEvent> bulk, bool dead)
    {
        Deliveries += bulk.Count;
        underWay.Add(bulk);
        Tell(() => $"delivered: {string.Join(", ", bulk.Select(said => said.Id))}");
        var process = Process;
        Delivery[] deliveries = [.. bulk.Select((said, number) => new Delivery($"{number}", said.Id, said.Json, said.Json))];
        var again = dead ? await TakeDeadAsync(process.Dispatcher, deliveries[0]) : await process.Dispatcher.HandleAsync(deliveries);
        if (process.Dead) return;

        underWay.Remove(bulk);
        foreach (var delivery in again)
        {
            var said = bulk[int.Parse(delivery.EntryId, System.Globalization.CultureInfo.InvariantCulture)];
            var dies = (tries[said.Id] = tries.GetValueOrDefault(said.Id) + 1) % MostTries == 0;
            Time.After(TimeSpan.FromSeconds(1 + (Chance.Of(plan.Seed, said.Id, (ulong)Time.Now.UtcTicks) % 20)), () =>
            {
                if (dies && !Process.Dead)
                {
                    Watch(HandleAsync([said], dead: true));
                    return;
                }

                ready.Add(said);
                PumpSoon();
            });
        }
    }

    /// <summary>As the app takes what the sidecar gave up: once more, and parked if even that fails.</summary>
    private async Task<IReadOnlySet<Delivery>> TakeDeadAsync(EventDispatcher dispatcher, Delivery delivery)
    {
        var again = await dispatcher.HandleAsync([delivery]);
        if (again.Count == 0) return again;
        try
        {
            await dispatcher.ParkDeadAsync(delivery);
        }
        catch (Customers.DeadLetters.DeadLettersUnavailableException)
        {
            return again;
        }

        Parked++;
        Tell(() => $"parked: {delivery.Id}");
        return new HashSet<Delivery>();
    }
}
