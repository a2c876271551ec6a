using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Stripe:WebhookSecrets must hold", "--Stripe:Livemode=false")]
    [InlineData("Stripe:WebhookSecrets:0 must not be blank", "--Stripe:Livemode=false", "--Stripe:WebhookSecrets:0=")]
    [InlineData("Stripe:WebhookSecrets:0 must not be blank", "--Stripe:Livemode=false", "--Stripe:WebhookSecrets:0= ")]
    [InlineData("Stripe:WebhookSecrets:1 must", "--Stripe:Livemode=false", "--Stripe:WebhookSecrets:1=b\n", "--Stripe:WebhookSecrets:0=a")]
    [InlineData("Stripe:Livemode must be true", "--Stripe:WebhookSecrets:0=a")]
    [InlineData("Stripe:Acount is no setting;", "--Stripe:WebhookSecrets:0=a", "--Stripe:Livemode=false", "--Stripe:Acount=acct_1")]
    public async Task A_wrong_setting_stops_the_app_with_a_sentence_that_names_it(string sentence, params string[] settings)
    {
        await using var app = await Program.BuildAsync(["--urls=http://127.0.0.1:0", .. settings]);

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(sentence, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Stripe:Livemode=false")]
    [InlineData("--Stripe:Livemode=perhaps", "--Stripe:WebhookSecrets:0=a")]
    [InlineData("--Stripe:Livemode=false", "--Stripe:WebhookSecrets:0=a", "--Secrets:Store=s", "--DAPR_HTTP_PORT=none")]
    public async Task A_wrong_setting_ends_the_process_with_exit_code_1(params string[] settings) =>
        Assert.Equal(1, await Program.Main(["--urls=http://127.0.0.1:0", .. settings]));
}
