using System.Net;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Pages;

namespace StripePassKitActors.Sandbox.Tests.Stripe.Pages;

public sealed class ShopTests
{
    [Fact]
    public async Task Three_plans_and_a_single_purchase_are_for_sale()
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.GoAsync("/");

        Assert.Equal(
            ["Bronze 5.00 USD a month", "Silver 10.00 USD a month", "Gold 20.00 USD a month", "Concert ticket 120.00 USD once"],
            visitor.Page.QuerySelectorAll(".offer").Select(offer => string.Join(' ', offer.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(["ticket", "gold", "silver", "bronze"], visitor.All("price").Select(price => (string?)price["lookup_key"]));
    }

    [Fact]
    public async Task The_shop_is_stocked_once()
    {
        await using var visitor = await Visitor.ComeAsync();

        Catalogue.StockIfEmpty(visitor.Sandbox);

        Assert.Equal(4, visitor.All("product").Count);
    }

    [Fact]
    public async Task A_shop_with_nothing_in_it_says_so()
    {
        await using var visitor = await Visitor.ComeAsync(stocked: false);

        await visitor.GoAsync("/");

        Assert.Contains("Nothing is for sale", visitor.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bronze", 500)]
    [InlineData("Silver", 1000)]
    [InlineData("Gold", 2000)]
    public async Task A_plan_is_bought_by_a_new_customer(string plan, int amount)
    {
        await using var visitor = await Visitor.ComeAsync(places: Places.At(new Uri("http://stripe.example"), new Uri("http://wallet.example")));

        await visitor.ChooseAsync(plan);
        Assert.Equal($"/checkout/{visitor.One("session")["id"]}", visitor.At.AbsolutePath);
        await visitor.PressAsync("Pay");

        Assert.Equal(("Thank you", "/thanks"), (visitor.Title, visitor.At.AbsolutePath));
        Assert.Contains(plan, visitor.Text, StringComparison.Ordinal);
        Assert.NotNull(visitor.Page.QuerySelector("main a[href='http://wallet.example/']"));
        Assert.Equal(("Ada Lovelace", "ada@example.com"), ((string?)visitor.One("customer")["name"], (string?)visitor.One("customer")["email"]));
        Assert.Equal("active", (string?)visitor.One("subscription")["status"]);
        Assert.Equal(amount, (long)visitor.One("charge")["amount_captured"]!);
    }

    [Fact]
    public async Task A_customer_of_before_buys_again()
    {
        await using var visitor = await Visitor.ComeAsync();
        var customer = await visitor.SubscribeAsync();

        await visitor.ChooseAsync("Concert ticket", "customer", customer);
        Assert.Null(visitor.Page.QuerySelector("[name=email]"));
        await visitor.PressAsync("Pay");

        Assert.Equal("Thank you", visitor.Title);
        Assert.Single(visitor.All("customer"));
        Assert.Equal([12000, 2000], visitor.All("charge").Select(charge => (long)charge["amount"]!));
        Assert.All(visitor.All("charge"), charge => Assert.Equal(customer, (string?)charge["customer"]));
    }

    [Fact]
    public async Task A_guest_buys_what_is_paid_once()
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.ChooseAsync("Concert ticket", "guest");
        await visitor.PressAsync("Pay", ("email", "guest@example.com"), ("name", "A Guest"));

        Assert.Equal("Thank you", visitor.Title);
        Assert.Empty(visitor.All("customer"));
        Assert.Equal("guest@example.com", (string?)visitor.One("charge")["billing_details"]!["email"]);
    }

    [Fact]
    public async Task Buyers_go_to_the_address_of_the_set_up_when_it_names_one()
    {
        await using var elsewhere = await Visitor.ComeAsync();
        await using var visitor = await Visitor.ComeAsync(successUrl: $"{new Uri(elsewhere.Sandbox.Address, "/thanks")}?session_id={{CHECKOUT_SESSION_ID}}");

        await visitor.ChooseAsync("Gold");
        await visitor.PressAsync("Pay");

        Assert.Equal(elsewhere.Sandbox.Address.Port, visitor.At.Port);
        Assert.Equal($"?session_id={visitor.One("session")["id"]}", visitor.At.Query);
    }

    [Fact]
    public async Task What_is_missing_is_asked_for_and_what_was_typed_is_kept()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.GoAsync("/");

        await visitor.PressAsync("Go to checkout", ("name", "Ada"), ("email", "nowhere"));
        Assert.Equal((HttpStatusCode.BadRequest, "Give an e-mail address, with an @."), (visitor.Status, visitor.Notice));
        Assert.Equal("Ada", visitor.Page.QuerySelector("#name")!.GetAttribute("value"));

        await visitor.PressAsync("Go to checkout", ("name", " "));
        Assert.Equal("Give a name.", visitor.Notice);

        await visitor.PressAsync("Go to checkout", ("who", "guest"));
        Assert.Contains("A plan needs a customer", visitor.Notice, StringComparison.Ordinal);

        await visitor.PostAsync("/buy", ("price", "price_of_nothing"));
        Assert.Equal((HttpStatusCode.BadRequest, "Choose what to buy."), (visitor.Status, visitor.Notice));

        await visitor.PressAsync("Go to checkout", ("who", "customer_unknown"), ("price", (string)visitor.All("price")[0]["id"]!));
        Assert.Empty(visitor.All("customer"));
    }

    [Fact]
    public async Task A_customer_whom_nobody_knows_gets_a_sentence()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.GoAsync("/");

        await visitor.PostAsync("/buy", ("price", (string)visitor.All("price")[0]["id"]!), ("who", "customer"), ("customer", "cus_none"));

        Assert.Equal((HttpStatusCode.BadRequest, "No such customer: 'cus_none'"), (visitor.Status, visitor.Notice));
    }

    [Theory]
    [InlineData("/thanks?session_id=cs_none")]
    [InlineData("/thanks")]
    [InlineData("/checkout/cs_none")]
    [InlineData("/checkout/a%2Fb")]
    [InlineData("/nowhere")]
    public async Task A_page_that_there_is_not_is_a_page_with_a_sentence(string path)
    {
        await using var visitor = await Visitor.ComeAsync();

        await visitor.GoAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "Not here"), (visitor.Status, visitor.Title));
    }

    [Fact]
    public async Task An_app_of_its_own_has_a_stocked_shop()
    {
        string[] settings = ["--StripeSandbox:Urls=http://127.0.0.1:0", "--StripeSandbox:WebhookUrl=http://127.0.0.1:1/", "--Logging:LogLevel:Default=None"];
        await using var app = StripeSandboxApp.Build(settings, TimeProvider.System);
        await app.StartAsync(Visitor.Stop);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var shop = await http.GetStringAsync("/", Visitor.Stop);

        Assert.Contains("Gold", shop, StringComparison.Ordinal);
        Assert.Contains("href=\"http://localhost:8083/\"", shop, StringComparison.Ordinal);
        await app.StopAsync(Visitor.Stop);
    }
}
