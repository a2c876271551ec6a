using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace StripePassKitActors.Service.Tests;

/// <summary>The least app that a sidecar serves: alive, host of one actor type, and takes every event.</summary>
internal sealed class StubApp
{
    /// <summary>Ids of the events that came, as often as they came.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    public Task<WebApplication> BuildAsync(string[] args)
    {
        var app = WebApplication.CreateSlimBuilder(args).Build();
        app.MapGet("/healthz", () => Results.Ok());
        app.MapGet("/readyz", () => Results.Ok());
        app.MapGet("/dapr/config", () => new { entities = new[] { "StubActor" } });
        app.MapPost("/events/stripe", (JsonElement bulk) => new { statuses = bulk.GetProperty("entries").EnumerateArray().Select(Take).ToArray() });
        return Task.FromResult(app);
    }

    private object Take(JsonElement entry)
    {
        Received.Enqueue(entry.GetProperty("event").GetProperty("id").GetString()!);
        return new { entryId = entry.GetProperty("entryId").GetString(), status = "SUCCESS" };
    }
}
