using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Sandbox.PassKit;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

public sealed class SetUpTests
{
    [Fact]
    public void The_set_up_comes_from_the_keys_that_the_customers_app_reads()
    {
        var options = PassKitSandboxOptions.From(Settings(
            ("PassKit:ApiKey", "key"), ("PassKit:ApiSecret", "secret"), ("PassKit:Token", "token"), ("PassKit:ProgramId", "program"),
            ("PassKitSandbox:SinkUrl", "http://localhost:8080/webhooks/passkit/token"),
            ("Membership:Tiers:0:Id", "silver"), ("Membership:Tiers:0:Rank", "1"), ("Membership:Tiers:1:Id", "gold")));

        Assert.Equal(("key", "secret", "token", "program"), (options.ApiKey, options.ApiSecret, options.Token, options.ProgramId));
        Assert.Equal(["silver", "gold"], options.TierIds);
        Assert.Equal("http://localhost:8080/webhooks/passkit/token", options.SinkUrl);
    }

    [Fact]
    public void What_is_not_set_has_a_default_and_blank_is_not_set()
    {
        var options = PassKitSandboxOptions.From(Settings(("PassKit:ApiKey", " "), ("PassKit:Token", "")));

        Assert.Equal((new PassKitSandboxOptions().ApiKey, null), (options.ApiKey, options.Token));
        Assert.Empty(options.TierIds);
    }

    [Fact]
    public async Task Several_live_in_one_process_and_know_nothing_of_each_other()
    {
        await using var one = await Caller.StartAsync();
        await using var other = await Caller.StartAsync();

        await one.EnrolAsync();

        Assert.Empty(other.Sandbox.Members);
        Assert.Empty(other.Sandbox.Calls.All);
        await other.EnrolAsync();
    }

    [Fact]
    public async Task A_model_made_beforehand_can_be_put_on_the_wire_and_outlives_it()
    {
        var time = new FakeTimeProvider();
        var sandbox = new PassKitSandbox(Caller.Options, time);
        await using (var app = await PassKitSandboxApp.StartAsync(sandbox, PassKitSandboxApp.AnyPort, Caller.Stop))
        {
            Assert.Same(sandbox, app.Sandbox);
            Assert.NotEqual(0, app.Address.Port);
            using var http = new HttpClient { BaseAddress = app.Address };
            Assert.Equal("ok", await http.GetStringAsync("/healthz", Caller.Stop));
            await http.GetAsync("/user/profile", Caller.Stop);
        }

        Assert.Equal(401, Assert.Single(sandbox.Calls.All).Status);
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();
}
