using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace StripePassKitActors.Sandbox.Tests.PassKit;

/// <summary>Where PassKit's webhooks go; takes every verb and answers as it is told to.</summary>
internal sealed class SinkReceiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private SinkReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            Taken.Enqueue(new Webhook(context.Request.Method, body, context.Request.Headers["x-passkit-signature"].ToString()));
            context.Response.StatusCode = Status;
        });
    }

    public sealed record Webhook(string Verb, string Body, string Signature)
    {
        public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

        public string Event => (string)Json["event"]!;
    }

    public ConcurrentQueue<Webhook> Taken { get; } = [];

    public int Status { get; set; } = 200;

    public string Url => $"{app.Urls.Single()}/webhooks/passkit/token";

    public static async Task<SinkReceiver> StartAsync()
    {
        var receiver = new SinkReceiver();
        await receiver.app.StartAsync(Caller.Stop);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
