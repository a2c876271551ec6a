using System.Text.Json;
using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.Doctor;

/// <summary>What stands on the screen, and how the process ends.</summary>
public sealed class ReportTests
{
    private static readonly Uri Sidecar = new("http://127.0.0.1:3500");

    [Theory]
    [InlineData(0)]
    [InlineData(0, nameof(Level.Ok), nameof(Level.Skipped), nameof(Level.Done), nameof(Level.Would))]
    [InlineData(1, nameof(Level.Warn), nameof(Level.Ok))]
    [InlineData(2, nameof(Level.Warn), nameof(Level.Error), nameof(Level.Ok))]
    public async Task The_worst_line_decides_how_it_ends(int code, params string[] levels)
    {
        await using var output = new StringWriter();
        var report = new Report(output, colours: false, []);

        await report.WriteAsync(levels.Select(level => new Finding(Enum.Parse<Level>(level), "x", "y")));

        Assert.Equal(code, report.ExitCode);
    }

    [Fact]
    public async Task Lines_are_aligned_hold_no_secret_and_break_nowhere()
    {
        await using var output = new StringWriter();
        var report = new Report(output, colours: false, ["sk_test_secret", "sk_test_secret_longer"]);

        await report.WriteAsync(Finding.Ok("settings", "all right"));
        await report.WriteAsync(Finding.Error("tier gold", "quotes sk_test_secret_longer\nand sk_test_secret.", "Mend it."));
        await report.WriteSecretAsync("Stripe__WebhookSecrets__0", "whsec_1");

        Assert.Equal(
            """
            ok       settings               all right
            error    tier gold              quotes … and …. Mend it.
                     Stripe__WebhookSecrets__0=whsec_1

            """,
            output.ToString());
    }

    [Fact]
    public async Task A_terminal_sees_colours()
    {
        await using var output = new StringWriter();

        await new Report(output, colours: true, []).WriteAsync(Finding.Ok("x", "y"));

        Assert.StartsWith("\e[32mok      \e[0m x ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_that_would_stop_the_app_is_a_line() => Lines.Assert(
        ["error Membership:Tiers names no tier.", "error Operator:ApiKey is short.", "error one of Stripe:WebhookSecrets is no signing secret"],
        SettingsCheck.Judge(["Membership:Tiers names no tier.", "Operator:ApiKey is short."], ["whsec_1", "sk_test_1"]));

    [Fact]
    public void Settings_that_are_right() => Lines.Assert(["ok can be read, and make sense"], SettingsCheck.Judge([], ["whsec_1"]));

    [Theory]
    [InlineData("""{"id":"customers","components":[{"name":"pubsub"},{"name":"statestore"},{"name":"passkit"}],"subscriptions":[{"topic":"stripe-events"},{"topic":"stripe-events-dead"},{"topic":"passkit-events"}]}""", "ok pubsub, statestore, passkit are loaded", "ok stripe-events, stripe-events-dead, passkit-events are listened to")]
    [InlineData("""{"id":"customers","components":[{"name":"pubsub"}]}""", "error statestore, passkit are not loaded.", "error nothing listens to stripe-events, stripe-events-dead, passkit-events: events wait")]
    [InlineData("""{"id":"ingress","components":[]}""", "skipped the one at http://127.0.0.1:3500/ is of the app ingress Set DAPR_HTTP_PORT")]
    public void A_sidecar(string metadata, params string[] lines) => Lines.Assert(lines, SidecarCheck.Judge(Sidecar, JsonElement.Parse(metadata), null));

    [Fact]
    public void No_sidecar_is_no_fault() => Lines.Assert(["skipped none runs at http://127.0.0.1:3500/ To look at one, set DAPR_HTTP_PORT"], SidecarCheck.Judge(Sidecar, null, null));

    [Fact]
    public void Something_else_in_its_place_is_one() => Lines.Assert(["error at http://127.0.0.1:3500/: it answers 401. Check DAPR_HTTP_PORT"], SidecarCheck.Judge(Sidecar, null, "it answers 401"));
}
