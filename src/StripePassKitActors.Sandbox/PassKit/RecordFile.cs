using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>What outlives a run, each record as it was when a call that changed it was answered. For one thread at a time.</summary>
internal sealed class RecordFile : IDisposable
{
    private readonly SqliteConnection connection;

    public RecordFile(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
        (Members, Sinks) = (new Table(this, "members"), new Table(this, "sinks"));
    }

    public Table Members { get; }

    public Table Sinks { get; }

    public void Dispose() => connection.Dispose();

    private void Run(string sql, params IEnumerable<(string Name, string Value)> values)
    {
        using var command = Command(sql);
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement stands in this file, the names of its tables included; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Records by their <c>id</c>, in the order in which they were made.</summary>
    internal sealed class Table
    {
        private readonly RecordFile file;
        private readonly string name;

        public Table(RecordFile file, string name)
        {
            (this.file, this.name) = (file, name);
            file.Run($"CREATE TABLE IF NOT EXISTS {name} (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL)");
        }

        public IReadOnlyList<JsonObject> Read()
        {
            using var command = file.Command($"SELECT json FROM {name} ORDER BY number");
            using var rows = command.ExecuteReader();
            List<JsonObject> records = [];
            while (rows.Read()) records.Add(JsonNode.Parse(rows.GetString(0))!.AsObject());
            return records;
        }

        public void Save(JsonObject record) => file.Run(
            $"INSERT INTO {name} (id, json) VALUES ($id, $json) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
            ("$id", record.Text("id")), ("$json", record.ToJsonString()));

        public void Remove(string id) => file.Run($"DELETE FROM {name} WHERE id = $id", ("$id", id));
    }
}
