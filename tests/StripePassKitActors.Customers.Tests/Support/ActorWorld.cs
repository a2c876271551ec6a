using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The actor of the customer cus_1 and that of the dead letters, without a sidecar, beside a PassKit of their own.</summary>
internal sealed class ActorWorld : IAsyncDisposable
{
    public const string CustomerId = "cus_1";

    public static readonly MembershipSettings Membership = new()
    {
        Tiers =
        [
            new Tier("gold", "Gold", 2, ImmutableSortedDictionary<string, long>.Empty.Add("usd", 50_000)),
            new Tier("silver", "Silver", 1, ImmutableSortedDictionary<string, long>.Empty.Add("usd", 1_000)),
        ],
        Plans = ImmutableDictionary<string, string>.Empty.Add("price_gold", "gold").Add("price_silver", "silver"),
    };

    private readonly ConcurrentQueue<string> journal = [];
    private readonly CustomerActor actor;

    private ActorWorld(PassKitWorld passKit, IStripeApi? stripe, MembershipSettings membership, IStripeMetadata? metadata, StripeMetadataKeys? keys)
    {
        PassKit = passKit;
        State = new MemoryActorState(journal);
        Reminders = new RecordingReminders(journal, passKit.Clock);
        Letters = new DeadLettersActor(Host<DeadLettersActor>("all"), State);
        var services = passKit.Services;
        var store = new CustomerStore(State, membership, new Random(1));
        var metrics = services.GetRequiredService<CustomersMetrics>();
        ToLetters = new InProcessActors((type, id) => type == DeadLettersActor.TypeName ? Letters : Of(id.GetId()));
        actor = Of(CustomerId);

        CustomerActor Of(string id) => new(
            Host<CustomerActor>(id),
            store,
            membership,
            services.GetRequiredService<PassSettings>(),
            passKit.Sync,
            ActivatorUtilities.CreateInstance<Announcing>(services, membership),
            services.GetRequiredService<PassMail>(),
            services.GetRequiredService<PassLink>(),
            new Rereading(
                StripeOptions.RereadPolicy.WhenNeeded,
                new FactReader("passkit_tier", [.. MerchantsWord.Keys]),
                store,
                membership,
                services.GetRequiredService<PassSettings>(),
                services.GetRequiredService<Random>(),
                services.GetRequiredService<ILogger<Rereading>>(),
                stripe),
            new WritingBack(
                keys ?? new StripeMetadataKeys(),
                services.GetRequiredService<IOptions<PassKitOptions>>(),
                services.GetRequiredService<PassLink>(),
                metrics,
                services.GetRequiredService<Random>(),
                services.GetRequiredService<ILogger<WritingBack>>(),
                metadata),
            new Payers(Owners, membership, passKit.Clock, services.GetRequiredService<ILogger<Payers>>(), stripe),
            services.GetRequiredService<ICheckoutSessions>(),
            new CustomerActors(ToLetters!.Proxies),
            new DeadLetterBox(ToLetters.Proxies, metrics, services.GetRequiredService<ILogger<DeadLetterBox>>()),
            metrics,
            passKit.Clock);
    }

    public PassKitWorld PassKit { get; }

    public MemoryActorState State { get; }

    public RecordingReminders Reminders { get; }

    public DeadLettersActor Letters { get; }

    /// <summary>Who paid what, as far as it was written down.</summary>
    public MemoryOwners Owners { get; } = new();

    /// <summary>The way from the customer's actor to the dead letters.</summary>
    public InProcessActors ToLetters { get; }

    public DateTimeOffset Now => PassKit.Clock.GetUtcNow();

    /// <summary>What was registered and saved, oldest first.</summary>
    public IReadOnlyList<string> Journal => [.. journal];

    public static async Task<ActorWorld> StartAsync(IStripeApi? stripe = null, PassKitOptions? passKit = null, MembershipSettings? membership = null, IStripeMetadata? metadata = null, StripeMetadataKeys? keys = null, string program = "program") =>
        new(await PassKitWorld.StartAsync(passKit ?? PassKitWorld.Settings(program: program), program: program), stripe, membership ?? Membership, metadata, keys);

    public static CustomerEvent Event(string id, params Fact[] facts) => new(id, "test", [.. facts]);

    public Task<TurnAnswer> ApplyAsync(params CustomerEvent[] events) => DriveAsync(actor.ApplyAsync([.. events]));

    /// <summary>A turn in which every event must be taken.</summary>
    public async Task<IReadOnlyList<Outcome?>> TakeAsync(params CustomerEvent[] events)
    {
        var answer = await ApplyAsync(events);
        Assert.Null(answer.Failure);
        return [.. answer.Events.Select(taken => taken.Outcome)];
    }

    public Task<InspectionAnswer> SyncAsync() => DriveAsync(actor.SyncAsync());

    public Task<HandoverAnswer> TakeOverAsync(Handover handover) => DriveAsync(actor.TakeOverAsync(handover));

    public Task<ForgetAnswer> ForgetAsync() => DriveAsync(actor.ForgetAsync());

    /// <summary>A hint of PassKit's; whether the member is the customer's.</summary>
    public async Task<bool> RefreshAsync(string? member = null)
    {
        var answer = await DriveAsync(actor.RefreshAsync(member ?? PassKit.Sandbox.Find(CustomerId)!.Id));
        Assert.Null(answer.Failure);
        return answer.Known;
    }

    public Task<CheckoutAnswer> PassAsync(CheckoutClaim claim) => DriveAsync(actor.PassAsync(claim));

    public Task<EmailAnswer> EmailAsync() => DriveAsync(actor.EmailAsync());

    /// <summary>What is stored; null: nothing.</summary>
    public Task<CustomerState?> RecordAsync() => new CustomerStore(State, Membership, new Random(1)).ReadRecordAsync(new ActorId(CustomerId));

    public async Task<CustomerInspection> InspectAsync() => (await actor.InspectAsync()).Customer!;

    public Task<InspectionAnswer> AskAsync() => actor.InspectAsync();

    /// <summary>Moves the clock to the moment for which the reminder is registered, and fires it.</summary>
    public Task WakeWhenDueAsync()
    {
        PassKit.Clock.Advance(Reminders.Due!.Value - Now);
        return WakeAsync();
    }

    /// <summary>Fires the reminder now.</summary>
    public Task WakeAsync() => DriveAsync(Woken());

    public void ForgetJournal() => journal.Clear();

    public Task<DeadLetterListAnswer> ListAsync() => Letters.ListAsync(new DeadLetterQuery(null, null));

    public ValueTask DisposeAsync() => PassKit.DisposeAsync();

    private async Task<bool> Woken()
    {
        await actor.ReceiveReminderAsync("wake", [], TimeSpan.Zero, TimeSpan.Zero);
        return true;
    }

    private Task<T> DriveAsync<T>(Task<T> turn) => PassKit.Clock.DriveAsync(turn, PassKitWorld.Budget, PassKitWorld.Limits);

    private ActorHost Host<T>(string id)
        where T : Actor => ActorHost.CreateForTest<T>(new ActorTestOptions
        {
            ActorId = new ActorId(id),
            TimerManager = Reminders,
            LoggerFactory = PassKit.Services.GetRequiredService<ILoggerFactory>(),
        });
}
