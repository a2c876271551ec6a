using System.Collections.Immutable;

namespace StripePassKitActors.Sandbox.Stripe.Api;

/// <summary>
/// What restricted keys (<c>rk_test_…</c>) may not; a secret key may everything. At first a restricted key may everything too. Safe for
/// several threads.
/// </summary>
public sealed class KeyPermissions
{
    private static readonly (string Path, string Resource)[] Resources =
    [
        ("/v1/account", "accounts_kyc_basic"),
        ("/v1/charges", "charge"),
        ("/v1/checkout/sessions", "checkout_session"),
        ("/v1/customers", "customer"),
        ("/v1/disputes", "dispute"),
        ("/v1/events", "event"),
        ("/v1/invoice_payments", "invoice"),
        ("/v1/invoiceitems", "invoice"),
        ("/v1/invoices", "invoice"),
        ("/v1/payment_intents", "payment_intent"),
        ("/v1/payment_methods", "payment_method"),
        ("/v1/prices", "plan"),
        ("/v1/products", "product"),
        ("/v1/refunds", "charge"),
        ("/v1/subscription_items", "subscription"),
        ("/v1/subscriptions", "subscription"),
        ("/v1/webhook_endpoints", "webhook"),
    ];

    private ImmutableHashSet<string> missing = [];

    /// <summary>The permissions that restricted keys lack, by Stripe's names: <c>rak_customer_write</c>. Who may not read may not write.</summary>
    public IReadOnlyCollection<string> Missing
    {
        get => missing;
        set => missing = [.. value];
    }

    internal void Require(string verb, string path, string key)
    {
        if (Resources.FirstOrDefault(known => path == known.Path || path.StartsWith($"{known.Path}/", StringComparison.Ordinal)).Resource is not { } resource) return;
        var (read, write) = ($"rak_{resource}_read", $"rak_{resource}_write");
        var lacked = missing.Contains(read) ? read : verb != "GET" && missing.Contains(write) ? write : null;
        if (lacked is null) return;
        throw new StripeFault(403, "invalid_request_error", null, null,
            $"The provided key '{key[..8]}***' does not have the required permissions for this endpoint on account 'acct_sandbox'."
            + $" Having the '{lacked}' permission would allow this request to continue.");
    }
}
