using Microsoft.AspNetCore.Http.Features;
using StripePassKitActors.Local.Sidecar.App;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>
/// Service invocation: <c>/v1.0/invoke/TARGET/method/PATH</c> with any verb. The target is an app of this run, which is called with its
/// token, or an address such as <c>http://host</c>. Routes of actors are reached too, past their turns, as on daprd.
/// </summary>
internal static class InvocationRoutes
{
    private const string Prefix = "/v1.0/invoke/";
    private const string Method = "/method/";

    public static void MapInvocation(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar) =>
        routes.Map("/v1.0/invoke/{**rest}", context => InvokeAsync(context, sidecar));

    private static async Task InvokeAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        // As it was sent: a route value would have been decoded.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget[Prefix.Length..];
        if (target.IndexOf(Method, StringComparison.Ordinal) is var split && split <= 0)
        {
            await DaprError.WriteAsync(context, StatusCodes.Status404NotFound, "ERR_DIRECT_INVOKE", "failed getting app id from the URL path");
            return;
        }

        var (name, path) = (target[..split], "/" + target[(split + Method.Length)..]);
        var verb = HttpMethod.Parse(context.Request.Method);
        var headers = AppChannel.Forwarded(context.Request.Headers);
        ReadOnlyMemory<byte>? body = context.Features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody ? await context.BodyAsync() : null;
        try
        {
            if (Uri.TryCreate(name, UriKind.Absolute, out var other) && other.Scheme is "http" or "https")
            {
                await context.WriteAsync(await sidecar.App.CallOtherAsync(verb, AppChannel.At(other, path), body, headers, context.RequestAborted));
            }
            else if (sidecar.Dapr.Find(name) is { } app)
            {
                await context.WriteAsync(await app.App.CallAsync(verb, path, body, headers, context.RequestAborted));
            }
            else
            {
                await FailAsync($"couldn't find service: {name}");
            }
        }
        catch (HttpRequestException silent)
        {
            await FailAsync(silent.Message);
        }

        Task FailAsync(string reason) =>
            DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {name}, err: {reason}");
    }
}
