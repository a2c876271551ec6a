using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Sandbox.Pages;
using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Pages;
using StripePassKitActors.Sandbox.Time;

namespace StripePassKitActors.Sandbox.Tests.Stripe.Pages;

/// <summary>Somebody with a browser that runs no script, in front of a sandbox whose shop is stocked.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly RunningStripeSandbox app;
    private readonly HttpClient http;

    private Visitor(RunningStripeSandbox app)
    {
        this.app = app;
        http = new HttpClient { BaseAddress = app.Address };
    }

    public StripeSandbox Sandbox => app.Sandbox;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The page in front of them.</summary>
    public IHtmlDocument Page { get; private set; } = default!;

    /// <summary>What it was answered with.</summary>
    public HttpStatusCode Status { get; private set; }

    /// <summary>Where they are.</summary>
    public Uri At { get; private set; } = default!;

    public string Title => Page.QuerySelector("h1")!.TextContent;

    public string Text => Page.QuerySelector("main")!.TextContent;

    /// <summary>What the page says first of all about what was done.</summary>
    public string Notice => Page.QuerySelector(".notice")!.TextContent;

    public static async Task<Visitor> ComeAsync(bool movable = true, bool stocked = true, string? webhook = null, string? successUrl = null, Places? places = null)
    {
        var machine = new FakeTimeProvider(Merchant.Opening);
        var options = new StripeSandboxOptions { WebhookUrl = webhook, WebhookSecret = Receiver.Secret, SuccessUrl = successUrl, Patience = Timeout.InfiniteTimeSpan };
        var sandbox = new StripeSandbox(options, movable ? new MovableClock(machine) : machine);
        if (stocked) Catalogue.StockIfEmpty(sandbox);
        return new Visitor(await StripeSandboxApp.StartAsync(sandbox, StripeSandboxApp.AnyPort, places ?? Places.StripeAlone, Stop));
    }

    public async Task GoAsync(string path)
    {
        using var answer = await http.GetAsync(path, Stop);
        await TakeAsync(answer);
    }

    public async Task PostAsync(string path, params IEnumerable<(string Name, string Value)> fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await http.PostAsync(path, content, Stop);
        await TakeAsync(answer);
    }

    /// <summary>Fills in the form that has this button, and presses it.</summary>
    /// <param name="button">A text that the button has, and no other.</param>
    /// <param name="typed">What is typed or chosen, by the names of the fields.</param>
    public async Task PressAsync(string button, params IEnumerable<(string Name, string Value)> typed)
    {
        var pressed = Assert.Single(Page.QuerySelectorAll<IHtmlButtonElement>("button"), one => one.TextContent.Contains(button, StringComparison.Ordinal));
        var form = pressed.Form!;
        var fields = new Dictionary<string, string>();
        foreach (var input in form.QuerySelectorAll<IHtmlInputElement>("input"))
            if (input.Type is not ("radio" or "checkbox") || input.IsChecked) fields[input.Name!] = input.Value;
        foreach (var select in form.QuerySelectorAll<IHtmlSelectElement>("select")) fields[select.Name!] = select.Value ?? "";
        if (pressed.Name is { Length: > 0 } name) fields[name] = pressed.Value;
        foreach (var (field, value) in typed)
        {
            Assert.Contains(form.QuerySelectorAll("input, select"), one => one.GetAttribute("name") == field);
            fields[field] = value;
        }

        await PostAsync(form.GetAttribute("action")!, fields.Select(field => (field.Key, field.Value)));
    }

    /// <summary>Chooses in the shop and goes to the checkout.</summary>
    public async Task ChooseAsync(string name, string who = "new", string? customer = null)
    {
        await GoAsync("/");
        var offer = Page.QuerySelectorAll(".offer").Single(one => one.QuerySelector(".name")!.TextContent == name);
        var price = offer.QuerySelector<IHtmlInputElement>("input")!.Value;
        (string, string)[] buyer = who switch
        {
            "new" => [("name", "Ada Lovelace"), ("email", "ada@example.com")],
            "customer" => [("customer", customer!)],
            _ => [],
        };
        await PressAsync("Go to checkout", buyer.Concat([("price", price), ("who", who)]));
    }

    /// <summary>Buys a plan as a new customer, and goes to that customer's page.</summary>
    /// <returns>The customer's id.</returns>
    public async Task<string> SubscribeAsync(string plan = "Gold", string card = "4242424242424242")
    {
        await ChooseAsync(plan);
        await PressAsync("Pay", ("card", card));
        Assert.Equal("Thank you", Title);
        var customer = One("customer")["id"]!.GetValue<string>();
        await GoAsync($"/dashboard/customers/{customer}");
        return customer;
    }

    /// <summary>The only object of a kind, as the API tells it.</summary>
    public JsonObject One(string kind) => Assert.Single(All(kind));

    /// <summary>All objects of a kind, newest first.</summary>
    public IReadOnlyList<JsonObject> All(string kind)
    {
        (string, string?)[] more = kind == "subscription" ? [("status", "all"), ("limit", "100")] : [("limit", "100")];
        return [.. Sandbox.Call("GET", kind == "session" ? "/v1/checkout/sessions" : $"/v1/{kind}s", more)["data"]!.AsArray().Select(one => one!.AsObject())];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    private async Task TakeAsync(HttpResponseMessage answer)
    {
        (Status, At) = (answer.StatusCode, answer.RequestMessage!.RequestUri!);
        var html = await answer.Content.ReadAsStringAsync(Stop);
        Page = await new HtmlParser().ParseDocumentAsync(html, Stop);
    }
}
