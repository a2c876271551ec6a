using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;

namespace StripePassKitActors.Hosting.Tests;

public sealed class SecretStoreTests
{
    [Fact]
    public void A_secret_is_a_setting_whatever_shape_the_store_gives_it()
    {
        var settings = SecretStore.Settings(new Dictionary<string, Dictionary<string, string>>
        {
            ["Stripe__ApiKey"] = new() { ["Stripe__ApiKey"] = "one value a name" },
            ["passkit"] = new() { ["PassKit__ApiKey"] = "several keys", ["PassKit__ApiSecret"] = "in one secret" },
            ["Stripe:WebhookSecrets:0"] = new() { ["Stripe:WebhookSecrets:0"] = "nested in a file" },
            ["default-token"] = new() { ["token"] = "somebody else's", ["tls.crt"] = "somebody else's" },
        });

        Assert.Equal(
            new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                ["Stripe:ApiKey"] = "one value a name",
                ["PassKit:ApiKey"] = "several keys",
                ["PassKit:ApiSecret"] = "in one secret",
                ["Stripe:WebhookSecrets:0"] = "nested in a file",
            },
            new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Two_secrets_that_disagree_on_a_setting_are_refused_without_quoting_them()
    {
        var bulk = new Dictionary<string, Dictionary<string, string>>
        {
            ["test"] = new() { ["Stripe__ApiKey"] = "sk_test_1" },
            ["live"] = new() { ["STRIPE__APIKEY"] = "sk_live_1" },
        };

        var failure = Assert.Throws<StartUpException>(() => SecretStore.Settings(bulk).ToList());

        Assert.Equal("The secret store holds Stripe:ApiKey with different values, in live and test.", failure.Message);
    }

    [Fact]
    public void The_command_line_wins_over_the_store_and_the_store_over_the_files()
    {
        var builder = WebApplication.CreateBuilder(["--Stripe:ApiKey=said"]);
        builder.AddHostDefaults();

        builder.Configuration.AddBelowEnvironment(
        [
            KeyValuePair.Create("Stripe:ApiKey", (string?)"stored"),
            KeyValuePair.Create("Stripe:Account", (string?)"stored"),
            KeyValuePair.Create("Logging:LogLevel:Microsoft.AspNetCore", (string?)"stored"),
        ]);

        Assert.Equal("said", builder.Configuration["Stripe:ApiKey"]);
        Assert.Equal("stored", builder.Configuration["Stripe:Account"]);
        Assert.Equal("stored", builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"]);
    }

    [Fact]
    public async Task Without_a_store_nothing_waits()
    {
        var builder = WebApplication.CreateBuilder(["--DAPR_HTTP_PORT=1"]);

        await builder.AddSecretStoreAsync(new FakeTimeProvider());
    }

    [Fact]
    public async Task A_sidecar_that_never_comes_is_named_with_its_port_and_the_setting()
    {
        var clock = new FakeTimeProvider();
        var builder = WebApplication.CreateBuilder(["--Secrets:Store=vault", "--DAPR_HTTP_PORT=1", "--DAPR_GRPC_PORT=1"]);

        var reading = builder.AddSecretStoreAsync(clock);
        clock.Advance(TimeSpan.FromSeconds(30));
        var failure = await Assert.ThrowsAsync<StartUpException>(() => reading);

        Assert.Equal(
            "No Dapr sidecar was ready at http://127.0.0.1:1/ (DAPR_HTTP_PORT) within 30 s, "
            + "and Secrets:Store asks for the settings in its secret store 'vault'.",
            failure.Message);
    }
}
