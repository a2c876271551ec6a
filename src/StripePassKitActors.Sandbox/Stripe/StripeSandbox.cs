using System.Text.Json.Nodes;
using System.Threading.Channels;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;
using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>
/// A Stripe account that behaves: what is bought renews, fails, ends and is told of as in Stripe's, by the given clock. When the clock
/// jumps, everything due on the way happens in order, each at its own moment. Safe for several threads; several may live in one process.
/// </summary>
public sealed class StripeSandbox : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly ObjectStore store;
    private readonly Account account;
    private readonly StripeApi api;
    private readonly Channel<string> outbox = Channel.CreateUnbounded<string>();
    private readonly ITimer timer;
    private TaskCompletionSource changed = NewSignal();
    private TaskCompletionSource kept = NewSignal();
    private int outstanding;
    private bool disposed;

    /// <summary>Opens the account: as its file says, or new.</summary>
    public StripeSandbox(StripeSandboxOptions options, TimeProvider time)
    {
        (Options, Time) = (options, time);
        store = new ObjectStore(options.Data);
        account = new Account(store, options);
        Resources = new Resources(account, () => Address);
        api = new StripeApi(Resources, account);
        timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Run(() =>
        {
            if (options.WebhookUrl is { } url) Resources.Endpoints.Ensure(url, options.WebhookSecret);
            Resources.Deliveries.Resume();
        });
    }

    /// <summary>What was set up.</summary>
    public StripeSandboxOptions Options { get; }

    /// <summary>Where it is served: checkout addresses begin with it.</summary>
    public Uri Address { get; set; } = new(StripeSandboxApp.DefaultUrl);

    /// <summary>What somebody does in Stripe's dashboard or checkout.</summary>
    public StripeOperations Operations => new(this);

    /// <summary>What becomes of the events that are made from now on.</summary>
    public DeliveryTrouble Trouble
    {
        get => Run(() => account.Trouble);
        set => Run(() => { account.Trouble = value; });
    }

    /// <summary>What restricted keys may not.</summary>
    public KeyPermissions Permissions { get; } = new();

    /// <summary>
    /// Whether webhooks are held back: events happen, and nobody is told before they are let go, which then happens in the order in which
    /// they were made.
    /// </summary>
    public bool HoldsWebhooks
    {
        get => Run(() => account.HoldsWebhooks);
        set => Run(() =>
        {
            account.HoldsWebhooks = value;
            if (!value) Resources.Deliveries.LetGo();
        });
    }

    /// <summary>Events that an endpoint has not taken, oldest first.</summary>
    public IReadOnlyList<PendingDelivery> PendingDeliveries => Run(() => Resources.Deliveries.Pending());

    internal TimeProvider Time { get; }

    internal Resources Resources { get; }

    /// <summary>Deliveries whose attempt is due.</summary>
    internal ChannelReader<string> Outbox => outbox.Reader;

    /// <summary>Calls Stripe's API in process: <c>Call("POST", "/v1/refunds", ("charge", "ch_1"))</c>.</summary>
    /// <returns>What Stripe would answer.</returns>
    /// <exception cref="StripeFault">Stripe would refuse.</exception>
    public JsonObject Call(string verb, string path, params IEnumerable<(string Name, string? Value)> form) =>
        Run(() => api.Handle(verb, path, Form.Of(form)));

    /// <summary>
    /// Waits until every delivery that is due now has been answered, or given up on until its next attempt. It is the app that delivers:
    /// without one this waits for ever once there is something to deliver.
    /// </summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        Wake();
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (outstanding == 0) return;
                next = changed.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed) return;
            disposed = true;
            timer.Dispose();
            store.Dispose();
            outbox.Writer.Complete();
        }
    }

    /// <summary>Handles a call of the API within a step of its own.</summary>
    internal JsonObject Handle(string verb, string path, Form form) => api.Handle(verb, path, form);

    internal Idempotency Idempotency => new(account);

    /// <summary>Ends with the next change of anything in the account, or of the clock.</summary>
    internal Task NextChange()
    {
        lock (gate) return kept.Task;
    }

    /// <summary>Reads several things as they are at one moment.</summary>
    internal T Read<T>(Func<Account, T> read) => Run(() => read(account));

    internal Deliveries.Outgoing? Prepare(string deliveryId)
    {
        var outgoing = Run(() => Resources.Deliveries.Prepare(deliveryId));
        if (outgoing is null) Finished();
        return outgoing;
    }

    internal void Answered(string deliveryId, int? status)
    {
        Run(() => Resources.Deliveries.Answered(deliveryId, status));
        Finished();
    }

    internal void Run(Action step) => Run(() =>
    {
        step();
        return true;
    });

    /// <summary>One step: after all that was due before it, and all or nothing.</summary>
    internal T Run<T>(Func<T> step, string? requestId = null, string? idempotencyKey = null)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            RunDue();
            try
            {
                return Step(Time.GetUtcNow(), step, requestId, idempotencyKey);
            }
            finally
            {
                RunDue();
                WakeLater();
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Has everything happen that is due.</summary>
    internal void Wake()
    {
        lock (gate)
        {
            if (disposed) return;
            RunDue();
            WakeLater();
        }
    }

    /// <summary>Tells whoever shows the account that it looks different now.</summary>
    internal void Announce()
    {
        lock (gate)
        {
            kept.SetResult();
            kept = NewSignal();
        }
    }

    private void RunDue()
    {
        while (NextDue() is { } due)
        {
            try
            {
                Step(due.At, () =>
                {
                    store.Done(due);
                    Resources.Perform(due);
                    return true;
                });
            }
            catch (StripeFault fault) when (!fault.Keeps)
            {
                // What the account allows no longer is not done, and is not due again: whatever follows must not wait for it.
                Step(due.At, () =>
                {
                    store.Done(due);
                    return true;
                });
            }
        }
    }

    private Due? NextDue()
    {
        var now = Time.GetUtcNow(); // a test's clock fires timers as it is read, and they may do what is due
        return store.NextDue() is { } due && due.At <= now ? due : null;
    }

    private T Step<T>(DateTimeOffset at, Func<T> step, string? requestId = null, string? idempotencyKey = null)
    {
        account.At(at, requestId, idempotencyKey);
        store.Begin();
        try
        {
            var result = step();
            Keep();
            return result;
        }
        catch (StripeFault fault) when (fault.Keeps)
        {
            Keep();
            throw;
        }
        catch
        {
            store.RollBack();
            Resources.Deliveries.Ready.Clear();
            throw;
        }
    }

    private void Keep()
    {
        if (store.Commit()) Announce();
        outstanding += Resources.Deliveries.Ready.Count;
        foreach (var delivery in Resources.Deliveries.Ready) outbox.Writer.TryWrite(delivery);
        Resources.Deliveries.Ready.Clear();
    }

    private void WakeLater()
    {
        if (store.NextDue() is not { } due) return;
        var wait = due.At - Time.GetUtcNow();
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private void Finished()
    {
        lock (gate)
        {
            outstanding--;
            changed.SetResult();
            changed = NewSignal();
        }
    }
}
