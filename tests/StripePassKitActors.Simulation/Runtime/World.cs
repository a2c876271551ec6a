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

    private const int LargestBulk = 12;

    private readonly WorldPlan plan;
    private readonly IConfiguration configuration;
    private readonly Action<DateTimeOffset, string>? tell;
    private readonly List<Life> lives = [];
    private readonly Dictionary<string, List<StripeEvent>> events = new(StringComparer.Ordinal);
    private readonly List<StripeEvent> ready = [];
    private readonly HashSet<List<StripeEvent>> underWay = [];
    private readonly Dictionary<Turn, string> unsaved = [];
    private readonly HashSet<string> undone = [];
    private readonly List<Exception> broken = [];
    private ulong processes;
    private bool pumping;

    public World(WorldPlan plan, Action<DateTimeOffset, string>? tell = null)
    {
        (this.plan, this.tell) = (plan, tell);
        configuration = Wiring.Configuration(plan.Rules);
        Time = new VirtualTime(WorldPlan.Start);
        Mischief = new Mischief(plan.Seed, plan.Weather, plan.LeftOut);
        PassKit = new PassKitModel(ProgramId, Rules.Tiers, Time, revivesExpired: plan.Seed % 3 != 0);
        Reminders = new Reminders(this);
        Process = new Process(this, configuration, Chance.Of(plan.Seed, "process"));
        foreach (var life in plan.Lives) Begin(life);
        Time.At(WorldPlan.Quiet, () => Mischief.Over = true);
    }

    public VirtualTime Time { get; }

    public StateStore Store { get; } = new();

    public PassKitModel PassKit { get; }

    public Mischief Mischief { get; }

    public Reminders Reminders { get; }

    public Process Process { get; private set; }

    /// <summary>The last change of each customer's pass that a subscriber believed.</summary>
    public Dictionary<string, PassChange> Subscribed { get; } = new(StringComparer.Ordinal);

    /// <summary>Whose payments are.</summary>
    public Dictionary<string, string> Owners { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Life> Lives => lives;

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
        Time.RunUntil(WorldPlan.End);
        if (broken.Count > 0) throw new InvalidOperationException($"World {plan.Seed} broke.", broken[0]);
        var judged = new Judgement(this, plan, lives, events).Of();
        return new WorldResult(plan.Seed, judged)
        {
            Events = Events,
            Deliveries = Deliveries,
            Turns = Turns,
            Overlaps = Overlaps,
            Deaths = Deaths,
            Undone = Undone,
            Reminders = Reminders.Fired,
            PassKitCalls = PassKit.Calls,
            StripeReads = Reads,
            Troubles = Mischief.Troubles,
            Mischief = Mischief.Done,
            LargestTurn = Store.LargestTurn,
        };
    }

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

    /// <summary>A turn changed something in PassKit.</summary>
    public void Changed()
    {
        if (Turn.Current is { } turn) unsaved[turn] = turn.Actor;
    }

    /// <summary>Whether a turn of a customer changed something in PassKit and was never saved.</summary>
    public bool Unsaved(string customer) => unsaved.ContainsValue(customer);

    /// <summary>Whether a turn of a customer undid what another had saved (ADR 1).</summary>
    public bool WasUndone(string customer) => undone.Contains(customer);

    /// <summary>A turn was saved.</summary>
    public void Committed(string actor, long before, long after)
    {
        if (Turn.Current is not { } turn) return;
        unsaved.Remove(turn);
        if (turn.ReadVersion < before)
        {
            Undone++;
            undone.Add(actor);
        }

        Tell(() => $"{actor} is saved (version {after}{(turn.ReadVersion == before ? "" : $", over {before - turn.ReadVersion} that it never read")})");
    }

    public void Dispose() => Process.Dispose();

    private void Begin(LifePlan lifePlan)
    {
        List<StripeEvent> mine = [];
        var life = new Life(lifePlan, plan.Seed, said => Say(said, mine));
        lives.Add(life);
        events[life.CustomerId] = mine;
        foreach (var step in lifePlan.Steps)
        {
            Time.At(WithinSecond(step.At), () =>
            {
                life.PassTime(step.At);
                Tell(() => $"{life.CustomerId}: {step.Act}");
                life.Do(step);
                Await(life);
            });
        }
    }

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

    private void Say(StripeEvent said, List<StripeEvent> mine)
    {
        Events++;
        mine.Add(said);
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
            var bulk = ready.GetRange(0, Math.Min(LargestBulk, ready.Count));
            ready.RemoveRange(0, bulk.Count);
            Watch(HandleAsync(bulk));
        }
    }

    private async Task HandleAsync(List<StripeEvent> bulk)
    {
        Deliveries += bulk.Count;
        underWay.Add(bulk);
        Tell(() => $"delivered: {string.Join(", ", bulk.Select(said => said.Id))}");
        var process = Process;
        Delivery[] deliveries = [.. bulk.Select((said, number) => new Delivery($"{number}", said.Id, said.Json, said.Json))];
        var again = await process.Dispatcher.HandleAsync(deliveries);
        if (process.Dead) return;

        underWay.Remove(bulk);
        foreach (var delivery in again)
        {
            var said = bulk[int.Parse(delivery.EntryId, System.Globalization.CultureInfo.InvariantCulture)];
            Time.After(TimeSpan.FromSeconds(1 + (Chance.Of(plan.Seed, said.Id, (ulong)Time.Now.UtcTicks) % 20)), () =>
            {
                ready.Add(said);
                PumpSoon();
            });
        }
    }
}
