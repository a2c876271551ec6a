namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>What the key must be allowed, as docs/stripe-permissions.md explains it.</summary>
internal static class StripePermissions
{
    /// <summary>Allowed only to whom <c>connect stripe</c> is run with, and read by <c>doctor</c> where it may.</summary>
    public static readonly StripePermission WebhookEndpoints = new("Webhook Endpoints", "rak_webhook_read", "webhook_endpoints");

    /// <summary>What of customers and subscriptions is written, if anything is (<c>Stripe:WriteBack</c>).</summary>
    public static readonly IReadOnlyList<StripePermission> Write =
    [
        new("Customers", "rak_customer_write", "customers"),
        new("Subscriptions", "rak_subscription_write", "subscriptions"),
    ];

    /// <summary>What is read, with a list of each by which it can be tried. Lists show nobody: only whether there is an answer counts.</summary>
    public static readonly IReadOnlyList<StripePermission> Read =
    [
        new("Charges and Refunds", "rak_charge_read", "charges"),
        new("Disputes", "rak_dispute_read", "disputes"),
        new("Customers", "rak_customer_read", "customers"),
        new("Subscriptions", "rak_subscription_read", "subscriptions"),
        new("Invoices", "rak_invoice_read", "invoices"),
        new("Prices", "rak_plan_read", "prices"),
        new("Products", "rak_product_read", "products"),
        new("Checkout Sessions", "rak_checkout_session_read", "checkout/sessions"),
        new("PaymentIntents", "rak_payment_intent_read", "payment_intents"),
    ];
}

/// <summary>One permission of a restricted key.</summary>
/// <param name="Dashboard">What Stripe's dashboard calls it.</param>
/// <param name="Name">What Stripe's API calls it.</param>
/// <param name="Resource">A list that is refused without it.</param>
internal sealed record StripePermission(string Dashboard, string Name, string Resource);
