using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Stripe;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Customers.Tests.Connect;

/// <summary><c>connect stripe</c> on a Stripe that behaves, and on Stripe's own description of its API.</summary>
public sealed class ConnectStripeTests
{
    private static readonly Uri Url = new("https://club.example/webhooks/stripe");

    [Fact]
    public async Task It_makes_the_endpoint_tells_its_secret_once_and_then_has_nothing_to_do()
    {
        await using var stripe = await StripeWorld.StartAsync();

        var (first, code) = await RunAsync(stripe);

        Assert.Equal(0, code);
        var made = Assert.Single(Endpoints(stripe));
        Assert.Equal((Url.AbsoluteUri, "enabled"), ((string?)made["url"], (string?)made["status"]));
        Assert.Equal(NeededEvents.All, Events(made));
        Assert.StartsWith($"done     Stripe webhook         made {Url} with {NeededEvents.All.Count} events ({made["id"]})", first[0], StringComparison.Ordinal);
        Assert.StartsWith("Stripe__WebhookSecrets__0=whsec_", first[^1].Trim(), StringComparison.Ordinal);

        var (second, again) = await RunAsync(stripe);

        Assert.Equal(0, again);
        Assert.Equal(
            [$"ok       Stripe webhook         {Url} is as it should be ({made["id"]})", $"ok       its secret             is shown in Stripe's dashboard only: Developers, Webhooks, {made["id"]}"], second);
        Assert.Single(Endpoints(stripe));
    }

    [Fact]
    public async Task It_corrects_one_that_is_disabled_wants_too_much_and_lacks_something()
    {
        await using var stripe = await StripeWorld.StartAsync();
        var id = Make(stripe, Url, "payout.paid", "charge.succeeded");
        stripe.Sandbox.Call("POST", $"/v1/webhook_endpoints/{id}", ("disabled", "true"));

        var (lines, code) = await RunAsync(stripe);

        var corrected = Assert.Single(Endpoints(stripe));
        Assert.Equal(0, code);
        Assert.Equal("enabled", (string?)corrected["status"]);
        Assert.Equal(NeededEvents.All, Events(corrected));
        Assert.StartsWith($"done     Stripe webhook         {Url} ({id}): enable it; add charge.captured, ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("; leave out payout.paid", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_tells_the_same_and_does_nothing()
    {
        await using var stripe = await StripeWorld.StartAsync();

        var (make, _) = await RunAsync(stripe, dryRun: true);
        Assert.StartsWith($"would    Stripe webhook         make {Url} with {NeededEvents.All.Count} events: charge.captured, ", Assert.Single(make), StringComparison.Ordinal);
        Assert.Empty(Endpoints(stripe));

        Make(stripe, Url, "*");
        var (correct, code) = await RunAsync(stripe, dryRun: true);
        Assert.StartsWith("would    Stripe webhook         https://club.example/webhooks/stripe (", correct[0], StringComparison.Ordinal);
        Assert.Equal(["*"], Events(Assert.Single(Endpoints(stripe))));
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task An_endpoint_of_an_earlier_address_is_left_alone_and_named()
    {
        await using var stripe = await StripeWorld.StartAsync();
        Make(stripe, new Uri("https://old.example/webhooks/stripe"), "*");
        Make(stripe, new Uri("https://old.example/other"), "*");

        var (lines, code) = await RunAsync(stripe);

        Assert.Equal(1, code);
        Assert.StartsWith("warn     Stripe webhook         events also go to https://old.example/webhooks/stripe.", lines[^1], StringComparison.Ordinal);
        Assert.Equal(3, Endpoints(stripe).Count);
    }

    [Fact]
    public async Task Live_mode_takes_no_address_without_https_and_a_wrong_key_is_named()
    {
        await using var stripe = await StripeWorld.StartAsync();

        var (plain, code) = await RunAsync(stripe, new StripeOptions { ApiKey = "rk_live_1", Livemode = true }, new Uri("http://club.example/webhooks/stripe"));
        Assert.Equal(2, code);
        Assert.StartsWith("error    Stripe webhook         http://club.example/webhooks/stripe is no https address", Assert.Single(plain), StringComparison.Ordinal);

        await using var other = await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = null, ApiKey = "rk_test_Another" }, stripe.Clock, StripeWorld.Stop);
        await using var services = StripeWorld.Client(other.Address, stripe.Clock);
        var (refused, again) = await RunAsync(services, new StripeOptions { ApiKey = StripeWorld.Key, Livemode = false }, Url, dryRun: false);
        Assert.Equal(2, again);
        Assert.StartsWith("error    Stripe webhook         Stripe refuses it: webhook_endpoints answers 401", Assert.Single(refused), StringComparison.Ordinal);
        Assert.DoesNotContain(StripeWorld.Key, refused[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_sends_is_as_Stripe_describes_it()
    {
        await using var mock = await StripeMock.StartAsync();
        await using var services = StripeWorld.Client(mock.Address, TimeProvider.System);
        var webhooks = new StripeWebhooks(services.GetRequiredService<StripeClient>());

        Assert.NotEmpty(await webhooks.ListAsync(StripeWorld.Stop));
        Assert.Equal(NeededEvents.All, (await webhooks.CreateAsync(Url, NeededEvents.All, connected: true, StripeWorld.Stop)).Endpoint.Events);
        Assert.Equal(NeededEvents.All, (await webhooks.CorrectAsync("we_1", NeededEvents.All, StripeWorld.Stop)).Events);

        var refused = await Assert.ThrowsAsync<StripePassKitActors.Customers.Stripe.Api.StripeRefusedException>(() => webhooks.CorrectAsync("we_1", ["no.event"], StripeWorld.Stop));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.Status);
    }

    private static Task<(string[] Lines, int Code)> RunAsync(StripeWorld stripe, bool dryRun = false) =>
        RunAsync(stripe, new StripeOptions { ApiKey = StripeWorld.Key, Livemode = false }, Url, dryRun);

    private static async Task<(string[] Lines, int Code)> RunAsync(StripeWorld stripe, StripeOptions options, Uri url, bool dryRun = false)
    {
        await using var services = StripeWorld.Client(stripe.Sandbox.Address, stripe.Clock);
        return await RunAsync(services, options, url, dryRun);
    }

    private static async Task<(string[] Lines, int Code)> RunAsync(ServiceProvider services, StripeOptions options, Uri url, bool dryRun)
    {
        await using var output = new StringWriter();
        var report = new Report(output, colours: false, []);
        await new ConnectStripe(new StripeWebhooks(services.GetRequiredService<StripeClient>()), options, report).RunAsync(url, dryRun, StripeWorld.Stop);
        return (output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), report.ExitCode);
    }

    private static string Make(StripeWorld stripe, Uri url, params string[] events) => (string)stripe.Sandbox.Call(
        "POST", "/v1/webhook_endpoints", [("url", url.AbsoluteUri), .. events.Select((name, at) => ($"enabled_events[{at}]", (string?)name))])["id"]!;

    private static List<JsonObject> Endpoints(StripeWorld stripe) => [.. stripe.Sandbox.Call("GET", "/v1/webhook_endpoints")["data"]!.AsArray().OfType<JsonObject>()];

    private static IEnumerable<string> Events(JsonObject endpoint) => endpoint["enabled_events"]!.AsArray().Select(name => (string)name!);
}
