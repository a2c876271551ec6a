using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.DependencyInjection;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>The actor of one price or product, before customers who write down what they are told.</summary>
internal sealed class CatalogueWorld : IDisposable
{
    private readonly ConcurrentQueue<string> journal = [];
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<CustomersMetrics>().BuildServiceProvider();
    private readonly CatalogueActor actor;
    private readonly Holders holders;

    /// <param name="id">The actor's: <c>price-price_1</c>.</param>
    /// <param name="stripe">Null: there is no key.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="take">What a customer does with what it is told; null: takes it.</param>
    public CatalogueWorld(string id, IStripeApi? stripe, SteppingClock clock, Func<string, ImmutableArray<CustomerEvent>, Task<TurnAnswer>>? take = null)
    {
        Clock = clock;
        State = new MemoryActorState(journal);
        Reminders = new RecordingReminders(journal, clock);
        holders = new Holders(this, take ?? ((_, events) => Task.FromResult(new TurnAnswer([.. events.Select(told => new EventAnswer(told.Id, Outcome.Applied, null))], null))));
        Counted = new MetricCollector<long>(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), CustomersMetrics.Name, "customers.catalogue.told");
        actor = new CatalogueActor(
            ActorHost.CreateForTest<CatalogueActor>(new ActorTestOptions { ActorId = new ActorId(id), TimerManager = Reminders, LoggerFactory = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(Logs))) }),
            State,
            new FactReader("passkit_tier", []),
            new CustomerActors(new InProcessActors((_, customer) => holders.Of(customer.GetId())).Proxies),
            services.GetRequiredService<CustomersMetrics>(),
            clock,
            new Random(20261124),
            stripe);
    }

    public SteppingClock Clock { get; }

    public MemoryActorState State { get; }

    public RecordingReminders Reminders { get; }

    public FakeLogCollector Logs { get; } = new();

    /// <summary>What the app counts of customers that were told.</summary>
    public MetricCollector<long> Counted { get; }

    /// <summary>What customers were told, oldest first.</summary>
    public ConcurrentQueue<(string Customer, CustomerEvent Event)> Told { get; } = [];

    public IReadOnlyList<string> Journal => [.. journal];

    public Task<CatalogueAnswer> ChangedAsync(string eventId, string kind = "price", string id = "price_1") =>
        actor.ChangedAsync(new CatalogueChange(eventId, $"{kind}.updated", kind, id));

    /// <summary>Moves the clock to when the reminder is due, and fires it.</summary>
    public Task StepAsync()
    {
        Clock.Advance(Reminders.Due!.Value - Clock.GetUtcNow());
        return FireAsync();
    }

    /// <summary>Fires the reminder now.</summary>
    public Task FireAsync() => Clock.DriveAsync(Fired(), TimeSpan.FromSeconds(2));

    /// <summary>Steps until nothing is left to do.</summary>
    public async Task WalkAsync()
    {
        while (Reminders.Due is not null) await StepAsync();
    }

    public void Dispose()
    {
        Counted.Dispose();
        services.Dispose();
    }

    private async Task<bool> Fired()
    {
        await actor.ReceiveReminderAsync("wake", [], TimeSpan.Zero, TimeSpan.Zero);
        return true;
    }

    private sealed class Holders(CatalogueWorld world, Func<string, ImmutableArray<CustomerEvent>, Task<TurnAnswer>> take)
    {
        public Holder Of(string customer) => new(world, take, customer);
    }

    /// <summary>What of a customer's actor is called.</summary>
    internal sealed class Holder(CatalogueWorld world, Func<string, ImmutableArray<CustomerEvent>, Task<TurnAnswer>> take, string customer)
    {
        public async Task<TurnAnswer> ApplyAsync(ImmutableArray<CustomerEvent> events)
        {
            var answer = await take(customer, events);
            if (answer.Failure is not null) return answer;
            foreach (var told in events) world.Told.Enqueue((customer, told));
            return answer;
        }
    }
}
