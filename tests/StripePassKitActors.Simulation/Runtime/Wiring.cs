using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.Checkout;
using StripePassKitActors.Customers.Changes;
using StripePassKitActors.Customers.DeadLetters;
using StripePassKitActors.Customers.Events;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Simulation.Oracle;
using Sold = StripePassKitActors.Simulation.Stripe.Catalogue;

namespace StripePassKitActors.Simulation.Runtime;

/// <summary>The app's own services and actors, put together as the app puts them, with the world where the outside would be.</summary>
internal static class Wiring
{
    private static readonly Dictionary<string, ObjectFactory> Actors = new(StringComparer.Ordinal)
    {
        [CustomerActor.TypeName] = ActivatorUtilities.CreateFactory(typeof(CustomerActor), [typeof(ActorHost)]),
        [CatalogueActor.TypeName] = ActivatorUtilities.CreateFactory(typeof(CatalogueActor), [typeof(ActorHost)]),
        [DeadLettersActor.TypeName] = ActivatorUtilities.CreateFactory(typeof(DeadLettersActor), [typeof(ActorHost)]),
    };

    public static IConfiguration Configuration(Rules rules)
    {
        var settings = new Dictionary<string, string?>
        {
            ["PASSKIT_REST_URL"] = "https://api.pub1.passkit.io",
            ["PassKit:Token"] = "token",
            ["PassKit:ProgramId"] = World.ProgramId,
            ["PassKit:Metadata"] = rules.OwnMetadata ? "Own" : "Merge",
            ["Operator:ApiKey"] = "operator_key_of_the_simulation",
            ["Membership:GraceDays"] = $"{rules.GraceDays}",
            ["Membership:ExpiryMargin"] = $"{rules.MarginDays}.00:00:00",
            ["Membership:Trials"] = rules.HonourTrials ? "Honour" : "None",
            ["Membership:OnPauseCollection"] = rules.HonourPausedCollection ? "Honour" : "Suspend",
        };
        settings["Membership:Source"] = rules.Source.ToString();
        settings["Membership:SpendWindow"] = rules.SpendMonths switch { null => "Lifetime", Rules.CalendarYear => "CalendarYear", _ => "RollingMonths" };
        if (rules.SpendMonths is > 0 and var months) settings["Membership:SpendMonths"] = $"{months}";
        settings["Membership:TimeZone"] = rules.TimeZone;
        settings["Membership:OnRefund"] = rules.KeepRefunded ? "Keep" : "Lower";
        settings["Membership:OnDispute"] = rules.OnDispute.ToString();
        settings["Membership:OnCustomerDeleted"] = rules.Forgets ? "Forget" : "End";
        settings["Membership:Guests"] = rules.Guests.ToString();
        settings["PassKit:Points"] = rules.Points.ToString();
        settings["Stripe:Reread"] = rules.Reread.ToString();
        if (rules.Key)
        {
            settings["Stripe:ApiKey"] = "rk_live_simulated";
            settings["Stripe:Livemode"] = "true";
        }

        if (rules.UnmappedPlanTier is { } unmapped) settings["Membership:UnmappedPlanTier"] = unmapped;
        foreach (var (tier, number) in Rules.Tiers.Select((tier, number) => (tier, number)))
        {
            settings[$"Membership:Tiers:{number}:Id"] = tier;
            settings[$"Membership:Tiers:{number}:Rank"] = $"{10 - number}";
            foreach (var minimum in Rules.Minimums.Where(minimum => minimum.Tier == tier))
            {
                settings[$"Membership:Tiers:{number}:MinimumSpend:{minimum.Currency}"] = $"{minimum.From}";
            }
        }

        foreach (var (plan, tier) in Sold.Plans) settings[$"Membership:Plans:{plan}"] = tier;
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    public static ServiceProvider Services(Process process, IConfiguration configuration, ulong seed)
    {
        var services = new ServiceCollection()
            .AddSingleton(configuration)
            .AddLogging()
            .AddMetrics()
            .AddSettings()
            .AddPassKit(configuration)
            .AddCustomerActors(configuration)
            .AddStripeEvents()
            .AddSingleton<TimeProvider>(process.World.Time)
            .AddSingleton(Chance.Sequence(seed))
            .AddSingleton<IActorState>(new ProcessState(process, process.World.Store))
            .AddSingleton<IPaymentOwners>(new ProcessOwners(process, process.World.Owners))
            .AddSingleton<ICheckoutSessions>(new ProcessCheckouts(process, process.World.Checkouts))
            .AddSingleton<IPassKitTransport>(new ProcessTransport(process))
            .AddSingleton<IChangePublisher>(new ProcessChanges(process))
            .AddSingleton<IActorProxyFactory>(new ActorProxyFactory(
                new ActorProxyOptions { UseJsonSerialization = true, JsonSerializerOptions = CustomerActorServices.Json, HttpEndpoint = "http://sidecar", DaprApiToken = "" },
                new ProcessActorCalls(process)));
        if (StripeOptions.Reads(configuration)) services.AddSingleton<IStripeApi>(new ProcessStripe(process));
        return services.BuildServiceProvider();
    }

    /// <summary>A new activation.</summary>
    public static Actor Activate(Process process, string type, string id) => (Actor)Actors[type](
        process.Services,
        [
            ActorHost.CreateForTest(type switch { CustomerActor.TypeName => typeof(CustomerActor), CatalogueActor.TypeName => typeof(CatalogueActor), _ => typeof(DeadLettersActor) }, new ActorTestOptions
            {
                ActorId = new ActorId(id),
                TimerManager = process.Reminders,
                LoggerFactory = type == CatalogueActor.TypeName ? new LeftBehind(customer => process.World.Operator.Heard(customer)) : NullLoggerFactory.Instance,
            }),
        ]);
}
