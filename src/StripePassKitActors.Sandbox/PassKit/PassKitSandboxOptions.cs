namespace StripePassKitActors.Sandbox.PassKit;

/// <summary>
/// What is set up when the sandbox starts. The keys are those that the customers app reads, so that one environment feeds both;
/// without any of them it starts with the values below.
/// </summary>
public sealed record PassKitSandboxOptions
{
    /// <summary><c>PassKit:ApiKey</c>: the <c>uid</c> of a token.</summary>
    public string ApiKey { get; init; } = "local_key";

    /// <summary><c>PassKit:ApiSecret</c>: signs tokens, as the literal text that it is.</summary>
    public string ApiSecret { get; init; } = "local_secret_of_32_bytes_or_more_";

    /// <summary><c>PassKit:Token</c>: a long-lived token, taken only as <c>Bearer</c>; null: none is.</summary>
    public string? Token { get; init; }

    /// <summary><c>PassKit:ProgramId</c>: a program that exists from the start, published and active.</summary>
    public string ProgramId { get; init; } = "local_program";

    /// <summary><c>Membership:Tiers:*:Id</c>: its tiers, each with an expiry date per pass.</summary>
    public IReadOnlyList<string> TierIds { get; init; } = [];

    /// <summary>
    /// <c>PassKitSandbox:SinkUrl</c>: where webhooks go from the start, of every event but those of new records; null: nowhere, until somebody
    /// subscribes.
    /// </summary>
    public string? SinkUrl { get; init; }

    /// <summary><c>PassKitSandbox:Data</c>: the file that members and subscriptions are kept in; null: they are forgotten at the end.</summary>
    public string? Data { get; init; }

    /// <summary>How long a webhook may take to answer, by the machine's clock.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Makes the same ids in every run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Reads the keys above; a blank one counts as absent.</summary>
    public static PassKitSandboxOptions From(IConfiguration configuration)
    {
        var defaults = new PassKitSandboxOptions();
        return defaults with
        {
            ApiKey = Said("PassKit:ApiKey") ?? defaults.ApiKey,
            ApiSecret = Said("PassKit:ApiSecret") ?? defaults.ApiSecret,
            Token = Said("PassKit:Token"),
            SinkUrl = Said("PassKitSandbox:SinkUrl"),
            Data = Said("PassKitSandbox:Data"),
            ProgramId = Said("PassKit:ProgramId") ?? defaults.ProgramId,
            TierIds = [.. configuration.GetSection("Membership:Tiers").GetChildren().Select(tier => tier["Id"] ?? "").Where(id => id.Length > 0)],
        };

        string? Said(string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
    }
}
