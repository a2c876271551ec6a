using System.Text.Json.Nodes;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Tests.Support;
using StripePassKitActors.Sandbox.PassKit.Faults;

namespace StripePassKitActors.Customers.Tests.Connect;

/// <summary><c>connect passkit</c>, from the command line on, on a PassKit that behaves.</summary>
public sealed class ConnectPassKitTests
{
    private const string Site = "https://club.example";

    private const string Target = $"{Site}/webhooks/passkit/{VerbWorld.Token}";

    [Fact]
    public async Task It_registers_the_webhook_and_then_has_nothing_to_do()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["PassKit:WebhookToken"] = VerbWorld.Token;

        var (first, code) = await world.RunAsync("connect", "passkit", "--url", Site);

        Assert.Equal(0, code);
        Assert.StartsWith("done     PassKit webhook        register https://club.example/webhooks/passkit/… for PASS_EVENT_INSTALLED, ", Assert.Single(first), StringComparison.Ordinal);
        var sink = Assert.Single(await world.SinksAsync());
        Assert.Equal((Target, "INTEGRATION_ACTIVE", "MEMBERSHIP"), (TargetOf(sink), (string?)sink["status"], (string?)sink["protocol"]));
        Assert.Equal(PassKitSink.Events, EventsOf(sink));

        var (second, again) = await world.RunAsync("connect", "passkit");

        Assert.Equal("ok       PassKit webhook        https://club.example/webhooks/passkit/… is as it should be", Assert.Single(second));
        Assert.Equal(0, again);
        Assert.Single(await world.SinksAsync());
    }

    [Fact]
    public async Task It_corrects_events_state_and_token_and_keeps_one_of_several()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["PassKit:WebhookToken"] = VerbWorld.Token;
        await world.RunAsync("connect", "passkit", "--url", Site);
        world.Settings["PassKit:WebhookToken"] = "fedcba9876543210fedcba9876543210";

        var (dry, _) = await world.RunAsync("connect", "passkit", "--dry-run");
        Assert.Equal("would    PassKit webhook        https://club.example/webhooks/passkit/…: another token", Assert.Single(dry));
        Assert.Equal(Target, TargetOf(Assert.Single(await world.SinksAsync())));

        var (done, code) = await world.RunAsync("connect", "passkit");
        Assert.Equal("done     PassKit webhook        https://club.example/webhooks/passkit/…: another token", Assert.Single(done));
        Assert.Equal(0, code);
        Assert.EndsWith("/fedcba9876543210fedcba9876543210", TargetOf(Assert.Single(await world.SinksAsync())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_it_suggests_one_and_registers_nothing()
    {
        await using var world = await VerbWorld.StartAsync();

        var (lines, code) = await world.RunAsync("connect", "passkit", "--url", Site);
        var (others, _) = await world.RunAsync("connect", "passkit", "--url", Site);

        Assert.Equal(2, code);
        Assert.StartsWith("error    PassKit webhook        it has no token yet", lines[0], StringComparison.Ordinal);
        var token = lines[1].Trim()["PassKit__WebhookToken=".Length..];
        Assert.Equal(48, token.Length);
        Assert.NotEqual(lines[1], others[1]);
        Assert.Empty(await world.SinksAsync());

        world.Settings["PassKit:WebhookToken"] = token;
        Assert.Equal(0, (await world.RunAsync("connect", "passkit", "--url", Site)).Code);
        Assert.EndsWith(token, TargetOf(Assert.Single(await world.SinksAsync())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_address_needs_no_setting_and_says_what_the_ingress_must_have()
    {
        await using var world = await VerbWorld.StartAsync();

        var (lines, code) = await world.RunAsync("connect", "passkit", "--url", Target);

        Assert.Equal(1, code);
        Assert.StartsWith("warn     PassKit webhook        PassKit:WebhookToken is not set here.", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains(VerbWorld.Token, StringComparison.Ordinal));
        Assert.Equal(Target, TargetOf(Assert.Single(await world.SinksAsync())));
    }

    [Fact]
    public async Task It_removes_what_leads_there_and_nothing_else()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["PassKit:WebhookToken"] = VerbWorld.Token;
        await world.RunAsync("connect", "passkit", "--url", Site);
        var (second, _) = await world.RunAsync("connect", "passkit", "--url", "https://other.example");
        Assert.Equal("warn     PassKit webhook        there are others, which lead to https://club.example. If nobody needs them, run: connect passkit --remove --url https://…", second[^1]);

        var (dry, _) = await world.RunAsync("connect", "passkit", "--url", Site, "--remove", "--dry-run");
        Assert.Equal("would    PassKit webhook        remove https://club.example/webhooks/passkit/…", Assert.Single(dry));
        Assert.Equal(2, (await world.SinksAsync()).Count);

        var (which, wrong) = await world.RunAsync("connect", "passkit", "--remove");
        Assert.Equal(
            "error    PassKit webhook        there are several, on different sites. Say which to remove: --url https://club.example or --url https://other.example", Assert.Single(which));
        Assert.Equal(2, wrong);
        Assert.Equal(2, (await world.SinksAsync()).Count);

        var (done, code) = await world.RunAsync("connect", "passkit", "--url", Site, "--remove");
        Assert.Equal("done     PassKit webhook        remove https://club.example/webhooks/passkit/…", Assert.Single(done));
        Assert.Equal(0, code);
        Assert.StartsWith("https://other.example/", TargetOf(Assert.Single(await world.SinksAsync())), StringComparison.Ordinal);
        Assert.Equal("ok       PassKit webhook        there is none", Assert.Single((await world.RunAsync("connect", "passkit", "--url", Site, "--remove")).Lines));
    }

    [Fact]
    public async Task Tiers_get_an_expiry_that_can_revoke_and_keep_everything_else()
    {
        await using var world = await VerbWorld.StartAsync();
        world.PassKit.ChangeTier("gold", "EXPIRE_NONE");

        var (dry, _) = await world.RunAsync("connect", "passkit", "--tiers", "--dry-run");
        Assert.Equal(["would    tier gold              EXPIRE_NONE → EXPIRE_ON_VARIABLE_DATE_TIME", "ok       tier silver            is EXPIRE_ON_VARIABLE_DATE_TIME"], dry);

        var (done, code) = await world.RunAsync("connect", "passkit", "--tiers");
        Assert.Equal("done     tier gold              EXPIRE_NONE → EXPIRE_ON_VARIABLE_DATE_TIME", done[0]);
        Assert.Equal(0, code);

        var (after, _) = await world.RunAsync("connect", "passkit", "--tiers");
        Assert.Equal("ok       tier gold              is EXPIRE_ON_VARIABLE_DATE_TIME", after[0]);
        Assert.Empty(await world.SinksAsync()); // with --tiers alone nothing else is done
    }

    [Fact]
    public async Task What_PassKit_refuses_is_an_error_with_its_remedy()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["PassKit:WebhookToken"] = VerbWorld.Token;
        world.Settings["Membership:Tiers:2:Id"] = "platinum";
        world.Settings["Membership:Tiers:2:Rank"] = "3";
        world.PassKit.Faults.Set([new Fault(FaultKind.Fail, Path: "/integrations/sink", Verb: "POST", Status: 403)]);

        var (lines, code) = await world.RunAsync("connect", "passkit", "--url", Site, "--tiers");

        Assert.Equal(2, code);
        Assert.Contains(lines, line => line.StartsWith("error    tier platinum          cannot be read: PassKit answers 404 (tier with id[platinum] does not exist).", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("error    PassKit webhook        PassKit", StringComparison.Ordinal) && line.Contains("403", StringComparison.Ordinal));
        Assert.Empty(await world.SinksAsync());
    }

    private static string? TargetOf(JsonObject sink) => (string?)JsonNode.Parse((string)sink["configuration"]!)!["targetUrl"];

    private static IEnumerable<string> EventsOf(JsonObject sink) => sink["passEventId"]!.AsArray().Select(one => (string)one!);
}
