using Dapr.Client;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Benchmarks.Bare;

/// <summary>An endpoint that publishes what it is sent, and nothing else.</summary>
internal static class BareIngress
{
    public const string Path = "/publish";

    public static Task<WebApplication> BuildAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSidecar();
        var app = builder.Build();
        app.MapHealth();
        app.MapPost(Path, async (HttpRequest request, DaprClient dapr) =>
        {
            var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            await dapr.PublishByteEventAsync(DaprResources.PubSub, DaprResources.StripeEvents, body.ToArray(), "application/json");
        });
        return Task.FromResult(app);
    }
}
