using Microsoft.Extensions.Configuration;
using StripePassKitActors.Sandbox.Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class SetUpTests
{
    [Fact]
    public void The_set_up_comes_from_the_keys_that_the_apps_read_and_from_its_own()
    {
        var options = StripeSandboxOptions.From(Settings(
            ("Stripe:ApiKey", "rk_test_1"), ("Stripe:WebhookSecrets:0", "whsec_1"), ("StripeSandbox:WebhookUrl", "http://localhost:9000/"),
            ("StripeSandbox:Data", "stripe.db"), ("StripeSandbox:SuccessUrl", "http://localhost:9000/welcome"), ("StripeSandbox:AfterRetries", "Unpaid")));

        Assert.Equal(
            new StripeSandboxOptions { ApiKey = "rk_test_1", WebhookSecret = "whsec_1", WebhookUrl = "http://localhost:9000/", SuccessUrl = "http://localhost:9000/welcome", Data = "stripe.db", AfterRetries = AfterRetries.Unpaid },
            options);
    }

    [Fact]
    public void What_is_not_set_has_a_default_and_blank_is_not_set() =>
        Assert.Equal(new StripeSandboxOptions(), StripeSandboxOptions.From(Settings(("Stripe:ApiKey", " "), ("StripeSandbox:Data", ""))));

    [Fact]
    public async Task The_endpoint_of_the_set_up_is_there_once_however_often_it_starts()
    {
        var folder = Directory.CreateTempSubdirectory();
        var options = new StripeSandboxOptions { Data = Path.Combine(folder.FullName, "stripe.db") };
        for (var start = 0; start < 2; start++)
        {
            await using var stripe = await StripeSandboxApp.StartAsync(options, TimeProvider.System, Merchant.Stop);
            var endpoint = Assert.Single(stripe.Sandbox.Call("GET", "/v1/webhook_endpoints")["data"]!.AsArray());
            Assert.Equal("http://localhost:8080/webhooks/stripe", (string?)endpoint!["url"]);
        }

        folder.Delete(recursive: true);
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();
}
