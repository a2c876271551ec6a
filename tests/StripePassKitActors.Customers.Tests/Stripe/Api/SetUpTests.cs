using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Tests.Stripe.Api;

/// <summary>Section <c>Stripe</c> of this app.</summary>
public sealed class SetUpTests
{
    [Theory]
    [InlineData("Stripe:ApiKey must be a secret or restricted key", "Stripe:ApiKey=pk_test_1", "Stripe:Livemode=false")]
    [InlineData("Stripe:ApiKey must be a secret or restricted key", "Stripe:ApiKey=whsec_1", "Stripe:Livemode=false")]
    [InlineData("Stripe:ApiKey must be a secret or restricted key", "Stripe:ApiKey=sk_test_", "Stripe:Livemode=false")]
    [InlineData("Stripe:ApiKey must be a secret or restricted key", "Stripe:ApiKey=sk_test_1 ", "Stripe:Livemode=false")]
    [InlineData("Stripe:ApiKey must be a secret or restricted key", "Stripe:ApiKey=sk_test_1\n", "Stripe:Livemode=false")]
    [InlineData("Stripe:Livemode must be true or false beside Stripe:ApiKey.", "Stripe:ApiKey=sk_test_1")]
    [InlineData("Stripe:ApiKey is a key of test mode and Stripe:Livemode is true;", "Stripe:ApiKey=sk_test_1", "Stripe:Livemode=true")]
    [InlineData("Stripe:ApiKey is a key of live mode and Stripe:Livemode is false;", "Stripe:ApiKey=rk_live_1", "Stripe:Livemode=false")]
    [InlineData("Stripe:ApiBase must be an absolute http or https address", "Stripe:ApiBase=api.stripe.com")]
    [InlineData("Stripe:ApiBase must be an absolute http or https address", "Stripe:ApiBase=ftp://api.stripe.com")]
    [InlineData("Stripe:WriteBack has the key 'a[b]', which Stripe would refuse", "Stripe:WriteBack:Url=a[b]")]
    [InlineData("Stripe:WriteBack has the key '12345678901234567890123456789012345678901', which", "Stripe:WriteBack:Tier=12345678901234567890123456789012345678901")]
    [InlineData("Stripe:WriteBack writes 'passkit_url' twice;", "Stripe:WriteBack:MemberId=passkit_url")]
    [InlineData("Stripe:WriteBack may not write 'passkit_pin_tier'", "Stripe:WriteBack:Tier=passkit_pin_tier")]
    [InlineData("Stripe:Account must be the id of a connected account", "Stripe:Account=cus_1")]
    [InlineData("Stripe:Account must be the id of a connected account", "Stripe:Account=acct_")]
    [InlineData("Stripe:Account must be the id of a connected account", "Stripe:Account=acct_1\r\nX: y")]
    public async Task A_wrong_setting_stops_the_app_with_one_sentence_that_names_it(string sentence, params string[] settings)
    {
        await using var app = await BuildAsync(settings);

        var failure = Assert.Throws<OptionsValidationException>(() => Validate(app));

        var told = Assert.Single(failure.Failures);
        Assert.StartsWith(sentence, told, StringComparison.Ordinal);
        Assert.DoesNotContain("_1", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'Acount'", "Stripe:Acount=acct_1")]
    [InlineData("'Stripe:Reread'", "Stripe:Reread=Sometimes")]
    [InlineData("'Stripe:Livemode'", "Stripe:Livemode=perhaps")]
    public async Task A_setting_that_is_misspelt_or_cannot_be_read_stops_the_app_and_is_named(string named, string setting)
    {
        await using var app = await BuildAsync(setting);

        var sentence = Assert.Single(Assert.Throws<OptionsValidationException>(() => Validate(app)).Failures);

        Assert.StartsWith("Stripe cannot be read: ", sentence, StringComparison.Ordinal);
        Assert.Contains(named, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Stripe:Livemode=true")]
    [InlineData("Stripe:ApiKey=", "Stripe:Livemode=true")]
    [InlineData("Stripe:ApiKey= ")]
    public async Task Without_a_key_nothing_reads_from_Stripe(params string[] settings)
    {
        await using var app = await BuildAsync(settings);
        Validate(app);

        Assert.Null(app.Services.GetService<IStripeApi>());
    }

    [Theory]
    [InlineData("sk_test_1", "false")]
    [InlineData("rk_test_1", "False")]
    [InlineData("sk_live_1", "true")]
    [InlineData("rk_live_1", "true")]
    public async Task With_a_key_of_the_right_mode_something_does(string key, string livemode)
    {
        await using var app = await BuildAsync($"Stripe:ApiKey={key}", $"Stripe:Livemode={livemode}");
        Validate(app);

        Assert.NotNull(app.Services.GetService<IStripeApi>());
        Assert.Equal(StripeOptions.RereadPolicy.WhenNeeded, app.Services.GetRequiredService<IOptions<StripeOptions>>().Value.Reread);
    }

    [Fact]
    public async Task What_reads_stays_below_what_Stripe_allows()
    {
        await using var app = await BuildAsync("Stripe:ApiKey=sk_test_1", "Stripe:Livemode=false");
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.stripe.com/v1/charges/ch_1");

        var cap = app.Services.GetRequiredService<PartitionedRateLimiter<HttpRequestMessage>>();

        Assert.Equal(StripeRateCap.BelowStripes.PermitLimit, cap.GetStatistics(request)!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Both_apps_may_be_given_the_whole_section()
    {
        string[] section =
        [
            "Stripe:ApiKey=rk_test_1", "Stripe:ApiBase=http://127.0.0.1:8082/", "Stripe:Livemode=false", "Stripe:Account=acct_1", "Stripe:Reread=Always",
            "Stripe:WriteBack:Url=pass", "Stripe:WebhookSecrets:0=whsec_1", "Stripe:WebhookSecrets:1=whsec_2",
        ];
        await using var app = await BuildAsync(section);

        Validate(app);

        Assert.Equal(StripeOptions.RereadPolicy.Always, app.Services.GetRequiredService<IOptions<StripeOptions>>().Value.Reread);
    }

    [Fact]
    public async Task Each_key_that_is_written_back_can_be_renamed_or_turned_off()
    {
        await using var app = await BuildAsync("Stripe:WriteBack:Url= pass ", "Stripe:WriteBack:InstalledAt=", "Stripe:WriteBack:RemovedAt= ");
        Validate(app);

        Assert.Equal(new StripeMetadataKeys { Url = "pass", InstalledAt = null, RemovedAt = null }, app.Services.GetRequiredService<StripeMetadataKeys>());
    }

    private static Task<WebApplication> BuildAsync(params string[] settings) => Program.BuildAsync(
    [
        "--Membership:Tiers:0:Id=gold", "--PassKit:ProgramId=program", "--PassKit:ApiKey=key", "--PassKit:ApiSecret=secret", "--Operator:ApiKey=sixteen_letters_",
        "--APP_API_TOKEN=token", "--PASSKIT_REST_URL=https://api.pub1.passkit.io", .. settings.Select(setting => $"--{setting}"),
    ]);

    private static void Validate(WebApplication app) => app.Services.GetRequiredService<IStartupValidator>().Validate();
}
