using Microsoft.Extensions.Configuration;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Ingress.PassKit;
using StripePassKitActors.Ingress.Webhooks;

namespace StripePassKitActors.Local.Tests;

public sealed class LocalSettingsTests
{
    [Fact]
    public void Without_a_word_there_are_three_tiers_and_three_plans_of_the_story()
    {
        var settings = LocalSettings.Read([]);

        Assert.Equal(["bronze", "silver", "gold"], Tiers(settings));
        Assert.Equal("gold", settings["Membership:Plans:gold"]);
        Assert.Equal("false", settings["Stripe:Livemode"]);
    }

    [Fact]
    public void Who_names_tiers_of_their_own_has_these_alone_and_no_plan_of_the_story()
    {
        var settings = LocalSettings.Read(["--Membership:Tiers:0:Id=vip", "--Membership:Tiers:0:Rank=1"]);

        Assert.Equal(["vip"], Tiers(settings));
        Assert.Empty(settings.GetSection("Membership:Plans").GetChildren());
    }

    [Fact]
    public void Who_names_plans_of_their_own_keeps_the_storys_too()
    {
        var settings = LocalSettings.Read(["--Membership:Plans:price_1=gold"]);

        Assert.Equal(3, Tiers(settings).Length);
        Assert.Equal(("gold", "silver"), (settings["Membership:Plans:price_1"], settings["Membership:Plans:silver"]));
    }

    [Theory]
    [InlineData("--PassKit:Token=token")]
    [InlineData("--PassKit:ApiKey=mine")]
    [InlineData("--PASSKIT_REST_URL=https://api.pub1.passkit.io")]
    public void Nothing_of_the_storys_PassKit_is_mixed_with_somebodys_own(string own)
    {
        var settings = LocalSettings.Read([own]);

        Assert.DoesNotContain(settings.GetSection("PassKit").AsEnumerable(), setting => setting.Value?.StartsWith("local-", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void The_apps_are_told_their_settings_and_nothing_else_of_the_environment()
    {
        var arguments = LocalSettings.ToArguments(LocalSettings.Read(["--Membership:GraceDays=7"]), ("urls", "http://localhost:1"));

        Assert.Contains("--Membership:GraceDays=7", arguments);
        Assert.Contains("--APP_API_TOKEN=local-app-token", arguments);
        Assert.Contains("--urls=http://localhost:1", arguments);
        Assert.DoesNotContain(arguments, argument => argument.StartsWith("--PATH=", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void What_customers_reads_in_a_section_that_both_apps_share_is_known_to_the_ingress()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
        [
            .. typeof(PassKitOptions).GetProperties().Select(setting => KeyValuePair.Create($"PassKit:{setting.Name}", (string?)"value")),
            .. typeof(StripeOptions).GetProperties().Select(setting => KeyValuePair.Create($"Stripe:{setting.Name}", (string?)"value")),
        ]).Build();

        Assert.True(new PassKitWebhookOptions.Validator(settings).Validate(null, new PassKitWebhookOptions()).Succeeded);
        Assert.True(new StripeWebhookOptions.Validator(settings).Validate(null, new StripeWebhookOptions { WebhookSecrets = ["whsec_1"], Livemode = false }).Succeeded);
    }

    private static string?[] Tiers(IConfiguration settings) => [.. settings.GetSection("Membership:Tiers").GetChildren().Select(tier => tier["Id"])];
}
