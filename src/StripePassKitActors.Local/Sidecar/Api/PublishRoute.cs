namespace StripePassKitActors.Local.Sidecar.Api;

/// <summary>Publishing over HTTP: metadata stands in the query, as <c>metadata.NAME=VALUE</c>.</summary>
internal static class PublishRoute
{
    private const string Metadata = "metadata.";
    private static readonly string[] Verbs = ["POST", "PUT"];

    public static void MapPublish(this IEndpointRouteBuilder routes, DevelopmentSidecar sidecar) =>
        routes.MapMethods("/v1.0/publish/{pubsub}/{topic}", Verbs, async context =>
        {
            var (pubSub, topic) = (context.Value("pubsub"), context.Value("topic"));
            var metadata = context.Request.Query.Where(entry => entry.Key.StartsWith(Metadata, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[Metadata.Length..], entry => entry.Value.ToString());
            var (body, contentType) = (await context.BodyAsync(), context.Request.ContentType ?? "text/plain");
            if (sidecar.Publish(pubSub, topic, body, contentType, metadata, context.Request.Headers.TraceParent.ToString()))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            else
            {
                await DaprError.WriteAsync(context, StatusCodes.Status404NotFound, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubSub} is not found");
            }
        });
}
