using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Stripe;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

/// <summary>A webhook that takes what Stripe's own library takes at the clock's time, and answers as it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string Secret = "whsec_of_the_test";

    private readonly WebApplication app;

    private Receiver(TimeProvider time)
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
            var now = time.GetUtcNow();
            var read = EventUtility.ConstructEvent(json, context.Request.Headers["Stripe-Signature"], SignedWith, 300, now.ToUnixTimeSeconds(), throwOnApiVersionMismatch: false);
            Deliveries.Enqueue(new Delivery(now, read, json, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
            context.Response.StatusCode = Answer(read);
        }));
    }

    public sealed record Delivery(DateTimeOffset At, Event Event, string Json, IReadOnlyDictionary<string, string> Headers);

    public ConcurrentQueue<Delivery> Deliveries { get; } = [];

    public IEnumerable<Event> Events => Deliveries.Select(delivery => delivery.Event);

    /// <summary>What it knows events by.</summary>
    public string SignedWith { get; set; } = Secret;

    /// <summary>The status that it answers with.</summary>
    public Func<Event, int> Answer { get; set; } = _ => 200;

    public string Url => $"{app.Urls.Single()}/webhooks/stripe";

    public static async Task<Receiver> StartAsync(TimeProvider time)
    {
        var receiver = new Receiver(time);
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
