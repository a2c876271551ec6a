using System.Collections.Concurrent;
using System.Text.Json;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Passes;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.Operators;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Hosting;
using StripePassKitActors.Sandbox.PassKit.Members;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>From an event's JSON to a pass: the dispatcher, as many customers and guests as there are, and a PassKit of their own.</summary>
internal sealed class PayersWorld : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, CustomerActor> actors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RecordingReminders> reminders = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> journal = [];
    private readonly MembershipSettings membership;
    private readonly CustomerStore store;
    private readonly Payers payers;
    private readonly Rereading rereading;
    private readonly CustomerActors customers;
    private readonly DeadLetterBox letters;
    private readonly EventDispatcher dispatcher;

    private PayersWorld(PassKitWorld passKit, FakeStripe? stripe, MembershipSettings membership, StripeOptions.RereadPolicy policy)
    {
        (PassKit, this.membership) = (passKit, membership);
        if (stripe is not null) stripe.Clock = passKit.Clock;
        State = new MemoryActorState(journal);
        Calls = new InProcessActors((type, id) => type == DeadLettersActor.TypeName ? new DeadLettersActor(Host<DeadLettersActor>(id.GetId()), State) : Find(id.GetId()));
        var services = passKit.Services;
        var metrics = services.GetRequiredService<CustomersMetrics>();
        var reader = new FactReader("passkit_tier", [.. MerchantsWord.Keys]);
        store = new CustomerStore(State, membership, new Random(1));
        rereading = new Rereading(
            policy, reader, store, membership, services.GetRequiredService<PassSettings>(), services.GetRequiredService<Random>(), services.GetRequiredService<ILogger<Rereading>>(), stripe, new StripeFaultLog(passKit.Clock, services.GetRequiredService<ILogger<StripeFaultLog>>()));
        payers = new Payers(Owners, membership, passKit.Clock, services.GetRequiredService<ILogger<Payers>>(), stripe);
        customers = new CustomerActors(Calls.Proxies);
        letters = new DeadLetterBox(Calls.Proxies, metrics, services.GetRequiredService<ILogger<DeadLetterBox>>());
        var events = new EventReader(reader);
        Reading = new CheckoutReading(reader, payers, customers, Checkouts, passKit.Clock, services.GetRequiredService<ILogger<CheckoutReading>>(), stripe);
        dispatcher = ActivatorUtilities.CreateInstance<EventDispatcher>(services, events, payers, customers, letters, new CatalogueWalks(Calls.Proxies, rereading));
    }

    public PassKitWorld PassKit { get; }

    public MemoryActorState State { get; }

    /// <summary>Who paid what, as far as it was written down.</summary>
    public MemoryOwners Owners { get; } = new();

    /// <summary>What is known of checkouts.</summary>
    public ICheckoutSessions Checkouts => PassKit.Services.GetRequiredService<ICheckoutSessions>();

    /// <summary>Reads checkouts that somebody comes back from.</summary>
    public CheckoutReading Reading { get; }

    /// <summary>The way to every actor.</summary>
    public InProcessActors Calls { get; }

    public SteppingClock Clock => PassKit.Clock;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public static async Task<PayersWorld> StartAsync(
        FakeStripe? stripe = null, MembershipSettings? membership = null, StripeOptions.RereadPolicy policy = StripeOptions.RereadPolicy.WhenNeeded) =>
        new(await PassKitWorld.StartAsync(), stripe, membership ?? ActorWorld.Membership, policy);

    /// <summary>Delivers events as one bulk; how many must come again.</summary>
    public Task<int> TryAsync(params string[] events) => DriveAsync(AgainAsync(events));

    /// <summary>Delivers events as one bulk, and all of them must be taken.</summary>
    public async Task DeliverAsync(params string[] events)
    {
        Assert.Equal(0, await TryAsync(events));
        Assert.Empty(await ParkedAsync());
    }

    /// <summary>Delivers a hint of PassKit's; false: it must come again.</summary>
    public Task<bool> HintAsync(string? member, string? externalId = null, string? what = "PASS_EVENT_INSTALLED") =>
        DriveAsync(ActivatorUtilities.CreateInstance<PassKitHints>(PassKit.Services, customers, payers).HandleAsync(new PassKitHint(member, externalId, what)));

    /// <summary>Why what is parked is parked.</summary>
    public async Task<IReadOnlyList<string>> ParkedAsync() => [.. (await LettersAsync()).Select(letter => letter.Reason)];

    /// <summary>What is parked.</summary>
    public async Task<IReadOnlyList<DeadLetter>> LettersAsync() => (await new DeadLettersActor(Host<DeadLettersActor>("all"), State).ListAsync(new DeadLetterQuery(null, null))).Letters;

    public async Task<CustomerInspection?> InspectAsync(string actor = "cus_1") => (await Find(actor).InspectAsync()).Customer;

    /// <summary>What somebody is told who comes back from a checkout.</summary>
    public Task<BoughtPass> BuyerAsksAsync(string sessionId) =>
        DriveAsync(new BoughtPasses(Checkouts, Reading, customers, membership, Clock).OfAsync(sessionId));

    /// <summary>What is stored of an actor; null: nothing.</summary>
    public Task<CustomerState?> RecordAsync(string actor = "cus_1") => store.ReadRecordAsync(new ActorId(actor));

    /// <summary>An operator's sync.</summary>
    public Task<InspectionAnswer> SyncAsync(string actor = "cus_1") => DriveAsync(Find(actor).SyncAsync());

    /// <summary>An operator's word to forget somebody.</summary>
    public async Task ForgetAsync(string actor = "cus_1") => Assert.Null((await AskToForgetAsync(actor)).Failure);

    /// <summary>The same, that may come to nothing.</summary>
    public Task<ForgetAnswer> AskToForgetAsync(string actor = "cus_1") => DriveAsync(Find(actor).ForgetAsync());

    /// <summary>When the reminder of an actor fires next; null: none is registered.</summary>
    public DateTimeOffset? Due(string actor = "cus_1") => Reminders(actor).Due;

    /// <summary>Moves the clock to the moment for which the reminder is registered, and fires it.</summary>
    public Task WakeWhenDueAsync(string actor = "cus_1")
    {
        var wait = Due(actor)!.Value - Now;
        if (wait > TimeSpan.Zero) Clock.Advance(wait);
        return WakeAsync(actor);
    }

    /// <summary>Fires the reminder now.</summary>
    public Task WakeAsync(string actor = "cus_1") => DriveAsync(WokenAsync(actor));

    /// <summary>The only pass that is valid; null: none is.</summary>
    public Member? ValidPass => PassKit.Sandbox.Members.Where(member => !member.IsExpired).Select(member => (Member?)member).SingleOrDefault();

    public ValueTask DisposeAsync() => PassKit.DisposeAsync();

    private async Task<int> AgainAsync(string[] events) => (await dispatcher.HandleAsync([.. events.Select((json, number) =>
    {
        var body = JsonDocument.Parse(json).RootElement;
        return new Delivery($"entry_{number}", body.GetProperty("id").GetString()!, body, body);
    })])).Count;

    private async Task<bool> WokenAsync(string actor)
    {
        await Find(actor).ReceiveReminderAsync("wake", [], TimeSpan.Zero, TimeSpan.Zero);
        return true;
    }

    private RecordingReminders Reminders(string actor) => reminders.GetOrAdd(actor, _ => new RecordingReminders(journal, PassKit.Clock));

    private CustomerActor Find(string id) => actors.GetOrAdd(id, _ => ActivatorUtilities.CreateInstance<CustomerActor>(
        PassKit.Services, Host<CustomerActor>(id), store, membership, rereading, payers, customers, letters,
        ActivatorUtilities.CreateInstance<WritingBack>(PassKit.Services, new StripeMetadataKeys()), ActivatorUtilities.CreateInstance<Announcing>(PassKit.Services, membership)));

    private Task<T> DriveAsync<T>(Task<T> turn) => Clock.DriveAsync(turn, PassKitWorld.Budget, PassKitWorld.Limits);

    private ActorHost Host<T>(string id)
        where T : Actor => ActorHost.CreateForTest<T>(new ActorTestOptions
        {
            ActorId = new ActorId(id),
            TimerManager = Reminders(id),
            LoggerFactory = PassKit.Services.GetRequiredService<ILoggerFactory>(),
        });
}
