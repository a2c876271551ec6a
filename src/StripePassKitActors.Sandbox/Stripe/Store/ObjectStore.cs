using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace StripePassKitActors.Sandbox.Stripe.Store;

/// <summary>
/// Stripe's objects as JSON, and what is due, in one SQLite file or in memory. A step is all or nothing: whatever kills the process,
/// the file holds every step that was committed and nothing of any other. Within a step an object is read once, so that all who change
/// it change the same. For one thread at a time.
/// </summary>
internal sealed class ObjectStore : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Entry> touched = [];
    private SqliteTransaction? step;
    private long number;
    private bool written;

    /// <summary>Opens or makes the file; null: in memory.</summary>
    public ObjectStore(string? path)
    {
        if (path is not null && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path ?? ":memory:", Pooling = false }.ToString());
        connection.Open();
        Run("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS objects (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, json TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS by_kind ON objects (kind, number);
            CREATE INDEX IF NOT EXISTS by_customer ON objects (json ->> '$.customer', kind);
            CREATE INDEX IF NOT EXISTS by_charge ON objects (json ->> '$.charge', kind);
            CREATE INDEX IF NOT EXISTS by_payment_intent ON objects (json ->> '$.payment_intent', kind);
            CREATE INDEX IF NOT EXISTS by_invoice ON objects (json ->> '$.invoice', kind);
            CREATE INDEX IF NOT EXISTS by_owner ON objects (json ->> '$._customer', kind);
            CREATE TABLE IF NOT EXISTS due (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL, id TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS by_at ON due (at, number);
            CREATE TABLE IF NOT EXISTS counter (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL);
            INSERT OR IGNORE INTO counter VALUES (1, 0);
            """);
        number = ReadNumber();
    }

    /// <summary>Counts what was ever made; no number comes twice.</summary>
    public long NextNumber() => ++number;

    public void Begin() => (step, written) = (connection.BeginTransaction(), false);

    /// <summary>Keeps the step; true if it changed anything.</summary>
    public bool Commit()
    {
        Flush();
        Run("UPDATE counter SET number = $number WHERE number <> $number", ("$number", number));
        step!.Commit();
        End();
        return written;
    }

    public void RollBack()
    {
        step!.Rollback();
        End();
        number = ReadNumber();
    }

    public void Add(JsonObject stripeObject) => touched[stripeObject.Text("id")!] = new Entry(stripeObject, null, NextNumber());

    public JsonObject? Find(string id)
    {
        if (touched.TryGetValue(id, out var entry)) return entry.Object;
        using var command = Command("SELECT json FROM objects WHERE id = $id", ("$id", id));
        return command.ExecuteScalar() is string json ? Touch(id, json) : null;
    }

    public void Remove(string id)
    {
        touched.Remove(id);
        Run("DELETE FROM objects WHERE id = $id", ("$id", id));
    }

    /// <summary>The place of an object in the order of making; null: there is none.</summary>
    public long? NumberOf(string id)
    {
        Flush();
        using var command = Command("SELECT number FROM objects WHERE id = $id", ("$id", id));
        return (long?)command.ExecuteScalar();
    }

    /// <summary>Objects of a kind that match all filters, deleted ones left out.</summary>
    public IReadOnlyList<JsonObject> Query(string kind, IEnumerable<Filter> filters, bool newestFirst = false, int limit = -1)
    {
        Flush();
        var sql = "SELECT id, json FROM objects WHERE kind = $kind AND json ->> '$.deleted' IS NULL";
        var values = new List<(string, object?)> { ("$kind", kind), ("$limit", limit) };
        foreach (var (path, comparison, value) in filters)
        {
            var field = path == "number" ? path : $"json ->> '$.{path}'";
            sql += comparison == Filter.In ? $" AND {field} IN (SELECT value FROM json_each($p{values.Count}))" : $" AND {field} {comparison} $p{values.Count}";
            values.Add(($"$p{values.Count}", value));
        }

        using var command = Command($"{sql} ORDER BY number {(newestFirst ? "DESC" : "ASC")} LIMIT $limit", [.. values]);
        using var reader = command.ExecuteReader();
        var found = new List<JsonObject>();
        while (reader.Read())
        {
            var id = reader.GetString(0);
            found.Add(touched.TryGetValue(id, out var entry) ? entry.Object : Touch(id, reader.GetString(1)));
        }

        return found;
    }

    public void Schedule(DateTimeOffset at, string what, string id) => Run(
        "INSERT INTO due VALUES ($number, $at, $what, $id)",
        ("$number", NextNumber()), ("$at", at.UtcTicks), ("$what", what), ("$id", id));

    public void Done(Due due) => Run("DELETE FROM due WHERE number = $number", ("$number", due.Number));

    public Due? NextDue()
    {
        using var command = Command("SELECT number, at, what, id FROM due ORDER BY at, number LIMIT 1");
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new Due(reader.GetInt64(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero), reader.GetString(2), reader.GetString(3))
            : null;
    }

    public void Dispose()
    {
        step?.Dispose();
        connection.Dispose();
    }

    private JsonObject Touch(string id, string json)
    {
        var stripeObject = JsonNode.Parse(json)!.AsObject();
        touched[id] = new Entry(stripeObject, json, 0);
        return stripeObject;
    }

    private void Flush()
    {
        foreach (var (id, (stripeObject, saved, place)) in touched.ToList())
        {
            var json = stripeObject.ToJsonString();
            if (json == saved) continue;
            Run(
                "INSERT INTO objects VALUES ($number, $id, $kind, $json) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                ("$number", place), ("$id", id), ("$kind", stripeObject.Text("object")), ("$json", json));
            touched[id] = new Entry(stripeObject, json, place);
        }
    }

    private long ReadNumber()
    {
        using var command = Command("SELECT number FROM counter");
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void End()
    {
        step!.Dispose();
        step = null;
        touched.Clear();
    }

    private void Run(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(sql, values);
        written |= command.ExecuteNonQuery() > 0;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text here is this class's own; what callers give goes in as a parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = step;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    private sealed record Entry(JsonObject Object, string? Saved, long Number);
}
