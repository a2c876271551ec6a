using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace StripePassKitActors.Sandbox.PassKit.Members;

/// <summary>The members in a file, each as it was when a call that changed it was answered. For one thread at a time.</summary>
internal sealed class MemberFile : IDisposable
{
    private readonly SqliteConnection connection;

    public MemberFile(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS members (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL);
            """);
    }

    /// <summary>All members, in the order in which they were enrolled.</summary>
    public IReadOnlyList<JsonObject> Read()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT json FROM members ORDER BY number";
        using var rows = command.ExecuteReader();
        List<JsonObject> members = [];
        while (rows.Read()) members.Add(JsonNode.Parse(rows.GetString(0))!.AsObject());
        return members;
    }

    public void Save(JsonObject member) => Run(
        "INSERT INTO members (id, json) VALUES ($id, $json) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
        ("$id", member.Text("id")), ("$json", member.ToJsonString()));

    public void Remove(string id) => Run("DELETE FROM members WHERE id = $id", ("$id", id));

    public void Dispose() => connection.Dispose();

    private void Run(string sql, params IEnumerable<(string Name, string Value)> values)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement stands above; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
