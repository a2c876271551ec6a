using Microsoft.Data.Sqlite;

namespace StripePassKitActors.Local.Sidecar.Storage;

/// <summary>
/// A reminder as it was registered: another generation whenever it is registered again. Without a period it fires once. Data is JSON for the
/// callback, and the words of its due time are told again to who asks.
/// </summary>
internal sealed record Reminder(
    long Generation, string Type, string Actor, string Name, DateTimeOffset Due, TimeSpan? Period, string? Data, string Registered);

/// <summary>Reminders of the actors of one app. A name exists once an actor: registering it again replaces it.</summary>
internal sealed class ReminderTable(Database database, string app)
{
    private const string Columns = "SELECT generation, type, actor, name, due, period, data, registered FROM reminders ";

    public void Register(string type, string actor, string name, DateTimeOffset due, TimeSpan? period, string? data, string registered) => database.Execute(
        """
        INSERT OR REPLACE INTO reminders (app, type, actor, name, due, period, data, registered)
        VALUES ($app, $type, $actor, $name, $due, $period, $data, $registered)
        """,
        ("$app", app), ("$type", type), ("$actor", actor), ("$name", name), ("$due", due.ToUnixTimeMilliseconds()),
        ("$period", (long?)period?.TotalMilliseconds), ("$data", data), ("$registered", registered));

    public void Unregister(string type, string actor, string name) => database.Execute(
        "DELETE FROM reminders WHERE app = $app AND type = $type AND actor = $actor AND name = $name",
        ("$app", app), ("$type", type), ("$actor", actor), ("$name", name));

    public Reminder? Find(string type, string actor, string name) => database.Query(
        Columns + "WHERE app = $app AND type = $type AND actor = $actor AND name = $name",
        Read, ("$app", app), ("$type", type), ("$actor", actor), ("$name", name)).SingleOrDefault();

    /// <summary>What is due, longest overdue first.</summary>
    public List<Reminder> Due(DateTimeOffset now, int count) => database.Query(
        Columns + "WHERE app = $app AND due <= $now ORDER BY due LIMIT $count",
        Read, ("$app", app), ("$now", now.ToUnixTimeMilliseconds()), ("$count", count));

    /// <summary>When the next one is due that is not yet; null: there is none.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) => database.Query(
        "SELECT MIN(due) FROM reminders WHERE app = $app AND due > $now",
        row => row.IsDBNull(0) ? null : (DateTimeOffset?)DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
        ("$app", app), ("$now", now.ToUnixTimeMilliseconds())).Single();

    /// <summary>Whether it still stands as it was read: not replaced, not unregistered.</summary>
    public bool Stands(Reminder reminder) => Find(reminder.Type, reminder.Actor, reminder.Name)?.Generation == reminder.Generation;

    /// <summary>Ends a round: a periodic one goes on, one that fires once is gone, and one that was replaced meanwhile is left alone.</summary>
    public void EndRound(Reminder reminder, DateTimeOffset? next)
    {
        if (next is { } due)
        {
            database.Execute(
                "UPDATE reminders SET due = $due WHERE generation = $generation",
                ("$due", due.ToUnixTimeMilliseconds()), ("$generation", reminder.Generation));
        }
        else
        {
            database.Execute("DELETE FROM reminders WHERE generation = $generation", ("$generation", reminder.Generation));
        }
    }

    private static Reminder Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        row.IsDBNull(5) ? null : TimeSpan.FromMilliseconds(row.GetInt64(5)), row.IsDBNull(6) ? null : row.GetString(6), row.GetString(7));
}
