using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using StripePassKitActors.Local.Sidecar.App;

namespace StripePassKitActors.Local.Sidecar.Actors;

/// <summary>
/// The actors that live in one app: which types (the app says at <c>GET /dapr/config</c>), which of them are awake, whose turn it is. An
/// actor wakes with its first call and is put to sleep (<c>DELETE /actors/TYPE/ID</c>) once it was not called for the idle timeout.
/// </summary>
internal sealed class ActorHost(SidecarSettings settings, AppChannel app, TimeProvider time)
{
    private static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(60);

    private readonly ConcurrentDictionary<(string Type, string Id), Actor> actors = new();
    private TimeSpan idleTimeout = DefaultIdleTimeout;

    public string AppId => settings.AppId;

    /// <summary>The types that can be called; none while the app is down.</summary>
    public ImmutableSortedSet<string> Types { get; private set; } = [];

    /// <summary>Whether the app has said what it hosts.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Awake actors by type.</summary>
    public IReadOnlyDictionary<string, int> Awake => Types.ToDictionary(type => type, type => actors.Count(actor => actor.Key.Type == type && actor.Value.IsAwake));

    /// <summary>State may be written only for an actor that is awake here.</summary>
    public bool IsAwake(string type, string id) => actors.TryGetValue((type, id), out var actor) && actor.IsAwake;

    /// <summary>Takes the app's actors in.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var answer = await app.CallAsync(HttpMethod.Get, "/dapr/config", null, [], cancellationToken);
        IsOpen = true;
        if (!answer.Succeeded) return;

        var config = JsonSerializer.Deserialize<JsonElement>(answer.Body);
        if (config.TryGetProperty("reentrancy", out var reentrancy)
            && reentrancy.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.True)
        {
            throw new UnsupportedException("reentrant actors");
        }

        idleTimeout = config.TryGetProperty("actorIdleTimeout", out var idle) && idle.GetString() is { Length: > 0 } text
            ? Durations.Parse(text) ?? DefaultIdleTimeout
            : DefaultIdleTimeout;
        if (config.TryGetProperty("entities", out var entities)) Types = [.. entities.EnumerateArray().Select(type => type.GetString()!)];
    }

    /// <summary>Forgets all actors, because the app is down. They are not told.</summary>
    public void Close()
    {
        (Types, IsOpen) = ([], false);
        foreach (var actor in actors.Values) actor.IsAwake = false;
    }

    /// <summary>Calls a method in the actor's turn.</summary>
    public async Task<AppAnswer> CallAsync(
        string type, string id, string method, ReadOnlyMemory<byte> body,
        IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var actor = actors.GetOrAdd((type, id), _ => new Actor(time, () => SleepAsync(type, id)));
        try
        {
            return await actor.Turns.TakeAsync(
                () =>
                {
                    actor.IsAwake = true;
                    return app.CallAsync(HttpMethod.Put, $"{Route(type, id)}/method/{method}", body, headers, cancellationToken);
                },
                cancellationToken);
        }
        finally
        {
            actor.SleepIn(idleTimeout);
        }
    }

    private async Task SleepAsync(string type, string id)
    {
        var actor = actors[(type, id)];
        if (!actor.IsAwake || !actor.Turns.IsIdle) return;

        try
        {
            await actor.Turns.TakeAsync(
                () =>
                {
                    actor.IsAwake = false;
                    return app.CallAsync(HttpMethod.Delete, Route(type, id), null, [], CancellationToken.None);
                },
                CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            // The app is gone, and its actors with it.
        }
    }

    private static string Route(string type, string id) => $"/actors/{type}/{Uri.EscapeDataString(id)}";

    /// <summary>Kept for the run, asleep or awake: were it made anew, two calls could be in two turns of one actor.</summary>
    private sealed class Actor(TimeProvider time, Func<Task> sleep)
    {
        private readonly ITimer idle = time.CreateTimer(_ => _ = sleep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public Turns Turns { get; } = new();

        public bool IsAwake { get; set; }

        public void SleepIn(TimeSpan time) => idle.Change(time, Timeout.InfiniteTimeSpan);
    }
}
