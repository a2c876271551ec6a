namespace StripePassKitActors.Local.Sidecar.Storage;

/// <summary>
/// State that belongs to an app and to no actor, under Dapr's keys: <c>appId||key</c>. What has a time to live is gone when that is over, and a
/// change that names none leaves it as it was, as in Redis.
/// </summary>
internal sealed class PlainStateTable(Database database, TimeProvider time)
{
    public static string Key(string appId, string key) => $"{appId}||{key}";

    /// <summary>The JSON of a key; null: there is none.</summary>
    public byte[]? Read(string key) => database.Query(
        "SELECT value FROM plain_state WHERE key = $key AND (expires IS NULL OR expires > $now)",
        row => row.GetFieldValue<byte[]>(0), ("$key", key), ("$now", Now())).SingleOrDefault();

    /// <summary>Makes all changes or none; a null value removes a key.</summary>
    public void Write(IReadOnlyCollection<(string Key, byte[]? Value, TimeSpan? Lives)> changes) => database.Atomically(() =>
    {
        var now = Now();
        database.Execute("DELETE FROM plain_state WHERE expires <= $now", ("$now", now));
        foreach (var (key, value, lives) in changes)
        {
            if (value is null)
            {
                database.Execute("DELETE FROM plain_state WHERE key = $key", ("$key", key));
            }
            else
            {
                database.Execute(
                    "INSERT INTO plain_state VALUES ($key, $value, $expires) ON CONFLICT DO UPDATE SET value = $value, expires = COALESCE($expires, expires)",
                    ("$key", key), ("$value", value), ("$expires", now + (long?)lives?.TotalMilliseconds));
            }
        }
    });

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
