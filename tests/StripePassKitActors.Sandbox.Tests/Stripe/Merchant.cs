using Microsoft.Extensions.Time.Testing;
using Stripe;
using Stripe.Checkout;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Checkout;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

/// <summary>A sandbox that listens, its clock, a webhook, and Stripe's own client of it.</summary>
internal sealed class Merchant : IAsyncDisposable
{
    public static readonly DateTimeOffset Opening = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly RunningStripeSandbox app;
    private readonly HttpClient http = new();

    private Merchant(RunningStripeSandbox app, Receiver webhook, FakeTimeProvider time)
    {
        (this.app, Webhook, Time) = (app, webhook, time);
        Client = ClientWith("sk_test_123");
    }

    public FakeTimeProvider Time { get; }

    public Receiver Webhook { get; }

    public StripeClient Client { get; }

    public V1Services V1 => Client.V1;

    public StripeSandbox Sandbox => app.Sandbox;

    public StripeOperations Dashboard => app.Sandbox.Operations;

    public Uri Address => app.Address;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The types of all events so far, oldest first.</summary>
    public async Task<IReadOnlyList<string>> TypesAsync() => [.. (await EventsAsync()).Select(one => one.Type)];

    public static async Task<Merchant> StartAsync(StripeSandboxOptions? options = null, FakeTimeProvider? time = null)
    {
        time ??= new FakeTimeProvider(Opening);
        var webhook = await Receiver.StartAsync(time);
        var complete = (options ?? new StripeSandboxOptions()) with { WebhookUrl = webhook.Url, WebhookSecret = Receiver.Secret, Patience = Timeout.InfiniteTimeSpan };
        return new Merchant(await StripeSandboxApp.StartAsync(complete, time, Stop), webhook, time);
    }

    public StripeClient ClientWith(string key, int retries = 0) => new(new StripeClientOptions
    {
        ApiKey = key,
        ApiBase = Address.ToString().TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: retries, enableTelemetry: false),
    });

    /// <summary>All events so far, oldest first.</summary>
    public async Task<IReadOnlyList<Event>> EventsAsync(string? type = null)
    {
        var all = new List<Event>();
        await foreach (var one in V1.Events.ListAutoPagingAsync(new EventListOptions { Type = type, Limit = 100 }, cancellationToken: Stop)) all.Add(one);
        all.Reverse();
        return all;
    }

    /// <summary>A price of ten dollars a month, or as told.</summary>
    public async Task<Price> PriceAsync(long amount = 1000, string? interval = "month", string? tier = null) => await V1.Prices.CreateAsync(
        new PriceCreateOptions
        {
            Currency = "usd",
            UnitAmount = amount,
            ProductData = new PriceProductDataOptions { Name = "Membership" },
            Recurring = interval is null ? null : new PriceRecurringOptions { Interval = interval },
            Metadata = tier is null ? null : new Dictionary<string, string> { ["passkit_tier"] = tier },
        },
        cancellationToken: Stop);

    /// <summary>A customer, and with it a single event.</summary>
    public Task<Customer> CustomerOnlyAsync() => V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "Ada" }, cancellationToken: Stop);

    /// <summary>A customer who has this card.</summary>
    public async Task<Customer> CustomerAsync(string card = "pm_card_visa")
    {
        var customer = await V1.Customers.CreateAsync(new CustomerCreateOptions { Email = "ada@example.com", Name = "Ada" }, cancellationToken: Stop);
        var method = await V1.PaymentMethods.AttachAsync(card, new PaymentMethodAttachOptions { Customer = customer.Id }, cancellationToken: Stop);
        return await V1.Customers.UpdateAsync(
            customer.Id,
            new CustomerUpdateOptions { InvoiceSettings = new CustomerInvoiceSettingsOptions { DefaultPaymentMethod = method.Id } },
            cancellationToken: Stop);
    }

    /// <summary>A subscription by the API.</summary>
    public async Task<Subscription> SubscribeAsync(Price? price = null, Customer? customer = null, Action<SubscriptionCreateOptions>? more = null)
    {
        price ??= await PriceAsync();
        customer ??= await CustomerAsync();
        var options = new SubscriptionCreateOptions { Customer = customer.Id, Items = [new SubscriptionItemOptions { Price = price.Id }] };
        more?.Invoke(options);
        return await V1.Subscriptions.CreateAsync(options, cancellationToken: Stop);
    }

    public Task<Subscription> ReadAsync(Subscription subscription) => V1.Subscriptions.GetAsync(
        subscription.Id, new SubscriptionGetOptions { Expand = ["latest_invoice"] }, cancellationToken: Stop);

    public Task<Session> SessionAsync(Price price, Action<SessionCreateOptions>? more = null)
    {
        var options = new SessionCreateOptions
        {
            Mode = price.Type == "recurring" ? "subscription" : "payment",
            LineItems = [new SessionLineItemOptions { Price = price.Id, Quantity = 1 }],
            SuccessUrl = "https://shop.example/thanks?session_id={CHECKOUT_SESSION_ID}",
        };
        more?.Invoke(options);
        return V1.Checkout.Sessions.CreateAsync(options, cancellationToken: Stop);
    }

    public Task<Session> ReadAsync(Session session) => V1.Checkout.Sessions.GetAsync(session.Id, cancellationToken: Stop);

    /// <summary>A charge of ten dollars that somebody paid in the checkout.</summary>
    public async Task<Charge> PaidAsync(long amount = 1000, Customer? customer = null)
    {
        var session = await SessionAsync(await PriceAsync(amount, interval: null), options => options.Customer = customer?.Id);
        Assert.IsType<CheckoutResult.Complete>(Dashboard.Pay(session.Id, Cards.Good));
        var intent = await V1.PaymentIntents.GetAsync((await ReadAsync(session)).PaymentIntentId, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, cancellationToken: Stop);
        return intent.LatestCharge;
    }

    public static Task<StripeException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<StripeException>(call);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Webhook.DisposeAsync();
        http.Dispose();
    }
}
