using System.Collections.Concurrent;
using Dapr.Actors.Runtime;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Reminders that never fire by themselves: a test looks when they would, moves the clock and fires them.</summary>
/// <param name="journal">Where each registration is written down.</param>
/// <param name="time">What due times are counted from.</param>
internal sealed class RecordingReminders(ConcurrentQueue<string> journal, TimeProvider time) : ActorTimerManager
{
    /// <summary>When the reminder fires next; null: none is registered.</summary>
    public DateTimeOffset? Due { get; private set; }

    /// <summary>After how long it fires again and again.</summary>
    public TimeSpan Period { get; private set; }

    public override Task RegisterReminderAsync(ActorReminder reminder)
    {
        Assert.Equal("wake", reminder.Name);
        (Due, Period) = (time.GetUtcNow() + reminder.DueTime, reminder.Period);
        journal.Enqueue("registered");
        return Task.CompletedTask;
    }

    public override Task UnregisterReminderAsync(ActorReminderToken reminder)
    {
        Due = null;
        journal.Enqueue("unregistered");
        return Task.CompletedTask;
    }

    public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

    public override Task RegisterTimerAsync(ActorTimer timer) => throw new NotSupportedException();

    public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw new NotSupportedException();
}
