using System.Text.Json;
using Dapr.Actors;
using Dapr.Actors.Client;
using StripePassKitActors.Benchmarks.Contenders;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Benchmarks.Bare;

/// <summary>
/// The app around the bare actor: the same topic on the same components, but one event a call (<c>bulkSubscribe</c> is taken out), handed
/// to the actor through a typed proxy.
/// </summary>
internal sealed class BareEntrant : Entrant
{
    public BareLoad Load { get; } = new();

    public override string Edit(string file, string yaml)
    {
        if (file != "stripe-events.yaml") return yaml;
        var (from, to) = (yaml.IndexOf("  bulkSubscribe:", StringComparison.Ordinal), yaml.IndexOf("scopes:", StringComparison.Ordinal));
        return yaml.Remove(from, to - from);
    }

    public override Task<WebApplication> BuildAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSidecar(hostsActors: true);
        builder.Services.AddActors(options =>
        {
            options.Actors.RegisterActor<BareActor>();
            options.UseJsonSerialization = true;
            options.JsonSerializerOptions = CustomerActorServices.Json;
            options.HttpEndpoint = SidecarEndpoints.From(builder.Configuration).Http.AbsoluteUri;
        });
        builder.Services.AddSingleton<BarePassKit>();
        builder.Services.AddSingleton(Load);
        builder.Services.AddSingleton<IStartupFilter>(Gate);

        var app = builder.Build();
        app.MapHealth();
        app.MapActorsHandlers();
        app.MapPost("/events/stripe", async (JsonElement cloudEvent, IActorProxyFactory proxies) =>
        {
            var (customer, taken) = Read(cloudEvent.GetProperty("data"));
            await Actor(proxies, customer).TakeAsync(taken);
            Progress.Add(1);
        });
        return Task.FromResult(app);
    }

    public override async Task<Totals> TotalsAsync(IServiceProvider services, string customer)
    {
        var record = await Actor(services.GetRequiredService<IActorProxyFactory>(), customer).ReadAsync();
        return new Totals(record.Spend, record.PeriodEnd);
    }

    private static IBareActor Actor(IActorProxyFactory proxies, string customer) =>
        proxies.CreateActorProxy<IBareActor>(new ActorId(customer), nameof(BareActor));

    private static (string Customer, BareEvent Event) Read(JsonElement stripeEvent)
    {
        var stripeObject = stripeEvent.GetProperty("data").GetProperty("object");
        var amount = stripeObject.TryGetProperty("amount", out var charged) ? charged.GetInt64() : 0;
        var periodEnd = stripeObject.TryGetProperty("items", out var items) ? items.GetProperty("data")[0].GetProperty("current_period_end").GetInt64() : 0;
        return (stripeObject.GetProperty("customer").GetString()!, new BareEvent(stripeEvent.GetProperty("id").GetString()!, amount, periodEnd));
    }
}
