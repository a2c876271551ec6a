using Microsoft.Playwright;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Pages;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Browser;

/// <summary>A shop whose buyers come back to the checkout page: the whole service on a platform, a Stripe and a PassKit that behave, and a browser.</summary>
internal sealed class Storefront : IAsyncDisposable
{
    private readonly TestService service;
    private readonly RunningPassKitSandbox passKit;
    private readonly RunningStripeSandbox stripe;
    private readonly Chromium chromium;

    private Storefront(TestService service, RunningPassKitSandbox passKit, RunningStripeSandbox stripe, Chromium chromium) =>
        (this.service, this.passKit, this.stripe, this.chromium) = (service, passKit, stripe, chromium);

    public PassKitSandbox PassKit => passKit.Sandbox;

    public StripeSandbox Stripe => stripe.Sandbox;

    /// <param name="platform">What the sidecars run on.</param>
    /// <param name="reads">Whether customers has a key to read from Stripe with.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<Storefront> OpenAsync(IPlatform platform, bool reads, CancellationToken cancellationToken)
    {
        const string token = "passkit-webhook-token-of-the-tests-1234";
        var chromium = await Chromium.LaunchAsync();
        var ports = (Stripe: FreePort.Next(), PassKit: FreePort.Next());
        var customers = TestSettings.Customers
            .Add("Membership:Plans:bronze", "bronze").Add("Membership:Plans:silver", "silver").Add("Membership:Plans:gold", "gold");
        if (reads) customers = customers.Add("Stripe:ApiKey", "sk_test_1").Add("Stripe:ApiBase", $"http://127.0.0.1:{ports.Stripe}").Add("Stripe:Livemode", "false");
        var service = await TestService.StartAsync(
            platform,
            new TestServiceOptions(args => Ingress.Program.BuildAsync(args), args => Customers.Program.BuildAsync(args))
            {
                CustomersSettings = customers,
                IngressSettings = TestSettings.Ingress.Add("Checkout:Name", "Alpine Club").Add("PassKit:WebhookToken", token),
                PassKitPort = ports.PassKit,
            },
            cancellationToken);

        var ingress = $"http://127.0.0.1:{service.Ingress.App.Port}";
        var (stripeUrl, passKitUrl) = ($"http://{platform.AppsListenOn}:{ports.Stripe}", $"http://{platform.AppsListenOn}:{ports.PassKit}");
        var places = Places.At(new Uri(stripeUrl), new Uri(passKitUrl));
        var passKit = new PassKitSandbox(
            new PassKitSandboxOptions
            {
                ApiKey = TestSettings.Customers["PassKit:ApiKey"],
                ApiSecret = TestSettings.Customers["PassKit:ApiSecret"],
                ProgramId = TestSettings.Customers["PassKit:ProgramId"],
                TierIds = ["bronze", "silver", "gold"],
                SinkUrl = $"{ingress}/webhooks/passkit/{token}",
            },
            TimeProvider.System);
        var stripe = new StripeSandbox(
            new StripeSandboxOptions
            {
                WebhookUrl = $"{ingress}/webhooks/stripe",
                WebhookSecret = TestSettings.WebhookSecret,
                Patience = Eventually.Patience,
                SuccessUrl = $"{ingress}/checkout/complete?session_id={{CHECKOUT_SESSION_ID}}",
            },
            TimeProvider.System);
        Catalogue.StockIfEmpty(stripe);
        return new Storefront(
            service,
            await PassKitSandboxApp.StartAsync(passKit, passKitUrl, places, cancellationToken),
            await StripeSandboxApp.StartAsync(stripe, stripeUrl, places, cancellationToken),
            chromium);
    }

    /// <summary>Where Stripe's dashboard shows a customer.</summary>
    public string DashboardOf(string customer) => new Uri(stripe.Address, $"dashboard/customers/{customer}").ToString();

    /// <summary>A window of its own on an address.</summary>
    public Task<IPage> WindowAsync(string url, BrowserNewContextOptions? options = null) => chromium.WindowAsync(url, options);

    /// <summary>A window in which somebody bought a plan and came back from the checkout.</summary>
    public async Task<IPage> BuyAsync(string plan, BrowserNewContextOptions? options = null)
    {
        var window = await WindowAsync(stripe.Address.ToString(), options);
        await window.GetByText(plan).First.ClickAsync();
        await window.GetByLabel("Name").FillAsync("Ada Lovelace");
        await window.GetByLabel("E-mail").FillAsync("ada@example.com");
        await window.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await window.GetByText("4242 4242 4242 4242").First.ClickAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await window.WaitForURLAsync("**/checkout/complete?session_id=cs_test_*");
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        await stripe.DisposeAsync();
        await service.DisposeAsync();
        await passKit.DisposeAsync();
    }
}
