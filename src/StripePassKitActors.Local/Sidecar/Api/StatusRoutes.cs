using StripePassKitActors.Local.Sidecar.Resources;

namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>What a sidecar says of itself: alive, components ready, and what it has loaded.</summary>
internal static class StatusRoutes
{
    public static void MapStatus(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar)
    {
        // The sidecar lives for its app only once that is there; its components are ready as soon as it listens.
        routes.MapGet("/v1.0/healthz", context => sidecar.AppWasSeen
            ? NoContentAsync(context)
            : DaprError.WriteAsync(context, StatusCodes.Status500InternalServerError, "ERR_HEALTH_NOT_READY", "dapr is not ready: the app does not listen"));
        routes.MapGet("/v1.0/healthz/outbound", NoContentAsync);
        routes.MapGet("/v1.0/metadata", context => context.Response.WriteAsJsonAsync(Metadata(sidecar), context.RequestAborted));
    }

    /// <summary>What there is none of is left out.</summary>
    private static Dictionary<string, object> Metadata(DevelopmentSidecar sidecar)
    {
        var resources = sidecar.Resources;
        var metadata = new Dictionary<string, object>
        {
            ["id"] = sidecar.Settings.AppId,
            ["runtimeVersion"] = "development",
            ["components"] = resources.Components.Select(component => new { name = component.Name, type = component.Type, version = component.Version }),
            ["appConnectionProperties"] = new { port = sidecar.Settings.AppPort, protocol = "http", channelAddress = "127.0.0.1" },
        };
        if (!resources.Subscriptions.IsEmpty) metadata["subscriptions"] = resources.Subscriptions.Select(Describe);
        if (!resources.Resiliencies.IsEmpty) metadata["resiliencies"] = resources.Resiliencies.Select(name => new { name });

        var actors = new Dictionary<string, object>
        {
            ["runtimeStatus"] = "RUNNING", ["hostReady"] = sidecar.Actors.IsOpen, ["placement"] = "placement: connected",
        };
        if (sidecar.Actors.Awake is { Count: > 0 } awake) actors["activeActors"] = awake.Select(type => new { type = type.Key, count = type.Value });
        metadata["actorRuntime"] = actors;
        return metadata;
    }

    private static object Describe(Subscription subscription) => new
    {
        pubsubname = subscription.PubSub,
        topic = subscription.Topic,
        rules = new[] { new { path = subscription.Route } },
        deadLetterTopic = subscription.DeadLetterTopic ?? "",
        type = "DECLARATIVE",
    };

    private static Task NoContentAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
