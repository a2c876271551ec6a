using Dapr.Actors.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Customers.Events;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>
/// One life of the app's process. What it holds in memory dies with it; what it waits for then never comes, so that nothing after a death
/// runs. The sidecar's turn lock belongs to it.
/// </summary>
internal sealed class Process : IDisposable
{
    private readonly Dictionary<string, Slot> slots = new(StringComparer.Ordinal);
    private readonly ServiceProvider services;

    public Process(World world, IConfiguration configuration, ulong seed)
    {
        World = world;
        Reminders = new ProcessReminders(this);
        services = Wiring.Services(this, configuration, seed);
        Dispatcher = services.GetRequiredService<EventDispatcher>();
    }

    public World World { get; }

    public bool Dead { get; private set; }

    /// <summary>Whether a turn is under way.</summary>
    public bool IsBusy => Dead || slots.Values.Any(slot => slot.Busy);

    public IServiceProvider Services => services;

    public ProcessReminders Reminders { get; }

    public EventDispatcher Dispatcher { get; }

    public void Dispose()
    {
        Dead = true;
        services.Dispose();
    }

    /// <summary>Has an effect on the outside, or whatever mischief makes of it.</summary>
    public Task<T> EffectAsync<T>(string whose, Effect effect, Func<T> perform)
    {
        if (Dead) return NeverAsync<T>();
        switch (World.Mischief.Of(whose, effect))
        {
            case Trouble.DiesBefore:
                Die();
                return NeverAsync<T>();
            case Trouble.DiesAfter:
                perform();
                Die();
                return NeverAsync<T>();
            case Trouble.Fails:
                return Task.FromException<T>(new HttpRequestException("The simulated sidecar failed."));
            case Trouble.FailsAfter:
                perform();
                return Task.FromException<T>(new HttpRequestException("The simulated sidecar's answer was lost."));
            default:
                return Task.FromResult(perform());
        }
    }

    /// <summary>Runs a turn of an actor when those before it have ended; sometimes at once, as a second activation would.</summary>
    public async Task<T> TurnAsync<T>(string type, string id, Func<Actor, Task<T>> body)
    {
        if (!slots.TryGetValue(type + id, out var slot)) slots[type + id] = slot = new Slot(Wiring.Activate(this, type, id));
        Turn.Current = new Turn { Actor = id };
        World.Turns++;
        if (slot.Busy && World.Mischief.Overlaps(id))
        {
            World.Overlaps++;
            return await body(Wiring.Activate(this, type, id));
        }

        if (slot.Busy) await slot.NextAsync();
        slot.Busy = true;
        try
        {
            return await body(slot.Actor);
        }
        finally
        {
            slot.Release(World.Time);
        }
    }

    public void Die()
    {
        Dead = true;
        World.Died(this);
    }

    /// <summary>What a dead process waits for.</summary>
    public static Task<T> NeverAsync<T>() => new TaskCompletionSource<T>().Task;

    private sealed class Slot(Actor actor)
    {
        private readonly Queue<TaskCompletionSource> waiting = new();

        public Actor Actor => actor;

        public bool Busy { get; set; }

        public Task NextAsync()
        {
            var next = new TaskCompletionSource();
            waiting.Enqueue(next);
            return next.Task;
        }

        // The next turn holds the lock from here on, although it begins a moment later.
        public void Release(VirtualTime time)
        {
            if (waiting.TryDequeue(out var next)) time.At(time.Now, next.SetResult);
            else Busy = false;
        }
    }
}
