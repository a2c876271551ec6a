using System.Text;
using StripePassKitActors.Local.Sidecar.App;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Calls of actors, which go to whichever app hosts the type.</summary>
internal static class ActorRoutes
{
    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE"];

    public static void MapActors(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar) =>
        routes.MapMethods("/v1.0/actors/{type}/{id}/method/{method}", Verbs, context => CallAsync(context, sidecar));

    /// <summary>The app's answer comes back when it is 200; any other becomes an error 500 that quotes it.</summary>
    private static async Task CallAsync(HttpContext context, DevelopmentSidecar sidecar)
    {
        var (type, id) = (context.Value("type"), context.Value("id"));
        if (sidecar.Dapr.HostOf(type) is not { } host)
        {
            await FailAsync($"failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor '{type}/{id}'");
            return;
        }

        try
        {
            var body = await context.BodyAsync();
            var headers = AppChannel.Forwarded(context.Request.Headers);
            var answer = await host.CallAsync(type, id, context.Value("method"), body, headers, context.RequestAborted);
            if (answer.Status == StatusCodes.Status200OK) await context.WriteAsync(answer);
            else await FailAsync($"error from actor service: ({answer.Status}) {Encoding.UTF8.GetString(answer.Body)}");
        }
        catch (HttpRequestException silent)
        {
            await FailAsync(silent.Message);
        }

        Task FailAsync(string reason) =>
            DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_ACTOR_INVOKE_METHOD", $"error invoke actor method: {reason}");
    }
}
