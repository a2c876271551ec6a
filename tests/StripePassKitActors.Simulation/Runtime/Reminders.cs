using Dapr.Actors.Runtime;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The sidecar's reminders: they outlive the process, and come too early, too late or twice at times.</summary>
internal sealed class Reminders(World world)
{
    private readonly Dictionary<string, Registration> registered = new(StringComparer.Ordinal);

    public int Fired { get; private set; }

    public void Register(string type, string id, TimeSpan dueTime, TimeSpan period)
    {
        var registration = registered[type + id] = new Registration(type, id, period);
        foreach (var wait in world.Mischief.Firings(id, dueTime)) world.Time.After(wait, () => Fire(registration));
    }

    public void Unregister(string type, string id) => registered.Remove(type + id);

    private void Fire(Registration registration)
    {
        if (registered.GetValueOrDefault(registration.Type + registration.Id) != registration) return;
        if (world.Process.Dead)
        {
            world.Time.After(TimeSpan.FromSeconds(2), () => Fire(registration));
            return;
        }

        Fired++;
        registration.Rounds++;
        if (registration.Rounds == 1 && registration.Period > TimeSpan.Zero) Again(registration);
        world.Tell(() => $"{registration.Id} is woken");
        world.Watch(world.Process.TurnAsync(registration.Type, registration.Id, async actor =>
        {
            await ((IRemindable)actor).ReceiveReminderAsync("wake", [], TimeSpan.Zero, registration.Period);
            return true;
        }));
    }

    private void Again(Registration registration) => world.Time.After(registration.Period, () =>
    {
        if (registered.GetValueOrDefault(registration.Type + registration.Id) != registration) return;
        Fire(registration);
        Again(registration);
    });

    private sealed record Registration(string Type, string Id, TimeSpan Period)
    {
        public int Rounds { get; set; }

        public bool Equals(Registration? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}

/// <summary>The way from one process to its reminders.</summary>
internal sealed class ProcessReminders(Process process) : ActorTimerManager
{
    public override Task RegisterReminderAsync(ActorReminder reminder) => process.EffectAsync(reminder.ActorId.GetId(), Effect.Reminder, () =>
    {
        process.World.Reminders.Register(reminder.ActorType, reminder.ActorId.GetId(), reminder.DueTime, reminder.Period);
        return true;
    });

    public override Task UnregisterReminderAsync(ActorReminderToken reminder) => process.EffectAsync(reminder.ActorId.GetId(), Effect.Reminder, () =>
    {
        process.World.Reminders.Unregister(reminder.ActorType, reminder.ActorId.GetId());
        return true;
    });

    public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

    public override Task RegisterTimerAsync(ActorTimer timer) => throw new NotSupportedException();

    public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw new NotSupportedException();
}
