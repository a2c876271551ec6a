using System.Collections.Concurrent;
using System.Text;
using StripePassKitActors.Local.Sidecar.App;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar.Actors;

/// <summary>
/// Fires the reminders of one app's actors when the run's clock says so, in their actors' turns. A callback that fails is tried three times
/// more, a second apart; then a reminder that fires once is gone, and a periodic one waits for its next round. Rounds that were
/// missed meanwhile are not made up for.
/// </summary>
internal sealed partial class Reminders(ReminderTable table, ActorHost actors, TimeProvider time, ILogger logger)
{
    private const int AtATime = 64;
    private const int Retries = 3;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, bool> firing = new();
    private readonly Signal changed = new();

    public void Register(string type, string actor, string name, TimeSpan dueTime, TimeSpan? period, string? data, string registered)
    {
        table.Register(type, actor, name, time.GetUtcNow() + dueTime, period, data, registered);
        changed.Set();
    }

    public void Unregister(string type, string actor, string name) => table.Unregister(type, actor, name);

    public Reminder? Find(string type, string actor, string name) => table.Find(type, actor, name);

    /// <summary>Fires what is due for as long as the app is served.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        firing.Clear();
        while (true)
        {
            var now = time.GetUtcNow();
            foreach (var reminder in table.Due(now, AtATime + firing.Count))
            {
                if (firing.Count < AtATime && firing.TryAdd(reminder.Generation, true)) _ = FireAsync(reminder, stop);
            }

            await changed.WaitAsync(table.NextDue(now), time, stop);
        }
    }

    private async Task FireAsync(Reminder reminder, CancellationToken stop)
    {
        try
        {
            for (var attempt = 0; attempt <= Retries && table.Stands(reminder); attempt++)
            {
                if (attempt > 0) await Task.Delay(RetryAfter, time, stop);
                if (await CallBackAsync(reminder, stop)) break;
                LogFailed(logger, reminder.Name, reminder.Type, reminder.Actor);
            }

            table.EndRound(reminder, Next(reminder));
        }
        catch (OperationCanceledException)
        {
            // The app went away in the middle: the round begins again when it is back.
        }
        catch (Exception failure)
        {
            // Begun again, but not at once: what failed here is the machine, not the app.
            LogStumbled(logger, failure, reminder.Name);
            await Task.Delay(RetryAfter, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            firing.TryRemove(reminder.Generation, out _);
            changed.Set();
        }
    }

    private async Task<bool> CallBackAsync(Reminder reminder, CancellationToken stop)
    {
        // Due time and period come back empty, whatever they were.
        var body = reminder.Data is null ? """{"dueTime":"","period":""}""" : $$"""{"data":{{reminder.Data}},"dueTime":"","period":""}""";
        try
        {
            var answer = await actors.CallAsync(
                reminder.Type, reminder.Actor, $"remind/{reminder.Name}", Encoding.UTF8.GetBytes(body),
                [KeyValuePair.Create("Content-Type", "application/json")], stop);
            return answer.Succeeded;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private DateTimeOffset? Next(Reminder reminder)
    {
        if (reminder.Period is not { } period || period <= TimeSpan.Zero) return null;
        var missed = Math.Max(0, (time.GetUtcNow() - reminder.Due).Ticks / period.Ticks);
        return reminder.Due + (period * (missed + 1));
    }

    [LoggerMessage(2, LogLevel.Error, "A reminder {Name} could not be fired; it begins again.")]
    private static partial void LogStumbled(ILogger logger, Exception failure, string name);

    [LoggerMessage(1, LogLevel.Warning, "The reminder {Name} of {Type} {Actor} failed.")]
    private static partial void LogFailed(ILogger logger, string name, string type, string actor);
}
