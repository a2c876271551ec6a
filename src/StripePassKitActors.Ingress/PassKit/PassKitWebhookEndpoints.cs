using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.PassKit;

/// <summary>Registers and maps PassKit's webhook.</summary>
internal static class PassKitWebhookEndpoints
{
    /// <summary>PassKit chooses by event.</summary>
    private static readonly string[] Verbs = [HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete];

    /// <summary>Adds the webhook and its options, validated when the app starts.</summary>
    public static IServiceCollection AddPassKitWebhook(this IServiceCollection services)
    {
        services.AddOptions<PassKitWebhookOptions>().BindConfiguration(PassKitWebhookOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PassKitWebhookOptions>, PassKitWebhookOptions.Validator>();
        return services.AddSingleton<PassKitSignature>().AddSingleton<PassKitWebhook>();
    }

    /// <summary>
    /// <c>POST PUT DELETE /webhooks/passkit/{token}</c>: 200 taken, or of no use; 401 wrong signature; 404 wrong token, or none is set; 413 over 256 KiB;
    /// 503 the broker does not have it.
    /// </summary>
    public static IEndpointConventionBuilder MapPassKitWebhook(this IEndpointRouteBuilder routes) => routes
        .MapMethods($"{PassKitWebhook.Path}/{{token}}", Verbs, (string token, HttpRequest request, PassKitWebhook webhook) => webhook.ReceiveAsync(token, request))
        // The server counts the framing of chunks as well, so its own limit is only the outer one.
        .WithMetadata(new RequestSizeLimitAttribute(2 * PassKitWebhook.MaxBodyBytes));
}
