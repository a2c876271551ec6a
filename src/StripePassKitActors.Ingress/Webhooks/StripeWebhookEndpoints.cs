using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Webhooks;

/// <summary>Registers and maps the Stripe webhook.</summary>
public static class StripeWebhookEndpoints
{
    /// <summary>Adds the webhook and its options, validated when the app starts.</summary>
    public static IServiceCollection AddStripeWebhook(this IServiceCollection services)
    {
        services.AddOptions<StripeWebhookOptions>().BindConfiguration(StripeWebhookOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StripeWebhookOptions>, StripeWebhookOptions.Validator>();
        return services.AddSingleton<StripeWebhook>();
    }

    /// <summary>
    /// <c>POST /webhooks/stripe</c>: 200 taken, 400 missing or wrong signature, 413 over 1 MiB, 503 the broker does not have it
    /// (Stripe sends it again).
    /// </summary>
    public static IEndpointConventionBuilder MapStripeWebhook(this IEndpointRouteBuilder routes) => routes
        .MapPost(StripeWebhook.Path, (HttpRequest request, StripeWebhook webhook) => webhook.ReceiveAsync(request))
        // The server counts the framing of chunks as well, so its own limit is only the outer one.
        .WithMetadata(new RequestSizeLimitAttribute(2 * StripeWebhook.MaxBodyBytes));
}
