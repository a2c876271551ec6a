using Microsoft.Playwright;

namespace StripePassKitActors.Service.Tests.Browser;

/// <summary>The story as somebody sees it who has nothing but the .NET SDK and a browser.</summary>
public sealed class Buying
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_buys_sees_a_card_that_renews_is_honoured_expires_and_is_the_same_card_when_they_come_back()
    {
        await using var story = await LocalStory.OpenAsync(Cancelled);
        var shop = await story.WindowAsync(story.Shop);
        var wallet = await story.WindowAsync(story.Wallet);

        // Buy.
        await shop.GetByText("Gold").First.ClickAsync();
        await shop.GetByLabel("Name").FillAsync("Ada Lovelace");
        await shop.GetByLabel("E-mail").FillAsync("ada@example.com");
        await shop.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await shop.GetByText("4242 4242 4242 4242").First.ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await Assertions.Expect(shop.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Thank you");

        // The card appears without a reload.
        await wallet.Locator("a.card").ClickAsync();
        var card = wallet.Locator("article.card");
        await Assertions.Expect(card.Locator(".name")).ToHaveTextAsync("Ada Lovelace");
        await Assertions.Expect(card.Locator(".tier")).ToHaveTextAsync("Gold");
        await Assertions.Expect(card.Locator(".status")).ToHaveTextAsync("active");
        var pass = wallet.Url;
        var until = await card.Locator(".until").InnerTextAsync();

        // It renews.
        await shop.GetByRole(AriaRole.Link, new() { Name = "this customer in the dashboard" }).ClickAsync();
        await MoveAsync(shop, "a month", "a day");
        await Assertions.Expect(card.Locator(".until")).Not.ToHaveTextAsync(until);
        await Assertions.Expect(card.Locator(".status")).ToHaveTextAsync("active");

        // A payment fails: honoured, and the card says so.
        await shop.GetByLabel("New card").SelectOptionAsync("4000000000000341");
        await shop.GetByRole(AriaRole.Button, new() { Name = "Change the card" }).ClickAsync();
        await MoveAsync(shop, "a month", "a day");
        await Assertions.Expect(card.Locator(".status")).ToHaveTextAsync("grace");
        await Assertions.Expect(card.Locator(".stamp")).ToHaveCountAsync(0);

        // Cancelled: grey.
        await shop.GetByRole(AriaRole.Button, new() { Name = "Cancel now" }).ClickAsync();
        await Assertions.Expect(card.Locator(".stamp")).ToHaveTextAsync("Expired");
        await Assertions.Expect(card.Locator(".barcode")).ToBeHiddenAsync();

        // Back again, on another plan: the same card revives.
        await shop.GotoAsync(story.Shop);
        await shop.GetByText("Silver").First.ClickAsync();
        await shop.GetByText("As a customer of before").ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await shop.GetByText("4242 4242 4242 4242").First.ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await Assertions.Expect(card.Locator(".tier")).ToHaveTextAsync("Silver");
        await Assertions.Expect(card.Locator(".stamp")).ToHaveCountAsync(0);
        await wallet.GotoAsync(story.Wallet);
        await Assertions.Expect(wallet.Locator("a.card")).ToHaveCountAsync(1);
        Assert.Equal(new Uri(pass).AbsolutePath, await wallet.Locator("a.card").GetAttributeAsync("href"));
    }

    [Fact]
    public async Task A_declined_card_says_so_and_another_may_be_tried()
    {
        await using var story = await LocalStory.OpenAsync(Cancelled);
        var shop = await story.WindowAsync(story.Shop);

        await shop.GetByText("Bronze").First.ClickAsync();
        await shop.GetByLabel("Name").FillAsync("Grace Hopper");
        await shop.GetByLabel("E-mail").FillAsync("grace@example.com");
        await shop.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await shop.GetByText("4000 0000 0000 0002").First.ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await Assertions.Expect(shop.GetByRole(AriaRole.Alert)).ToContainTextAsync("declined");

        await shop.GetByText("4000 0025 0000 3155").First.ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Assertions.Expect(shop.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Thank you");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_in_either_theme(ColorScheme theme)
    {
        await using var story = await LocalStory.OpenAsync(Cancelled);
        var phone = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new ViewportSize { Width = 375, Height = 800 } };
        var shop = await story.WindowAsync(story.Shop, phone);
        await shop.GetByText("Gold").First.ClickAsync();
        await shop.GetByLabel("Name").FillAsync("Ada Lovelace");
        await shop.GetByLabel("E-mail").FillAsync("ada@example.com");
        await FitsAsync(shop);
        await shop.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Pay" }).WaitForAsync();
        await FitsAsync(shop);
        await shop.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
        await shop.GetByRole(AriaRole.Link, new() { Name = "this customer in the dashboard" }).ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Change the card" }).WaitForAsync();
        await FitsAsync(shop);
        var wallet = await story.WindowAsync(story.Wallet, phone);
        await wallet.Locator("a.card").ClickAsync();
        await wallet.Locator("article.card").WaitForAsync();
        await FitsAsync(wallet);
    }

    private static async Task FitsAsync(IPage page)
    {
        await page.WaitForLoadStateAsync(); // before its styles are there, every page is wider
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{page.Url} is wider than the screen");
    }

    private static async Task MoveAsync(IPage dashboard, params string[] steps)
    {
        foreach (var step in steps) await dashboard.GetByRole(AriaRole.Button, new() { Name = $"Forward {step}" }).ClickAsync();
    }
}
