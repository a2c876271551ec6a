using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Connect;

/// <summary>What stands on a command line.</summary>
public sealed class VerbsTests
{
    [Theory]
    [InlineData("'--dryrun' is no option of passkit", "connect", "passkit", "--url", "https://club.example", "--dryrun")]
    [InlineData("'tiers' is no option of passkit", "connect", "passkit", "tiers")]
    [InlineData("'now' is no option of doctor", "doctor", "--Membership:GraceDays=7", "now")]
    [InlineData("Option '--url' is required.", "connect", "stripe")]
    [InlineData("--url wants an address that begins with https:// (or, in a trial, http://) and ends in /webhooks/stripe.", "connect", "stripe", "--url", "https://club.example")]
    [InlineData("--url wants an address that begins with https:// (or, in a trial, http://).", "connect", "passkit", "--url", "club.example")]
    [InlineData("Required command was not provided.", "connect")]
    public async Task What_is_misspelt_is_refused_before_anything_is_done(string sentence, params string[] verb)
    {
        await using var world = await VerbWorld.StartAsync();

        var (lines, code) = await world.RunAsync(verb);

        Assert.Equal(2, code);
        Assert.Contains(lines, line => line.StartsWith(sentence, StringComparison.Ordinal));
        Assert.Empty(world.PassKit.Calls.All);
    }

    [Fact]
    public async Task A_setting_may_stand_beside_a_verb_in_either_form()
    {
        await using var world = await VerbWorld.StartAsync();

        var (lines, _) = await world.RunAsync("doctor", "--Membership:GraceDays", "-1", "--Membership:ExpiryMargin=61.00:00:00");

        Assert.Equal(2, lines.Count(line => line.StartsWith("error    settings               Membership:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_verb_the_app_starts_and_wrong_settings_end_it()
    {
        await using var world = await VerbWorld.StartAsync();
        world.Settings["PassKit:ProgramId"] = null;

        Assert.Equal(1, (await world.RunAsync("--urls=http://127.0.0.1:0")).Code);
    }
}
