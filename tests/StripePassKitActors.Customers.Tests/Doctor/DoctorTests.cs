using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.Doctor;

/// <summary><c>doctor</c>, from the command line to the last line, on a Stripe and a PassKit that behave.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task A_set_up_that_was_connected_has_nothing_but_a_sidecar_to_wish_for()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["PassKit:WebhookToken"] = VerbWorld.Token;
        Assert.Equal(0, (await world.RunAsync("connect", "stripe", "--url", "https://club.example/webhooks/stripe")).Code);
        Assert.Equal(0, (await world.RunAsync("connect", "passkit", "--url", "https://club.example")).Code);

        var (lines, code) = await world.RunAsync("doctor");

        Assert.Equal(
            [
                "ok settings", "ok PassKit credentials", "ok clock", "ok PassKit program", "ok PassKit new passes", "ok PassKit quota", "ok PassKit email", "ok tier gold", "ok tier silver",
                "ok PassKit webhook", "ok Stripe key", "ok Stripe permission", "ok Stripe webhook", "ok Stripe API version", "ok plans", "skipped sidecar",
            ],
            lines.Select(line => $"{line[..9].TrimEnd()} {line[9..32].TrimEnd()}"));
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_new_set_up_is_told_what_to_do_next()
    {
        await using var world = await VerbWorld.StartAsync();

        var (lines, code) = await world.RunAsync("doctor");

        Assert.Contains(lines, line => line.StartsWith("warn     PassKit webhook        there is none", StringComparison.Ordinal) && line.EndsWith("Run: connect passkit --url https://…", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("error    Stripe webhook         no address of one ends in", StringComparison.Ordinal) && line.EndsWith("Run: connect stripe --url https://…/webhooks/stripe", StringComparison.Ordinal));
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("PerPurchase", "None", "warn ")]
    [InlineData("PerPurchase", "WhenNoPage", "error")]
    [InlineData("ByEmail", "None", "error")] // there is no other way to the holder
    public async Task Email_that_is_suspended_is_an_error_where_somebody_is_mailed_a_pass(string guests, string email, string level)
    {
        await using var world = await VerbWorld.StartAsync();
        (world.Settings["Membership:Guests"], world.Settings["PassKit:Email"]) = (guests, email);
        world.PassKit.ChangeProgram(new JsonObject { ["status"] = new JsonArray("PROJECT_PUBLISHED", "PROJECT_ACTIVE_FOR_OBJECT_CREATION", "PROJECT_EMAIL_SUSPENDED") });

        var (lines, _) = await world.RunAsync("doctor");

        Assert.Contains(lines, line => line.StartsWith($"{level}    PassKit email", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_region_is_told_apart_from_wrong_credentials()
    {
        await using var world = await VerbWorld.StartAsync();
        world.PassKit.Faults.Set([new Fault(FaultKind.WrongRegion)]);

        var (region, _) = await world.RunAsync("doctor");

        Assert.Contains(region, line => line.StartsWith("ok       PassKit credentials", StringComparison.Ordinal));
        Assert.Contains(region, line => line.StartsWith("error    PassKit program        127.0.0.1 knows no program 'program'. In the wrong region everything answers 404", StringComparison.Ordinal));
        Assert.DoesNotContain(region, line => line.Contains("tier gold", StringComparison.Ordinal));

        world.Settings["PassKit:ApiSecret"] = "another-secret-of-32-characters-";
        var (credentials, _) = await world.RunAsync("doctor");

        Assert.Contains(credentials, line => line.StartsWith("error    PassKit credentials    127.0.0.1 answers 401 (signature is invalid).", StringComparison.Ordinal));
        Assert.DoesNotContain(credentials, line => line.Contains("PassKit program", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_wrong_in_the_accounts_is_a_line()
    {
        await using var world = await VerbWorld.StartAsync();
        world.PassKit.ChangeProgram(new JsonObject { ["status"] = new JsonArray("PROJECT_DRAFT", "PROJECT_ACTIVE_FOR_OBJECT_CREATION", "PROJECT_OVER_QUOTA", "PROJECT_EMAIL_SUSPENDED") });
        world.PassKit.ChangeTier("gold", "EXPIRE_SET_TO_NULL");
        world.Stripe.Permissions.Missing = ["rak_dispute_read", "rak_webhook_read", "rak_customer_write"];
        world.Settings["Membership:Tiers:2:Id"] = "platinum";
        world.Settings["Membership:Tiers:2:Rank"] = "3";
        world.Settings["Membership:Plans:gould"] = "gold";
        world.Settings["Membership:Plans:bronze"] = null;

        var (lines, code) = await world.RunAsync("doctor");

        Assert.Equal(2, code);
        foreach (var begin in new[]
        {
            "warn     PassKit program        'program' is a draft", "error    PassKit quota          is used up", "warn     PassKit email          is suspended",
            "error    tier gold              never expires (EXPIRE_SET_TO_NULL)", "error    tier platinum          is not in the program.",
            "error    Stripe permission      the key may not read Disputes. Give it Read on Disputes (rak_dispute_read)",
            "warn     Stripe permission      the key may not write Customers: there Stripe does not show who holds a pass.", "skipped  Stripe webhook         the key may not list them", "warn     plan gould             is no price, lookup key or product", "warn     plans                  1 of the prices on sale can be subscribed to and earn no tier: price_",
        })
            Assert.Contains(lines, line => line.StartsWith(begin, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_that_would_stop_the_app_are_lines_all_of_them_and_the_rest_is_looked_at()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["Operator:ApiKey"] = null;
        world.Settings["Membership:GraceDays"] = "-1";
        world.Settings["Membership:Tires:0:Id"] = null;
        world.Settings["Stripe:Account"] = "cus_1";

        var (lines, code) = await world.RunAsync("doctor");

        Assert.Equal(2, code);
        Assert.Equal(["Membership:GraceDays must", "Stripe:Account must be", "Operator:ApiKey must"], lines.Where(line => line.StartsWith("error    settings", StringComparison.Ordinal)).Select(line => string.Join(' ', line[32..].Split(' ').Take(line.Contains("Account", StringComparison.Ordinal) ? 3 : 2))));
        Assert.Contains(lines, line => line.StartsWith("ok       PassKit program", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("skipped  Stripe                 its settings come first", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("skipped  tiers                  the settings of Membership come first", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_misspelt_setting_and_a_host_that_is_away_are_lines_too()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["Membership:GraceDay"] = "7";
        world.Settings["PASSKIT_REST_URL"] = "http://127.0.0.1:9";
        world.Settings["Stripe:ApiKey"] = null;

        var (lines, _) = await world.RunAsync("doctor");

        Assert.Contains(lines, line => line.StartsWith("error    settings               Membership cannot be read: ", StringComparison.Ordinal) && line.Contains("GraceDay", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("error    PassKit                127.0.0.1 does not answer: no connection (ConnectionError).", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("skipped  Stripe                 there is no Stripe:ApiKey", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_stands_in_any_line()
    {
        await using var world = await VerbWorld.StartAsync();
        world.PassKit.Faults.Set([new Fault(FaultKind.Fail, Status: 500)]);
        world.Settings["Stripe:ApiKey"] = "rk_live_ThatIsOfAnotherMode";
        string[] secrets = [PassKitWorld.Secret, "rk_live_ThatIsOfAnotherMode", "operator-key-of-the-world", "app-token-of-the-world"];

        var (lines, _) = await world.RunAsync("doctor");

        Assert.DoesNotContain(lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }
}
