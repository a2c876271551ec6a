using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Send;

/// <summary>A webhook that takes what Stripe's own library takes.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly WebApplication app;

    private Webhook(string secret)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.UseRouting();
        app.MapPost("/webhooks/stripe", (RequestDelegate)(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var json = await reader.ReadToEndAsync(context.RequestAborted);
            Bodies.Enqueue(json);
            try
            {
                Taken.Enqueue(EventUtility.ConstructEvent(json, context.Request.Headers["Stripe-Signature"], secret, throwOnApiVersionMismatch: false));
            }
            catch (StripeException)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            }
        }));
    }

    public ConcurrentQueue<Event> Taken { get; } = [];

    public ConcurrentQueue<string> Bodies { get; } = [];

    public string Url => $"{app.Urls.Single()}/webhooks/stripe";

    public static async Task<Webhook> StartAsync(string secret = "whsec_local")
    {
        var webhook = new Webhook(secret);
        await webhook.app.StartAsync(TestContext.Current.CancellationToken);
        return webhook;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
