using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Checkout;

namespace StripePassKitActors.Customers.Tests.Stripe;

/// <summary>What the sandbox's webhooks tell, read as the service reads Stripe's.</summary>
public sealed class StripeSandboxTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly EventReader reader = new(new FactReader("passkit_tier", ["passkit_pin_tier"]));
    private readonly FakeTimeProvider time = new(Opening);
    private readonly ConcurrentQueue<string> bodies = [];
    private readonly WebApplication webhook = Receiver();
    private RunningStripeSandbox app = null!;

    private StripeSandbox Stripe => app.Sandbox;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        webhook.MapPost("/", async (Microsoft.AspNetCore.Http.HttpRequest request) =>
        {
            using var text = new StreamReader(request.Body);
            bodies.Enqueue(await text.ReadToEndAsync(request.HttpContext.RequestAborted));
        });
        await webhook.StartAsync(Stop);
        app = await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = webhook.Urls.Single() }, time, Stop);
    }

    [Fact]
    public async Task A_membership_from_its_purchase_to_its_end_reads_as_the_facts_that_it_is_made_of()
    {
        var session = Buy("4000000000000341");
        var (owner, facts) = await FactsAsync();
        var subscription = Assert.Single(facts.OfType<SubscriptionFact>());
        Assert.Equal((SubscriptionStatus.Active, "gold", Opening.AddMonths(1)), (subscription.Status, subscription.Items[0].MetadataTier, subscription.Items[0].CurrentPeriodEnd));
        var charge = Assert.Single(facts.OfType<ChargeFact>());
        Assert.Equal((1000, 1000, 0, true, "usd"), (charge.Amount, charge.Captured, charge.AmountRefunded, charge.Succeeded, charge.Currency));
        Assert.False(Assert.Single(facts.OfType<InvoiceFact>()).Open);
        Assert.Equal(("ada@example.com", "Ada"), (Assert.Single(facts.OfType<CustomerFact>()).Email, Assert.Single(facts.OfType<CustomerFact>()).Name));
        Assert.Equal(session, Assert.Single(facts.OfType<CheckoutSessionFact>()).Id);

        var failedAt = Opening.AddMonths(1).AddHours(1);
        time.SetUtcNow(failedAt.AddHours(2));
        (_, facts) = await FactsAsync();
        Assert.Equal(SubscriptionStatus.PastDue, Assert.Single(facts.OfType<SubscriptionFact>()).Status);
        var owed = Assert.Single(facts.OfType<InvoiceFact>(), invoice => invoice.Open);
        Assert.Equal((subscription.Id, (DateTimeOffset?)failedAt), (owed.SubscriptionId, owed.FailedAt));
        Assert.Equal([false, true], facts.OfType<ChargeFact>().Select(one => one.Succeeded).Order());

        Stripe.Operations.ChangeCard(owner, "4242424242424242");
        time.Advance(TimeSpan.FromDays(1));
        (_, facts) = await FactsAsync();
        Assert.Equal(SubscriptionStatus.Active, Assert.Single(facts.OfType<SubscriptionFact>()).Status);
        Assert.DoesNotContain(facts.OfType<InvoiceFact>(), invoice => invoice.Open);
        Assert.Equal(2000, facts.OfType<ChargeFact>().Sum(one => one.Captured));

        var refund = (string)Stripe.Operations.Refund(charge.Id, 400)["id"]!;
        Stripe.Operations.SetMetadata($"/v1/customers/{owner}", "passkit_pin_tier", "platinum");
        Stripe.Operations.CancelAtPeriodEnd(subscription.Id);
        (_, facts) = await FactsAsync();
        Assert.Equal((charge.Id, 400L, true), (Assert.Single(facts.OfType<RefundFact>()).ChargeId, Assert.Single(facts.OfType<RefundFact>()).Amount, Assert.Single(facts.OfType<RefundFact>()).Stands));
        Assert.Equal("platinum", Assert.Single(facts.OfType<CustomerFact>()).Metadata["passkit_pin_tier"]);
        Assert.Equal((true, Opening.AddMonths(2)), (Assert.Single(facts.OfType<SubscriptionFact>()).CancelAtPeriodEnd, Assert.Single(facts.OfType<SubscriptionFact>()).CancelAt));

        time.Advance(TimeSpan.FromDays(40));
        Stripe.Operations.FailRefund(refund);
        (_, facts) = await FactsAsync();
        var ended = Assert.Single(facts.OfType<SubscriptionFact>());
        Assert.Equal((SubscriptionStatus.Canceled, (DateTimeOffset?)Opening.AddMonths(2)), (ended.Status, ended.EndedAt));
        Assert.False(Assert.Single(facts.OfType<RefundFact>()).Stands);
        Assert.Equal(0, facts.OfType<ChargeFact>().Single(one => one.Id == charge.Id).AmountRefunded);
    }

    [Fact]
    public async Task A_deleted_customer_reads_as_deleted_and_the_subscription_as_ended()
    {
        Buy("4242424242424242");
        var (owner, _) = await FactsAsync();
        time.Advance(TimeSpan.FromDays(1));

        Stripe.Operations.DeleteCustomer(owner);

        var (_, facts) = await FactsAsync();
        Assert.True(Assert.Single(facts.OfType<CustomerFact>()).Deleted);
        Assert.Equal(SubscriptionStatus.Canceled, Assert.Single(facts.OfType<SubscriptionFact>()).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await webhook.DisposeAsync();
    }

    private static WebApplication Receiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    private string Buy(string card)
    {
        var price = Stripe.Call(
            "POST", "/v1/prices", ("currency", "usd"), ("unit_amount", "1000"), ("recurring[interval]", "month"), ("product_data[name]", "Gold"), ("metadata[passkit_tier]", "gold"));
        var session = (string)Stripe.Call("POST", "/v1/checkout/sessions", ("mode", "subscription"), ("line_items[0][price]", (string?)price["id"]))["id"]!;
        Assert.IsType<CheckoutResult.Complete>(Stripe.Operations.Pay(session, new Buyer(card, "ada@example.com", "Ada")));
        return session;
    }

    /// <summary>All facts of the one customer that were told so far, of each object the one that beats the others.</summary>
    private async Task<(string Owner, IReadOnlyList<Fact> Facts)> FactsAsync()
    {
        await Stripe.SettledAsync(Stop);
        var (owners, known) = (new HashSet<string>(), new Dictionary<string, Fact>());
        foreach (var body in bodies)
        {
            using var json = JsonDocument.Parse(body);
            var reading = reader.Read(json.RootElement);
            Assert.IsNotType<EventReading.Unreadable>(reading);
            if (reading is not EventReading.Understood understood) continue;
            owners.Add(understood.Payer.Actor.Value);
            foreach (var fact in understood.Event.Facts) known[fact.Id] = Newer(known.GetValueOrDefault(fact.Id), fact);
        }

        return (Assert.Single(owners), [.. known.Values]);

        static Fact Newer(Fact? known, Fact fact) => (known, fact) switch
        {
            (InvoiceFact before, InvoiceFact after) => before.With(after),
            _ => fact.Beats(known) ? fact : known!,
        };
    }
}
