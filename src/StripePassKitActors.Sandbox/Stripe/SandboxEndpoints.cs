using StripePassKitActors.Sandbox.Stripe.Webhooks;

namespace StripePassKitActors.Sandbox.Stripe;

/// <summary>What Stripe does not have: holding webhooks back, and taking permissions from restricted keys. Needs no credentials.</summary>
internal static class SandboxEndpoints
{
    public static void MapSandbox(this IEndpointRouteBuilder app, StripeSandbox sandbox)
    {
        var control = app.MapGroup("/sandbox");
        control.MapGet("/webhooks", () => Shown(sandbox));
        control.MapPut("/webhooks", (Holding holding) =>
        {
            sandbox.HoldsWebhooks = holding.Held;
            return Shown(sandbox);
        });
        control.MapGet("/missing-permissions", () => sandbox.Permissions.Missing);
        control.MapPut("/missing-permissions", (IReadOnlyList<string> missing) =>
        {
            sandbox.Permissions.Missing = missing;
            return sandbox.Permissions.Missing;
        });
    }

    private static WebhooksShown Shown(StripeSandbox sandbox) => new(sandbox.HoldsWebhooks, sandbox.PendingDeliveries);

    private sealed record Holding(bool Held);

    private sealed record WebhooksShown(bool Held, IReadOnlyList<PendingDelivery> Pending);
}
