namespace StripePassKitActors.Customers.Actors;

/// <summary>The one reminder of a customer's actor (ADR 7).</summary>
internal sealed partial class CustomerActor
{
    private const string Wake = "wake";

    /// <summary>A wake reminder repeats until it is replaced, so that a callback that fails cannot lose it.</summary>
    private static readonly TimeSpan WakePeriod = TimeSpan.FromHours(1);

    /// <summary>After a woken turn that saved nothing, or could not tell the dead letters.</summary>
    private static readonly TimeSpan WakeAgain = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        var answer = await TurnAsync(WokenAsync, failure => new TurnAnswer([], failure));
        if (answer.Failure is not null) await TurnAsync(AgainSoonAsync, failure => new TurnAnswer([], failure));
    }

    private async Task<TurnAnswer> WokenAsync()
    {
        if (await store.ReadRecordAsync(Id) is not { } record)
        {
            // The first turn registered it and could not save.
            await UnregisterReminderAsync(Wake);
            return new TurnAnswer([], null);
        }

        var before = store.Whole(record);
        if ((record.IsHandingOver ? record.ForwardTo : record.LookAt <= time.GetUtcNow() ? await LookAsync(record) : null) is { } owner)
        {
            await HandOverAsync(before, owner);
            await WakeAtAsync(time.GetUtcNow() + WakeAgain); // what was left undone is not to wait for the reminder's next round
            return new TurnAnswer([], null);
        }

        using var budget = Budget();
        var forgets = Forgets(record);
        if ((forgets ? (await TryForgetAsync(before, budget.Token)).Left : before) is not { } left) return new TurnAnswer([], null);

        var after = await SettleAsync(left, [], TurnCause.Reminder, forgets ? budget : null);
        await SaveAsync(before, after);
        await PostponeAsync(after.State.WakeAt);
        return new TurnAnswer([], null);
    }

    /// <summary>A woken turn that failed need not wait for the reminder's next round, unless the sidecar is away altogether.</summary>
    private async Task<TurnAnswer> AgainSoonAsync()
    {
        await WakeAtAsync(time.GetUtcNow() + WakeAgain);
        return new TurnAnswer([], null);
    }

    /// <summary>
    /// Registers the one reminder before the state that needs it is saved, and only when its moment moves earlier: one that fires too
    /// early finds nothing to do and registers the next.
    /// </summary>
    private async Task<DateTimeOffset?> WakeAsync(DateTimeOffset? registered, DateTimeOffset? due)
    {
        var waiting = registered < time.GetUtcNow() - (2 * WakePeriod) ? null : registered;
        if (due is not { } moment || waiting <= moment) return waiting;
        await WakeAtAsync(moment);
        return moment;
    }

    /// <summary>
    /// Moves the reminder that fired, once its turn is saved: until then the old one repeats, so that a turn that saved nothing comes again.
    /// </summary>
    private Task PostponeAsync(DateTimeOffset? due) => due is { } moment ? WakeAtAsync(moment) : UnregisterReminderAsync(Wake);

    private async Task WakeAtAsync(DateTimeOffset moment)
    {
        var now = time.GetUtcNow();
        await RegisterReminderAsync(Wake, [], moment > now ? moment - now : TimeSpan.Zero, WakePeriod);
    }
}
