using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Tests;

public sealed class SettingsTests
{
    private const string Right = "--Stripe:WebhookSecrets:0=a";
    private const string Test = "--Stripe:Livemode=false";

    [Theory]
    [InlineData("Stripe:WebhookSecrets must hold", "--Stripe:Livemode=false")]
    [InlineData("Stripe:WebhookSecrets:0 must not be blank", "--Stripe:Livemode=false", "--Stripe:WebhookSecrets:0=")]
    [InlineData("Stripe:WebhookSecrets:0 must not be blank", "--Stripe:Livemode=false", "--Stripe:WebhookSecrets:0= ")]
    [InlineData("Stripe:WebhookSecrets:1 must", "--Stripe:Livemode=false", "--Stripe:WebhookSecrets:1=b\n", "--Stripe:WebhookSecrets:0=a")]
    [InlineData("Stripe:Livemode must be true", "--Stripe:WebhookSecrets:0=a")]
    [InlineData("Stripe:Acount is no setting;", "--Stripe:WebhookSecrets:0=a", "--Stripe:Livemode=false", "--Stripe:Acount=acct_1")]
    [InlineData("Stripe:Account must be the id of a connected account", Right, Test, "--Stripe:Account=1")]
    [InlineData("Stripe:Account must be the id of a connected account", Right, Test, "--Stripe:Account=acct_1\n")]
    [InlineData("PassKit:WebhookTokn is no setting;", Right, Test, "--PassKit:WebhookTokn=0123456789-0123456789_0123456789")]
    [InlineData("Checkout:Colour is no setting;", Right, Test, "--Checkout:Colour=#000000")]
    [InlineData("Checkout:Color must be a colour", Right, Test, "--Checkout:Color=red")]
    [InlineData("Checkout:Color must be a colour", Right, Test, "--Checkout:Color=#0000001")]
    [InlineData("Checkout:Name must have at most", Right, Test, "--Checkout:Name=0123456789012345678901234567890123456789012345678901234567890")]
    [InlineData("Checkout:LogoUrl must be an https address", Right, Test, "--Checkout:LogoUrl=http://shop.example.com/logo.png")]
    [InlineData("Checkout:LogoUrl must be an https address", Right, Test, "--Checkout:LogoUrl=https://shop.example.com/a;script-src *")]
    [InlineData("Checkout:LogoUrl must be an https address", Right, Test, "--Checkout:LogoUrl=data:text/html;base64,AAAA")]
    [InlineData("Checkout:ContinueUrl must be an https address", Right, Test, "--Checkout:ContinueUrl=javascript:alert(1)")]
    [InlineData("Checkout:AllowedOrigins:0 must be an origin", Right, Test, "--Checkout:AllowedOrigins:0=*")]
    [InlineData("Checkout:AllowedOrigins:0 must be an origin", Right, Test, "--Checkout:AllowedOrigins:0=https://shop.example.com/")]
    [InlineData("PassKit:WebhookToken must have at least 32", Right, Test, "--PassKit:WebhookToken=short")]
    [InlineData("PassKit:WebhookToken must have at least 32", Right, Test, "--PassKit:WebhookToken=0123456789/0123456789/0123456789/0123456789")]
    [InlineData("PassKit:SigningSecret is of no use without", Right, Test, "--PassKit:SigningSecret=secret")]
    public async Task A_wrong_setting_stops_the_app_with_a_sentence_that_names_it(string sentence, params string[] settings)
    {
        await using var app = await Program.BuildAsync(["--urls=http://127.0.0.1:0", .. settings]);

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(sentence, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Checkout:LogoUrl=data:image/svg+xml;base64,PHN2Zy8+")]
    [InlineData("--Checkout:LogoUrl=https://shop.example.com/logo.png", "--Checkout:Name=Shop", "--Checkout:ContinueUrl=http://localhost:8082/")]
    [InlineData("--Checkout:AllowedOrigins:0=https://shop.example.com", "--Checkout:AllowedOrigins:1=http://localhost:3000")]
    [InlineData("--PassKit:ApiKey=of-the-customers-app", "--PassKit:WebhookToken=0123456789-0123456789_0123456789")]
    [InlineData("--PassKit:Messages:PastDue=of-the-customers-app", "--PassKit:Fields:Status=s", "--PassKit:CustomerMetadata:a=b", "--PassKit:RenewalNoticeDays=3", "--Stripe:Account=acct_1Aa")]
    public async Task A_right_setting_starts_it(params string[] settings)
    {
        await using var app = await Program.BuildAsync(["--urls=http://127.0.0.1:0", Right, Test, .. settings]);

        await app.StartAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("--Stripe:Livemode=false")]
    [InlineData("--Stripe:Livemode=perhaps", "--Stripe:WebhookSecrets:0=a")]
    [InlineData("--Stripe:Livemode=false", "--Stripe:WebhookSecrets:0=a", "--Secrets:Store=s", "--DAPR_HTTP_PORT=none")]
    public async Task A_wrong_setting_ends_the_process_with_exit_code_1(params string[] settings) =>
        Assert.Equal(1, await Program.Main(["--urls=http://127.0.0.1:0", .. settings]));
}
