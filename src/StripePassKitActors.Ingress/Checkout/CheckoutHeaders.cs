using Microsoft.Extensions.Options;

namespace StripePassKitActors.Ingress.Checkout;

/// <summary>
/// What browsers, caches and crawlers are told with every answer beneath <c>/checkout</c>, errors included. The address holds a secret: nobody may keep it,
/// or be told where the visitor came from.
/// </summary>
internal sealed class CheckoutHeaders(RequestDelegate next, IOptions<CheckoutOptions> options)
{
    private readonly string policy = Policy(options.Value.LogoUrl);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(CheckoutEndpoints.Root))
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                if (!headers.CacheControl.ToString().Contains("immutable", StringComparison.Ordinal)) headers.CacheControl = "no-store";
                headers.ContentSecurityPolicy = policy;
                headers["Referrer-Policy"] = "no-referrer";
                headers["X-Robots-Tag"] = "noindex";
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                return Task.CompletedTask;
            });
        }

        return next(context);
    }

    private static string Policy(string? logo)
    {
        var images = logo switch
        {
            null or "" => "data:", // the page's own icon, an empty one
            _ when logo.StartsWith("data:", StringComparison.Ordinal) => "data:",
            _ => $"data: {InAscii(new Uri(logo)).GetLeftPart(UriPartial.Path)}",
        };
        return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + $"img-src {images}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// <summary>A header takes no other letters.</summary>
    private static Uri InAscii(Uri address) => new UriBuilder(address) { Host = address.IdnHost }.Uri;
}
