namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>What becomes of a subscription whose payment failed for the last time; in Stripe a setting of the account.</summary>
public enum AfterRetries
{
    /// <summary>It is cancelled.</summary>
    Cancel,

    /// <summary>Its invoices are no longer collected.</summary>
    Unpaid,

    /// <summary>It stays past due.</summary>
    PastDue,
}

/// <summary>
/// What is set up when the sandbox starts. <c>Stripe</c>'s keys are those that the apps read, so that one environment feeds both;
/// without any of them it starts with the values below.
/// </summary>
public sealed record StripeSandboxOptions
{
    /// <summary><c>Stripe:ApiKey</c>: the one key that is taken; null: every <c>sk_test_…</c> and <c>rk_test_…</c> is.</summary>
    public string? ApiKey { get; init; }

    /// <summary><c>StripeSandbox:WebhookUrl</c>: an endpoint that exists from the start and wants every event; null: none does.</summary>
    public string? WebhookUrl { get; init; } = "http://localhost:8080/webhooks/stripe";

    /// <summary><c>Stripe:WebhookSecrets:0</c>: what that endpoint's events are signed with.</summary>
    public string WebhookSecret { get; init; } = "whsec_local";

    /// <summary>
    /// <c>StripeSandbox:SuccessUrl</c>: where the shop's buyers go from the checkout, with <c>{CHECKOUT_SESSION_ID}</c>; null: to the
    /// shop's own page of thanks.
    /// </summary>
    public string? SuccessUrl { get; init; }

    /// <summary><c>StripeSandbox:Data</c>: the file that everything is kept in; null: it is forgotten at the end.</summary>
    public string? Data { get; init; }

    /// <summary><c>StripeSandbox:AfterRetries</c>.</summary>
    public AfterRetries AfterRetries { get; init; }

    /// <summary>How long a webhook may take to answer, by the machine's clock.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Makes the same ids in every run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Reads the keys above; a blank one counts as absent.</summary>
    public static StripeSandboxOptions From(IConfiguration configuration)
    {
        var defaults = new StripeSandboxOptions();
        return defaults with
        {
            ApiKey = Said("Stripe:ApiKey"),
            WebhookUrl = Said("StripeSandbox:WebhookUrl") ?? defaults.WebhookUrl,
            WebhookSecret = Said("Stripe:WebhookSecrets:0") ?? defaults.WebhookSecret,
            SuccessUrl = Said("StripeSandbox:SuccessUrl"),
            Data = Said("StripeSandbox:Data"),
            AfterRetries = configuration.GetValue("StripeSandbox:AfterRetries", defaults.AfterRetries),
        };

        string? Said(string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
    }
}
