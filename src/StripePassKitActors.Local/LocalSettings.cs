namespace StripePassKitActors.Local;

/// <summary>
/// What the apps of a local run are told: the environment and the command line, as they would read them themselves, over a story that needs
/// neither. The secrets of that story open nothing but this run.
/// </summary>
internal static class LocalSettings
{
    /// <summary>Opens the operator routes of the story.</summary>
    public const string OperatorKey = "local-operator-key";

    /// <summary>The last part of the address to which the story's PassKit sends its webhooks. Only the ingress is told.</summary>
    public const string PassKitWebhookToken = "local-passkit-webhook-token-of-the-story";

    private static readonly Dictionary<string, string?> Story = new()
    {
        ["Stripe:WebhookSecrets:0"] = "whsec_local",
        ["Stripe:Livemode"] = "false",
        ["PassKit:ApiKey"] = "local-key",
        ["PassKit:ApiSecret"] = "local-secret-of-at-least-32-characters",
        ["PassKit:ProgramId"] = "local-program",
        ["Membership:Tiers:0:Id"] = "bronze",
        ["Membership:Tiers:0:Name"] = "Bronze",
        ["Membership:Tiers:0:Rank"] = "1",
        ["Membership:Tiers:1:Id"] = "silver",
        ["Membership:Tiers:1:Name"] = "Silver",
        ["Membership:Tiers:1:Rank"] = "2",
        ["Membership:Tiers:1:MinimumSpend:usd"] = "10000",
        ["Membership:Tiers:2:Id"] = "gold",
        ["Membership:Tiers:2:Name"] = "Gold",
        ["Membership:Tiers:2:Rank"] = "3",
        ["Membership:Tiers:2:MinimumSpend:usd"] = "50000",
        ["Membership:Plans:bronze"] = "bronze",
        ["Membership:Plans:silver"] = "silver",
        ["Membership:Plans:gold"] = "gold",
        ["Membership:Plans:price_bronze"] = "bronze", // as samples/ have them
        ["Membership:Plans:price_silver"] = "silver",
        ["Membership:Plans:price_gold"] = "gold",
        ["Operator:ApiKey"] = OperatorKey,
        ["APP_API_TOKEN"] = "local-app-token",
    };

    private static readonly Dictionary<string, string?> Quiet = new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:StripePassKitActors"] = "Information",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "HH:mm:ss ",
    };

    /// <summary>
    /// Reads them. Whoever names a tier or anything of PassKit means theirs alone: the story's are then left out, with the plans of its tiers.
    /// </summary>
    public static IConfiguration Read(string[] args)
    {
        var said = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var tiers = Says("Membership:Tiers");
        var passKit = Says("PassKit") || said["PASSKIT_REST_URL"] is { Length: > 0 };
        var story = Story.Where(setting => !(
            (setting.Key.StartsWith("Membership:Tiers:", StringComparison.Ordinal) && tiers)
            || (setting.Key.StartsWith("Membership:Plans:", StringComparison.Ordinal) && tiers)
            || (setting.Key.StartsWith("PassKit:", StringComparison.Ordinal) && passKit)
            || (setting.Key.StartsWith("Stripe:WebhookSecrets:", StringComparison.Ordinal) && Says("Stripe:WebhookSecrets"))));
        return new ConfigurationBuilder().AddInMemoryCollection(Quiet).AddInMemoryCollection(story).AddConfiguration(said).Build();

        bool Says(string section) => said.GetSection(section).GetChildren().Any();
    }

    /// <summary>The settings of the apps as a command line, which has the last word over what they would read themselves.</summary>
    public static string[] ToArguments(IConfiguration settings, params IEnumerable<(string Key, string Value)> more) =>
    [
        .. settings.AsEnumerable()
            .Where(setting => setting.Value is not null && (setting.Key.Contains(':', StringComparison.Ordinal) || setting.Key is "APP_API_TOKEN" or "PASSKIT_REST_URL"))
            .Select(setting => $"--{setting.Key}={setting.Value}"),
        .. more.Select(setting => $"--{setting.Key}={setting.Value}"),
    ];
}
