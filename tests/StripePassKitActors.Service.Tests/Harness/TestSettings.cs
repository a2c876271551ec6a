using System.Collections.Immutable;

namespace StripePassKitActors.Service.Tests.Harness;

/// <summary>Settings with which both apps start. A test adds to them or overrides them by name.</summary>
internal static class TestSettings
{
    public const string WebhookSecret = "whsec_test";
    public const string OperatorKey = "operator-key-of-the-tests";
    public const string AppToken = "app-token-of-the-tests";

    public static ImmutableDictionary<string, string> Ingress { get; } = Of(
        ("Stripe:WebhookSecrets:0", WebhookSecret),
        ("Stripe:Livemode", "false"));

    public static ImmutableDictionary<string, string> Customers { get; } = Of(
        ("APP_API_TOKEN", AppToken),
        ("Operator:ApiKey", OperatorKey),
        ("Stripe:WebhookSecrets:0", WebhookSecret),
        ("PassKit:ApiKey", "key-of-the-tests"),
        ("PassKit:ApiSecret", "secret-of-the-tests-with-32-characters"),
        ("PassKit:ProgramId", "program"),

        ("Membership:Tiers:0:Id", "bronze"),
        ("Membership:Tiers:0:Rank", "1"),
        ("Membership:Tiers:1:Id", "silver"),
        ("Membership:Tiers:1:Rank", "2"),
        ("Membership:Tiers:1:MinimumSpend:usd", "10000"),
        ("Membership:Tiers:2:Id", "gold"),
        ("Membership:Tiers:2:Rank", "3"),
        ("Membership:Tiers:2:MinimumSpend:usd", "50000"),
        ("Membership:Plans:price_bronze", "bronze"),
        ("Membership:Plans:price_silver", "silver"),
        ("Membership:Plans:price_gold", "gold"));

    private static ImmutableDictionary<string, string> Of(params (string Key, string Value)[] settings) =>
        settings.ToImmutableDictionary(setting => setting.Key, setting => setting.Value);
}
