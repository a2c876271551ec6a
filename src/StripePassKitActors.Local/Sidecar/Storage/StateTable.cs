namespace StripePassKitActors.Local.Sidecar.Storage;

/// <summary>Actor state under Dapr's keys: <c>appId||type||id||key</c>.</summary>
internal sealed class StateTable(Database database)
{
    public static string Key(string appId, string type, string actor, string key) => $"{appId}||{type}||{actor}||{key}";

    /// <summary>The JSON of a key; null: there is none.</summary>
    public byte[]? Read(string key) =>
        database.Query("SELECT value FROM state WHERE key = $key", row => row.GetFieldValue<byte[]>(0), ("$key", key)).SingleOrDefault();

    /// <summary>Makes all changes or none; null removes a key.</summary>
    public void Write(IReadOnlyCollection<(string Key, byte[]? Value)> changes) => database.Atomically(() =>
    {
        foreach (var (key, value) in changes)
        {
            if (value is null) database.Execute("DELETE FROM state WHERE key = $key", ("$key", key));
            else database.Execute("INSERT INTO state VALUES ($key, $value) ON CONFLICT DO UPDATE SET value = $value", ("$key", key), ("$value", value));
        }
    });
}
