using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace StripePassKitActors.Local.Sidecar.Storage;

/// <summary>
/// The file in which a run keeps all that must outlive it. Whoever returns from a change may rely on it, however the process ends then:
/// write-ahead logging hands every commit to the operating system. One connection, one writer: each step takes microseconds.
/// </summary>
internal sealed class Database : IDisposable
{
    private const string Tables = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA busy_timeout = 5000;
        CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS plain_state (key TEXT PRIMARY KEY, value BLOB NOT NULL, expires INTEGER) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS plain_state_by_expiry ON plain_state (expires) WHERE expires IS NOT NULL;
        CREATE TABLE IF NOT EXISTS topics (name TEXT PRIMARY KEY, published INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS consumers (topic TEXT, consumer TEXT, PRIMARY KEY (topic, consumer)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS messages (
            number INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, consumer TEXT NOT NULL, due INTEGER NOT NULL,
            metadata TEXT NOT NULL, body BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS messages_in_order ON messages (topic, consumer, due, number);
        CREATE TABLE IF NOT EXISTS reminders (
            generation INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL, name TEXT NOT NULL,
            due INTEGER NOT NULL, period INTEGER, data TEXT, registered TEXT NOT NULL, UNIQUE (app, type, actor, name));
        CREATE INDEX IF NOT EXISTS reminders_by_due ON reminders (app, due);
        """;

    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = [];

    public Database(string file)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        Execute(Tables);
    }

    /// <summary>Changes something; answers how many rows.</summary>
    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        lock (gate) return Command(sql, parameters).ExecuteNonQuery();
    }

    /// <summary>Reads rows.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        lock (gate)
        {
            using var rows = Command(sql, parameters).ExecuteReader();
            var all = new List<T>();
            while (rows.Read()) all.Add(read(rows));
            return all;
        }
    }

    /// <summary>Makes all changes or none.</summary>
    public void Atomically(Action changes)
    {
        lock (gate)
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                changes();
                Execute("COMMIT");
            }
            catch
            {
                Execute("ROLLBACK");
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var command in commands.Values) command.Dispose();
            connection.Dispose();
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Every statement is a constant of this assembly; values are parameters.")]
    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        if (!commands.TryGetValue(sql, out var command)) commands[sql] = command = new SqliteCommand(sql, connection);
        command.Parameters.Clear();
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
