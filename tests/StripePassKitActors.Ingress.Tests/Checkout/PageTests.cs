using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using StripePassKitActors.Hosting;
using StripePassKitActors.Ingress.Checkout;

namespace StripePassKitActors.Ingress.Tests.Checkout;

public sealed class PageTests
{
    private const string Page = "/checkout/complete?session_id=cs_test_a1B2c3";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
    private const string Android = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
    private const string Mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15";
    private const string Windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pass_is_asked_of_customers_without_its_session_in_an_address()
    {
        await using var app = await IngressApp.StartAsync();

        using var answer = await app.GetAsync(Page);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("/v1.0/invoke/customers/method/checkout-sessions/pass", "cs_test_a1B2c3"), Assert.Single(app.Customers.Asked));
    }

    [Theory]
    [InlineData(Phone, "Add to Apple Wallet", AnsweringCustomers.PassUrl + ".pkpass", false)]
    [InlineData(Android, "Add to Google Wallet", AnsweringCustomers.PassUrl + ".gpay", false)]
    [InlineData(Mac, "Add to Apple Wallet", AnsweringCustomers.PassUrl + ".pkpass", true)]
    [InlineData(Windows, null, null, true)]
    [InlineData("", null, null, true)]
    public async Task A_pass_that_is_there_is_offered_as_the_device_takes_it_and_always_by_its_link(string userAgent, string? button, string? target, bool code)
    {
        await using var app = await IngressApp.StartAsync();

        using var page = await OpenAsync(app, userAgent);

        Assert.Equal("Your pass is ready", page.Title);
        Assert.Equal(button, page.QuerySelector("a.button")?.TextContent);
        Assert.Equal(target, page.QuerySelector("a.button")?.GetAttribute("href"));
        Assert.Equal(code, page.QuerySelector("[role=img] svg") is not null);
        Assert.Contains(page.QuerySelectorAll("a"), link => link.GetAttribute("href") == AnsweringCustomers.PassUrl && link.TextContent == AnsweringCustomers.PassUrl);
    }

    public static TheoryData<CheckoutState> WithoutLink => new(Enum.GetValues<CheckoutState>().Where(state => state is not CheckoutState.Ready));

    [Theory]
    [MemberData(nameof(WithoutLink))]
    internal async Task Every_other_state_has_its_own_words_and_no_link(CheckoutState state)
    {
        await using var app = await IngressApp.StartAsync("--Checkout:Name=Café Ångström & Sons");
        app.Customers.Answer = () => BoughtPass.Of(state) with { Url = AnsweringCustomers.PassUrl };

        using var answer = await app.GetAsync(Page, Windows);
        using var page = await ParseAsync(answer);

        Assert.Equal(state is CheckoutState.Unknown ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(state.ToString(), page.QuerySelector("main")!.GetAttribute("data-state"));
        Assert.Equal(page.Title, page.QuerySelector("h1")!.TextContent);
        Assert.DoesNotContain(".Title", page.Title, StringComparison.Ordinal);
        Assert.DoesNotContain(".Text", page.QuerySelector("h1 + p")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Café Ångström & Sons", page.QuerySelector("header span")!.TextContent);
        Assert.DoesNotContain("pskt.io", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_two_states_say_the_same()
    {
        await using var app = await IngressApp.StartAsync();
        HashSet<string> said = [];
        foreach (var state in Enum.GetValues<CheckoutState>())
        {
            app.Customers.Answer = () => BoughtPass.Of(state);
            using var page = await OpenAsync(app, Windows);
            Assert.True(said.Add(page.Title!), $"{state} is called {page.Title} like another");
        }
    }

    [Theory]
    [InlineData(CheckoutState.Waiting, "5")]
    [InlineData(CheckoutState.Making, "5")]
    [InlineData(CheckoutState.Pending, "30")]
    [InlineData(CheckoutState.Open, "30")]
    [InlineData(CheckoutState.Ready, null)]
    [InlineData(CheckoutState.None, null)]
    [InlineData(CheckoutState.Late, null)]
    internal async Task Without_scripts_the_page_loads_itself_again_as_long_as_something_may_come(CheckoutState state, string? seconds)
    {
        await using var app = await IngressApp.StartAsync();
        app.Customers.Answer = () => BoughtPass.Of(state);

        using var page = await OpenAsync(app, Windows);

        Assert.Equal(seconds, page.QuerySelector("noscript meta[http-equiv=refresh]")?.GetAttribute("content"));
        Assert.Equal(seconds is null, page.QuerySelector("script") is null);
    }

    [Theory]
    [InlineData("/checkout/complete")]
    [InlineData("/checkout/complete?session_id=")]
    [InlineData("/checkout/complete?session_id=%7BCHECKOUT_SESSION_ID%7D")]
    [InlineData("/checkout/complete?session_id=cs_test_a/../b")]
    [InlineData("/checkout/complete?session_id=cs_test_a&session_id=cs_test_b")]
    [InlineData("/checkout/complete?session_id=cs_live_a")]
    public async Task What_is_no_session_of_this_mode_is_unknown_and_nobody_is_asked(string path)
    {
        await using var app = await IngressApp.StartAsync();

        using var answer = await app.GetAsync(path);
        using var page = await ParseAsync(answer);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("We do not know this checkout", page.Title);
        Assert.Empty(app.Customers.Asked);
    }

    [Fact]
    public async Task While_customers_does_not_answer_the_page_waits()
    {
        await using var app = await IngressApp.StartAsync();
        app.Customers.Answer = () => null;

        using var page = await OpenAsync(app, Windows);
        Assert.Equal("Waiting", page.QuerySelector("main")!.GetAttribute("data-state"));

        app.Customers.Answer = () => throw new HttpRequestException("refused");
        using var again = await OpenAsync(app, Windows);
        Assert.Equal("Waiting", again.QuerySelector("main")!.GetAttribute("data-state"));
    }

    [Theory]
    [InlineData("https://müller.example/logo.png", "https://xn--mller-kva.example/logo.png")]
    [InlineData("https://müller.example:8443/lögo.png?v=1", "https://xn--mller-kva.example:8443/l%C3%B6go.png")]
    [InlineData("http://[::1]:8082/logo.png", "http://[::1]:8082/logo.png")]
    public async Task A_logo_may_be_anywhere_in_the_world(string logo, string source)
    {
        await using var app = await IngressApp.StartAsync($"--Checkout:LogoUrl={logo}");

        using var answer = await app.GetAsync(Page);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains($"img-src data: {source};", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browsers_are_told_to_run_nothing_inline_to_ask_nobody_else_and_to_keep_and_tell_nothing()
    {
        await using var app = await IngressApp.StartAsync("--Checkout:LogoUrl=https://shop.example.com/logo.svg?v=1");

        using var answer = await app.GetAsync(Page);
        using var page = await ParseAsync(answer);

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data: https://shop.example.com/logo.svg; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            Header(answer, "Content-Security-Policy"));
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("noindex", Header(answer, "X-Robots-Tag"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.All(page.QuerySelectorAll("*"), element => Assert.DoesNotContain(
            element.Attributes, attribute => attribute.Name is "style" || attribute.Name.StartsWith("on", StringComparison.Ordinal)));
        Assert.Empty(page.QuerySelectorAll("style"));
        Assert.All(page.QuerySelectorAll("link[rel=stylesheet], script"), file => Assert.StartsWith("page.", file.GetAttribute("href") ?? file.GetAttribute("src"), StringComparison.Ordinal));
        Assert.Equal("https://shop.example.com/logo.svg?v=1", page.QuerySelector("img")!.GetAttribute("src"));
    }

    [Theory]
    [InlineData("/checkout/pass?session_id=cs_test_a", 200)]
    [InlineData("/checkout/pass", 404)]
    [InlineData("/checkout/events", 404)]
    [InlineData("/checkout/nothing", 404)]
    public async Task Every_answer_beneath_checkout_has_these_headers_errors_included(string path, int status)
    {
        await using var app = await IngressApp.StartAsync();

        using var answer = await app.GetAsync(path);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("noindex", Header(answer, "X-Robots-Tag"));
        Assert.StartsWith("default-src 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Styles_and_script_are_kept_for_ever_under_an_address_that_changes_with_them()
    {
        await using var app = await IngressApp.StartAsync("--Checkout:Color=#FFD200");
        app.Customers.Answer = () => BoughtPass.Of(CheckoutState.Making);
        using var page = await OpenAsync(app, Windows);

        foreach (var file in page.QuerySelectorAll("link[rel=stylesheet], script"))
        {
            using var answer = await app.GetAsync($"/checkout/{file.GetAttribute("href") ?? file.GetAttribute("src")}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", Header(answer, "Cache-Control").Split(", ").Order().Reverse()));
        }

        Assert.Contains("--brand: #FFD200; --on-brand: #000000;", await app.Client.GetStringAsync($"/checkout/{page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")}", Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#000000", "#ffffff")]
    [InlineData("#4b3fd6", "#ffffff")]
    [InlineData("#ffd200", "#000000")]
    [InlineData("#ffffff", "#000000")]
    public void The_text_of_a_button_stands_out_from_its_colour(string color, string text) => Assert.Equal(text, PageFiles.TextOn(color));

    [Fact]
    public async Task The_merchant_may_send_buyers_on()
    {
        await using var app = await IngressApp.StartAsync("--Checkout:Name=Rösti", "--Checkout:ContinueUrl=https://shop.example.com/?a=1&b=2");

        using var page = await OpenAsync(app, Phone);

        var next = page.QuerySelector(".continue a")!;
        Assert.Equal(("Continue to Rösti", "https://shop.example.com/?a=1&b=2"), (next.TextContent, next.GetAttribute("href")));
    }

    [Theory]
    [InlineData("de-CH, de;q=0.9", "en")]
    [InlineData("en-GB", "en")]
    [InlineData("*", "en")]
    public async Task Who_asks_for_a_language_that_is_not_there_reads_English(string asked, string given)
    {
        await using var app = await IngressApp.StartAsync();

        using var answer = await app.GetAsync(Page, null, ("Accept-Language", asked));
        using var page = await ParseAsync(answer);

        Assert.Equal(given, page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("Your pass is ready", page.Title);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        string.Join(", ", (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)) ? values : []);

    private static async Task<IDocument> OpenAsync(IngressApp app, string userAgent)
    {
        using var answer = await app.GetAsync(Page, userAgent);
        return await ParseAsync(answer);
    }

    private static async Task<IDocument> ParseAsync(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync(Cancel);
        return await BrowsingContext.New(Configuration.Default).OpenAsync(page => page.Content(html), Cancel);
    }
}
