using System.Collections.Concurrent;
using StripePassKitActors.Local.Sidecar.Actors;
using StripePassKitActors.Local.Sidecar.PubSub;
using StripePassKitActors.Local.Sidecar.Storage;

namespace StripePassKitActors.Local.Sidecar;

/// <summary>
/// A small Dapr in one process, for a machine that has none: what its sidecars share. It knows what the apps of this service use and no more;
/// anything else is refused. All it must remember stands in one file: opened again, however the last run ended, it delivers what
/// was not acknowledged and fires what is due.
/// </summary>
public sealed class DevelopmentDapr : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, DevelopmentSidecar> running = new();
    private readonly Database database;
    private readonly MessageTable messages;

    /// <summary>Opens a run.</summary>
    /// <param name="databaseFile">Where it keeps what must outlive it.</param>
    /// <param name="time">The run's clock: reminders and retries follow it, wherever it is moved.</param>
    /// <param name="loggers">Where it tells what happens.</param>
    public DevelopmentDapr(string databaseFile, TimeProvider time, ILoggerFactory loggers)
    {
        database = new Database(databaseFile);
        State = new StateTable(database);
        PlainState = new PlainStateTable(database, time);
        messages = new MessageTable(database);
        Broker = new Broker(messages, Mischief, time);
        Time = time;
        Loggers = loggers;
    }

    /// <summary>What is to go wrong on request.</summary>
    public Mischief Mischief { get; } = new();

    internal TimeProvider Time { get; }

    internal ILoggerFactory Loggers { get; }

    internal StateTable State { get; }

    internal PlainStateTable PlainState { get; }

    internal Broker Broker { get; }

    /// <summary>Makes a sidecar for one app, not yet started.</summary>
    public DevelopmentSidecar CreateSidecar(SidecarSettings settings) => new(this, settings);

    /// <summary>How many messages a topic ever took.</summary>
    public int Published(string pubSub, string topic) => messages.Published(Broker.Topic(pubSub, topic));

    /// <summary>Stops all sidecars that run and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var sidecar in running.Values) await sidecar.DisposeAsync();
        database.Dispose();
    }

    internal void Add(DevelopmentSidecar sidecar)
    {
        if (!running.TryAdd(sidecar.Settings.AppId, sidecar)) throw new UnsupportedException($"two sidecars of the app {sidecar.Settings.AppId}");
    }

    internal void Remove(DevelopmentSidecar sidecar) => running.TryRemove(KeyValuePair.Create(sidecar.Settings.AppId, sidecar));

    /// <summary>Where an app's sidecar runs; null: nowhere.</summary>
    internal DevelopmentSidecar? Find(string appId) => running.GetValueOrDefault(appId);

    /// <summary>Placement: the app that hosts an actor type; null: none that is up.</summary>
    internal ActorHost? HostOf(string actorType) => running.Values.Select(sidecar => sidecar.Actors).FirstOrDefault(actors => actors.Types.Contains(actorType));

    internal ReminderTable RemindersOf(string appId) => new(database, appId);
}
