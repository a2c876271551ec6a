using Microsoft.Playwright;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Browser;

/// <summary>Who has paid lands on the checkout page, and the pass appears there.</summary>
public sealed class AfterCheckout(ControlPlane controlPlane)
{
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task Who_is_there_before_the_webhook_sees_the_pass_appear_without_a_reload_and_installs_it(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var shop = await Storefront.OpenAsync(platform, reads: false, Cancelled);
        shop.Stripe.HoldsWebhooks = true;
        var page = await shop.BuyAsync("Gold", new BrowserNewContextOptions { UserAgent = Phone, ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        List<string> elsewhere = [];
        page.Request += (_, request) => { if (new Uri(request.Url) is { Scheme: not "data" } to && to.Authority != new Uri(page.Url).Authority) elsewhere.Add(request.Url); };

        await Assertions.Expect(Title(page)).ToHaveTextAsync("Waiting for your payment");
        await page.EvaluateAsync("window.sameDocument = true");
        Assert.Empty(shop.PassKit.Members);
        shop.Stripe.HoldsWebhooks = false;

        await Assertions.Expect(Title(page)).ToHaveTextAsync("Your pass is ready");
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument === true"));
        Assert.Empty(elsewhere);
        var member = Assert.Single(shop.PassKit.Members);
        Assert.EndsWith($"/{member.Id}.pkpass", await page.GetByRole(AriaRole.Link, new() { Name = "Add to Apple Wallet" }).GetAttributeAsync("href"), StringComparison.Ordinal);

        await page.Locator("main a", new() { HasTextRegex = new(member.Id) }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to Apple Wallet" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove it from the phone" })).ToBeVisibleAsync();
    }

    [Theory]
    [OnEachSidecar]
    public async Task With_a_key_the_page_need_not_wait_for_the_webhook_both_make_one_pass_and_Stripe_shows_who_holds_it(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var shop = await Storefront.OpenAsync(platform, reads: true, Cancelled);
        shop.Stripe.HoldsWebhooks = true;

        var page = await shop.BuyAsync("Silver");
        await Assertions.Expect(Title(page)).ToHaveTextAsync("Your pass is ready");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "QR code of the link to your pass" })).ToBeVisibleAsync();
        var member = Assert.Single(shop.PassKit.Members);
        Assert.Equal("silver", member.TierId);

        shop.Stripe.HoldsWebhooks = false;
        await Eventually.Async(() => Task.FromResult(shop.Stripe.PendingDeliveries.Count == 0), "the webhooks are delivered", cancellationToken: Cancelled);
        await page.ReloadAsync();
        await Assertions.Expect(Title(page)).ToHaveTextAsync("Your pass is ready");
        Assert.Equal(member.Id, Assert.Single(shop.PassKit.Members).Id);

        // The merchant sees in Stripe who holds the pass.
        await page.Locator("main a", new() { HasTextRegex = new(member.Id) }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to Google Wallet" }).ClickAsync();
        var dashboard = await shop.WindowAsync(shop.DashboardOf(member.ExternalId));
        await Eventually.Async(
            async () =>
            {
                await dashboard.ReloadAsync();
                return await dashboard.GetByText("passkit_installed_at").CountAsync() > 0;
            },
            "Stripe's dashboard shows that the pass is installed",
            cancellationToken: Cancelled);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Who_comes_after_the_webhook_sees_the_pass_at_once_and_without_scripts(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var shop = await Storefront.OpenAsync(platform, reads: false, Cancelled);
        var bought = await shop.BuyAsync("Gold");
        await Assertions.Expect(Title(bought)).ToHaveTextAsync("Your pass is ready");

        var page = await shop.WindowAsync(bought.Url, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await Assertions.Expect(Title(page)).ToHaveTextAsync("Your pass is ready");
        Assert.EndsWith($"/{Assert.Single(shop.PassKit.Members).Id}", await page.Locator("main p a").First.GetAttributeAsync("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_scripts_the_page_loads_itself_until_the_pass_is_there_and_with_them_it_needs_no_events()
    {
        await using var platform = controlPlane.On(Sidecars.Development);
        await using var shop = await Storefront.OpenAsync(platform, reads: false, Cancelled);
        shop.Stripe.HoldsWebhooks = true;
        var plain = await shop.BuyAsync("Gold", new BrowserNewContextOptions { JavaScriptEnabled = false });
        var deaf = await shop.WindowAsync("about:blank");
        await deaf.RouteAsync("**/checkout/events*", route => route.FulfillAsync(new() { Status = 503 }));
        await deaf.GotoAsync(plain.Url);
        await Assertions.Expect(Title(deaf)).ToHaveTextAsync("Waiting for your payment");
        shop.Stripe.HoldsWebhooks = false;

        await Assertions.Expect(Title(plain)).ToHaveTextAsync("Your pass is ready");
        await Assertions.Expect(Title(deaf)).ToHaveTextAsync("Your pass is ready");
    }

    private static ILocator Title(IPage page) => page.GetByRole(AriaRole.Heading, new() { Level = 1 });
}
