using System.Collections.Concurrent;
using Dapr.Actors;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Service.Tests.Facts;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Development;

/// <summary>What brokers and stores do once in a while, done when it is asked for.</summary>
public sealed class OnRequest : IAsyncDisposable
{
    // It stands still while messages are published, however long that takes.
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<string> delivered = new();
    private readonly DevelopmentPlatform platform;

    public OnRequest() => platform = new DevelopmentPlatform(clock);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_delivered_twice()
    {
        await using var app = await OpenAsync();
        platform.Dapr.Mischief.RepeatNext(1);

        await PublishAsync(app, "twice");
        await PublishAsync(app, "once");

        await DeliveredAsync("twice", "twice", "once");
    }

    [Fact]
    public async Task A_message_is_delivered_late_and_others_overtake_it()
    {
        await using var app = await OpenAsync();
        platform.Dapr.Mischief.DelayNext(1, TimeSpan.FromMilliseconds(500));

        await PublishAsync(app, "late");
        await PublishAsync(app, "early");

        await DeliveredAsync("early", "late");
    }

    [Fact]
    public async Task Messages_are_delivered_last_one_first()
    {
        await using var app = await OpenAsync();
        platform.Dapr.Mischief.ReverseNext(3);

        foreach (var id in new[] { "one", "two", "three" }) await PublishAsync(app, id);

        await DeliveredAsync("three", "two", "one");
    }

    [Fact]
    public async Task A_write_of_state_fails_and_saves_nothing_and_the_next_one_saves()
    {
        await using var app = await OpenAsync();
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Wake", "1");
        platform.Dapr.Mischief.FailNextStateWrites(1);
        var parrot = new ActorId("1");
        var written = new StateChanges().Set("k", new Stamp(1), StateJson.Stamp);

        await Assert.ThrowsAsync<RpcException>(() => app.State.CommitAsync("Parrot", parrot, written));
        Assert.Null(await app.State.ReadAsync("Parrot", parrot, "k", StateJson.Stamp));
        await app.State.CommitAsync("Parrot", parrot, written);
        Assert.Equal(new Stamp(1), await app.State.ReadAsync("Parrot", parrot, "k", StateJson.Stamp));
    }

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    private async Task<ScriptedApp> OpenAsync()
    {
        var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = call =>
        {
            if (call.Path != "/events/stripe") return Task.FromResult(Results.Ok());
            var entries = call.Json["entries"]!.AsArray();
            foreach (var entry in entries) delivered.Enqueue((string)entry!["event"]!["id"]!);
            return Task.FromResult(Results.Json(new { statuses = entries.Select(entry => new { entryId = (string?)entry!["entryId"], status = "SUCCESS" }) }));
        };
        return app;
    }

    private static async Task PublishAsync(ScriptedApp app, string id) =>
        Assert.Equal(204, (await app.AskAsync(HttpMethod.Post, $"v1.0/publish/pubsub/stripe-events?metadata.cloudevent.id={id}", "1")).Status);

    private async Task DeliveredAsync(params string[] ids)
    {
        await Eventually.Async(
            () =>
            {
                if (delivered.Count >= ids.Length) return Task.FromResult(true);
                clock.Advance(TimeSpan.FromMilliseconds(50));
                return Task.FromResult(false);
            },
            "all are delivered",
            cancellationToken: Cancelled);
        Assert.Equal(ids, delivered);
    }
}
