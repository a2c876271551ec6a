using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Pages;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Pipeline;

/// <summary>The customers app as the program that people start, with a verb.</summary>
public sealed class Connecting(ControlPlane controlPlane)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task Doctor_says_what_is_missing_connect_mends_it_and_then_doctor_is_content(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var merchant = await Merchant.OpenAsync(platform, Cancelled);
        await using var stripe = await StripeSandboxApp.StartAsync(new StripeSandboxOptions { WebhookUrl = null }, TimeProvider.System, Cancelled);
        Catalogue.StockIfEmpty(stripe.Sandbox);
        merchant.PassKit.ChangeTier("gold", "EXPIRE_NONE");
        string[] settings =
        [
            .. TestSettings.Customers.Where(setting => !setting.Key.StartsWith("Membership:Plans", StringComparison.Ordinal)).Select(setting => $"--{setting.Key}={setting.Value}"),
            "--Membership:Plans:bronze=bronze", "--Membership:Plans:silver=silver", "--Membership:Plans:gold=gold",
            $"--PASSKIT_REST_URL={merchant.PassKitAddress}", "--PassKit:WebhookToken=0123456789abcdef0123456789abcdef",
            "--Stripe:ApiKey=rk_test_1", "--Stripe:Livemode=false", $"--Stripe:ApiBase={stripe.Address}", $"--DAPR_HTTP_PORT={merchant.Service.Customers.Sidecar.Http.Port}",
        ];

        var before = await RunAsync(["doctor", .. settings]);
        Assert.Equal(2, before.Code);
        Assert.Contains("error    tier gold ", before.Output, StringComparison.Ordinal);
        Assert.Contains("error    Stripe webhook ", before.Output, StringComparison.Ordinal);
        Assert.Contains("warn     PassKit webhook ", before.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(["connect", "stripe", "--url", "https://club.example/webhooks/stripe", .. settings])).Code);
        Assert.Equal(0, (await RunAsync(["connect", "passkit", "--url", "https://club.example", "--tiers", .. settings])).Code);

        var after = await RunAsync(["doctor", .. settings]);
        Assert.True(after.Code == 0, after.Output);
        Assert.Contains("ok       sidecar components ", after.Output, StringComparison.Ordinal);
        Assert.Contains("ok       sidecar subscriptions ", after.Output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(string[] arguments)
    {
        await using var program = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "StripePassKitActors.Customers.dll"), .. arguments]);
        var code = await program.EndAsync(Cancelled);
        return (code, program.Log);
    }
}
