using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.PassKit;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Customers.Tests.Support;

/// <summary>Both sandboxes, and the app's verbs run against them as a shell would run them.</summary>
internal sealed class VerbWorld : IAsyncDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";

    private readonly RunningStripeSandbox stripe;
    private readonly RunningPassKitSandbox passKit;

    private VerbWorld(RunningStripeSandbox stripe, RunningPassKitSandbox passKit)
    {
        (this.stripe, this.passKit) = (stripe, passKit);
        Settings = new Dictionary<string, string?>
        {
            ["PASSKIT_REST_URL"] = passKit.Address.AbsoluteUri,
            ["PassKit:ApiKey"] = "key-of-the-world",
            ["PassKit:ApiSecret"] = PassKitWorld.Secret,
            ["PassKit:ProgramId"] = "program",
            ["Stripe:ApiKey"] = StripeWorld.Key,
            ["Stripe:ApiBase"] = stripe.Address.AbsoluteUri,
            ["Stripe:Livemode"] = "false",
            ["Membership:Tiers:0:Id"] = "gold",
            ["Membership:Tiers:0:Rank"] = "2",
            ["Membership:Tiers:1:Id"] = "silver",
            ["Membership:Tiers:1:Rank"] = "1",
            ["Membership:Plans:gold"] = "gold",
            ["Membership:Plans:silver"] = "silver",
            ["Membership:Plans:bronze"] = "silver",
            ["Operator:ApiKey"] = "operator-key-of-the-world",
            ["APP_API_TOKEN"] = "app-token-of-the-world",
            ["DAPR_HTTP_PORT"] = "9", // where nothing listens
        };
    }

    /// <summary>What the app is told; a test changes it.</summary>
    public Dictionary<string, string?> Settings { get; }

    public StripeSandbox Stripe => stripe.Sandbox;

    public PassKitSandbox PassKit => passKit.Sandbox;

    public IReadOnlyList<JsonObject> Endpoints => [.. Stripe.Call("GET", "/v1/webhook_endpoints")["data"]!.AsArray().OfType<JsonObject>()];

    /// <summary>A Stripe that sells bronze, silver and gold and tells nobody, and a PassKit with the tiers gold and silver.</summary>
    public static async Task<VerbWorld> StartAsync()
    {
        var stripe = await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = null }, TimeProvider.System, StripeWorld.Stop);
        Sandbox.Stripe.Pages.Catalogue.StockIfEmpty(stripe.Sandbox);
        var options = new PassKitSandboxOptions { ApiKey = "key-of-the-world", ApiSecret = PassKitWorld.Secret, ProgramId = "program", TierIds = ["gold", "silver"] };
        return new VerbWorld(stripe, await PassKitSandboxApp.StartAsync(options, TimeProvider.System, StripeWorld.Stop));
    }

    /// <summary>Runs a verb to its end.</summary>
    /// <returns>The lines that it wrote, those of standard error last, and its exit code.</returns>
    public async Task<(IReadOnlyList<string> Lines, int Code)> RunAsync(params string[] verb)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        string[] settings = [.. Settings.Where(setting => setting.Value is not null).Select(setting => $"--{setting.Key}={setting.Value}")];
        var code = await Verbs.RunAsync([.. verb, .. settings], output, error);
        return ([.. $"{output}{error}".Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)], code);
    }

    public async Task<IReadOnlyList<JsonObject>> SinksAsync()
    {
        using var http = new HttpClient { BaseAddress = passKit.Address };
        return [.. JsonNode.Parse(await http.GetStringAsync("/sandbox/sinks", StripeWorld.Stop))!.AsArray().OfType<JsonObject>()];
    }

    public async ValueTask DisposeAsync()
    {
        await stripe.DisposeAsync();
        await passKit.DisposeAsync();
    }
}
