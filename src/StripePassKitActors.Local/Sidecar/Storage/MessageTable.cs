using System.Text.Json;

namespace StripePassKitActors.Local.Sidecar.Storage;

/// <summary>A message that waits for one consumer.</summary>
/// <param name="Number">In the order of publishing.</param>
/// <param name="Metadata">What it was published with.</param>
/// <param name="Body">The CloudEvent.</param>
internal sealed record Message(long Number, IReadOnlyDictionary<string, string> Metadata, byte[] Body);

/// <summary>
/// Topics: a message is kept once for each app that consumes its topic until that app has taken it. What was published before anybody
/// consumed the topic waits for the first who does.
/// </summary>
internal sealed class MessageTable(Database database)
{
    private const string Nobody = "";

    public void AddConsumer(string topic, string consumer) => database.Atomically(() =>
    {
        if (database.Execute("INSERT OR IGNORE INTO consumers VALUES ($topic, $consumer)", ("$topic", topic), ("$consumer", consumer)) == 0) return;
        database.Execute(
            "UPDATE messages SET consumer = $consumer WHERE topic = $topic AND consumer = $nobody",
            ("$consumer", consumer), ("$topic", topic), ("$nobody", Nobody));
    });

    /// <summary>Adds a message so many times, to be delivered at a moment; 0: at once, in the order of publishing.</summary>
    public void Add(string topic, IReadOnlyDictionary<string, string> metadata, byte[] body, long due, int times) =>
        database.Atomically(() => Insert(topic, metadata, body, due, times));

    /// <summary>What is to be delivered now, oldest first.</summary>
    public List<Message> Waiting(string topic, string consumer, long now, int count) => database.Query(
        """
        SELECT number, metadata, body FROM messages WHERE topic = $topic AND consumer = $consumer AND due <= $now
        ORDER BY due, number LIMIT $count
        """,
        row => new Message(
            row.GetInt64(0), JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(1))!, row.GetFieldValue<byte[]>(2)),
        ("$topic", topic), ("$consumer", consumer), ("$now", now), ("$count", count));

    /// <summary>When the next message that is held back is to be delivered; null: none is.</summary>
    public long? NextDue(string topic, string consumer, long now) => database.Query(
        "SELECT MIN(due) FROM messages WHERE topic = $topic AND consumer = $consumer AND due > $now",
        row => row.IsDBNull(0) ? null : (long?)row.GetInt64(0),
        ("$topic", topic), ("$consumer", consumer), ("$now", now)).Single();

    /// <summary>Forgets messages that their consumer has taken, and moves others to a topic, all or none.</summary>
    public void Settle(IReadOnlyCollection<Message> taken, IReadOnlyCollection<Message> moved, string? topic) => database.Atomically(() =>
    {
        foreach (var message in taken.Concat(moved)) database.Execute("DELETE FROM messages WHERE number = $number", ("$number", message.Number));
        if (topic is null) return;
        foreach (var message in moved) Insert(topic, message.Metadata, message.Body, due: 0, times: 1);
    });

    /// <summary>How many messages a topic ever took.</summary>
    public int Published(string topic) =>
        database.Query("SELECT published FROM topics WHERE name = $topic", row => row.GetInt32(0), ("$topic", topic)).SingleOrDefault();

    private void Insert(string topic, IReadOnlyDictionary<string, string> metadata, byte[] body, long due, int times)
    {
        database.Execute("INSERT INTO topics VALUES ($topic, 1) ON CONFLICT DO UPDATE SET published = published + 1", ("$topic", topic));
        var consumers = database.Query("SELECT consumer FROM consumers WHERE topic = $topic", row => row.GetString(0), ("$topic", topic));
        foreach (var consumer in consumers.DefaultIfEmpty(Nobody).SelectMany(consumer => Enumerable.Repeat(consumer, times)))
        {
            database.Execute(
                "INSERT INTO messages (topic, consumer, due, metadata, body) VALUES ($topic, $consumer, $due, $metadata, $body)",
                ("$topic", topic), ("$consumer", consumer), ("$due", due), ("$metadata", JsonSerializer.Serialize(metadata)), ("$body", body));
        }
    }
}
