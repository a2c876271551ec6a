using System.CommandLine;
using System.Security.Cryptography;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Doctor;
using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Settings;
using StripePassKitActors.Customers.Stripe.Api;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Customers;

/// <summary>
/// What the app can be started for: to run, or one of <c>doctor</c>, <c>connect stripe</c>, <c>connect passkit</c>. Whatever else stands on the
/// command line is a setting.
/// </summary>
internal static class Verbs
{
    /// <summary>How a verb ends that could not begin.</summary>
    private const int Wrong = 2;

    private const string Exit = "Exit code 0: all is well; 1: a warning; 2: an error.";

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Tells what would be done, and does none of it." };

    private static readonly Option<bool> Tiers = new("--tiers") { Description = "Sets the tiers of the settings to an expiry date for each pass, so that passes can be revoked." };

    private static readonly Option<bool> Remove = new("--remove") { Description = "Removes the webhook instead." };

    /// <summary>Does what the command line says.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        // No time limit on stopping the app: a turn may take four seconds, and what is under way is saved. Its crashes are its own.
        var parsed = Create(args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false,
        });
        return parsed.Errors.Count > 0 ? Wrong : code;
    }

    private static RootCommand Create(string[] args)
    {
        var root = new RootCommand("The private app of StripePassKitActors. Without a verb it runs; what is no verb or option is a setting, --Membership:GraceDays=7.")
        {
            Doctor(), new Command("connect", "Connects this deployment to an account.") { Stripe(), PassKit() },
        };
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction(async (parsed, _) =>
        {
            if (args is not [var stray, ..] || stray.StartsWith('-') || stray.StartsWith('/') || stray.Contains('=', StringComparison.Ordinal)) return await StartUp.RunAsync(args, Program.BuildAsync);
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"'{stray}' is no verb, and no setting: those are written --Section:Key=value.");
            return Wrong;
        });
        return root;
    }

    private static Command Doctor()
    {
        var url = Url("Where Stripe sends its events. Default: whatever endpoint ends in /webhooks/stripe.", StripeEndpoint.Path);
        var doctor = Verb("doctor", $"Looks at the settings, PassKit, Stripe and the sidecar, and changes nothing. {Exit}", url);
        doctor.SetAction((parsed, stopping) => WithAsync(parsed, async (setUp, report) =>
        {
            await foreach (var finding in new Examination(setUp, parsed.GetValue(url)).RunAsync(stopping)) await report.WriteAsync(finding);
        }));
        return doctor;
    }

    private static Command Stripe()
    {
        var url = Url("Where the ingress takes them: https://…/webhooks/stripe.", StripeEndpoint.Path);
        url.Required = true;
        var stripe = Verb("stripe", $"Makes or corrects the webhook endpoint by which Stripe sends events, and tells a new one's secret once. {Exit}", url, DryRun);
        stripe.SetAction((parsed, stopping) => WithAsync(parsed, async (setUp, report) =>
        {
            if (setUp.Stripe is { } options && StripeOptions.Reads(setUp.Configuration))
                await new ConnectStripe(setUp.Get<StripeWebhooks>(), options, report).RunAsync(parsed.GetRequiredValue(url)!, parsed.GetValue(DryRun), stopping);
            else if (setUp.Stripe is not null)
                await report.WriteAsync(Finding.Error("settings", "Stripe:ApiKey is blank.", $"Give a key with Write on {StripePermissions.WebhookEndpoints.Dashboard}, and Stripe:Livemode."));
            await TellWrongAsync<StripeOptions>(setUp, report);
        }));
        return stripe;
    }

    private static Command PassKit()
    {
        var url = Url("Where the ingress takes them: https://…, with or without /webhooks/passkit/ and the token. Default: where they lead already.", null);
        var passKit = Verb("passkit", $"Registers or corrects the webhook by which PassKit tells what happens to passes. With --tiers and no --url it does that alone. {Exit}", url, Tiers, Remove, DryRun);
        passKit.SetAction((parsed, stopping) => WithAsync(parsed, async (setUp, report) =>
        {
            await TellWrongAsync<PassKitOptions>(setUp, report);
            if (parsed.GetValue(Tiers)) await TellWrongAsync<MembershipOptions>(setUp, report);
            if (setUp.PassKit is not { } options) return;
            var (account, dryRun) = (setUp.Get<PassKitAccount>(), parsed.GetValue(DryRun));
            var reader = new PassKitReader(account, setUp.Get<PassKitCredentials>(), options, setUp.Region);
            var connect = new ConnectPassKit(account, reader, options, () => RandomNumberGenerator.GetHexString(48, lowercase: true), report);

            if (parsed.GetValue(Tiers) && setUp.Membership is { } membership) await connect.TiersAsync(membership.Tiers.Select(tier => tier.Id), dryRun, stopping);
            if (parsed.GetValue(Remove)) await connect.RemoveAsync(parsed.GetValue(url), dryRun, stopping);
            else if (parsed.GetValue(url) is not null || !parsed.GetValue(Tiers)) await connect.RegisterAsync(parsed.GetValue(url), dryRun, stopping);
        }));
        return passKit;
    }

    private static async Task TellWrongAsync<TOptions>(SetUp setUp, Report report)
        where TOptions : class
    {
        foreach (var failure in setUp.FailuresOf<TOptions>()) await report.WriteAsync(new Finding(Level.Error, "settings", failure));
    }

    private static async Task<int> WithAsync(ParseResult parsed, Func<SetUp, Report, Task> work)
    {
        if (Stray(parsed.UnmatchedTokens) is { } stray)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"'{stray}' is no option of {parsed.CommandResult.Command.Name}, and no setting: those are written --Section:Key=value.");
            return Wrong;
        }

        var output = parsed.InvocationConfiguration.Output;
        await using var setUp = await SetUp.ReadAsync([.. parsed.UnmatchedTokens]);
        var colours = output == Console.Out && !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var report = new Report(output, colours, setUp.Secrets);
        await work(setUp, report);
        return report.ExitCode;
    }

    private static Command Verb(string name, string description, params Option[] options)
    {
        var verb = new Command(name, description) { TreatUnmatchedTokensAsErrors = false }; // settings may stand beside it
        foreach (var option in options) verb.Add(option);
        return verb;
    }

    /// <summary>What is no setting beside a verb: a misspelt option must not pass for one, and do what a dry run would not. Null: all are settings.</summary>
    private static string? Stray(IReadOnlyList<string> settings)
    {
        var valueFollows = false;
        foreach (var token in settings)
        {
            var setting = IsSetting(token);
            if (!setting && !valueFollows) return token;
            valueFollows = setting && !token.Contains('=', StringComparison.Ordinal);
        }

        return null;
    }

    private static bool IsSetting(string token) => token.TrimStart('-').Split('=')[0] is { Length: > 0 } name
        && (name.Contains(':', StringComparison.Ordinal) || name.All(letter => char.IsAsciiLetterUpper(letter) || letter is '_'));

    private static Option<Uri?> Url(string description, string? path) => new("--url")
    {
        Description = description,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && (path is null || url.AbsolutePath.EndsWith(path, StringComparison.Ordinal)))
                return url;
            result.AddError($"--url wants an address that begins with https:// (or, in a trial, http://){(path is null ? "" : $" and ends in {path}")}.");
            return null;
        },
    };
}
