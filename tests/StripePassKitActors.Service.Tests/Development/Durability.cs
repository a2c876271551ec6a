using System.Collections.Concurrent;
using Dapr.Actors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StripePassKitActors.Customers.Actors;
using StripePassKitActors.Local.Sidecar;
using StripePassKitActors.Service.Tests.Facts;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Development;

/// <summary>What is left of a run that was killed.</summary>
public sealed class Durability
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_kill_leaves_on_disk_holds_all_committed_state_all_reminders_and_every_message_that_was_not_acknowledged()
    {
        await using var platform = new DevelopmentPlatform();
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        var tested = new TaskCompletionSource(); // and the app may end
        app.Answer = async call =>
        {
            // The first call is taken; whoever comes after it never gets an answer.
            if (call.Path != "/events/stripe") return Results.Ok();
            if (app.To(call.Path).Count > 1) await tested.Task;
            return Results.Json(new { statuses = call.Json["entries"]!.AsArray().Select(entry => new { entryId = (string?)entry!["entryId"], status = "SUCCESS" }) });
        };
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/method/Wake", "1");
        await PublishAsync(app, "taken");
        await app.CalledAsync("/events/stripe", 1, Cancelled);
        await app.State.CommitAsync("Parrot", new ActorId("1"), new StateChanges().Set("k", new Stamp(1), StateJson.Stamp));
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/reminders/wake", """{"dueTime":"1h"}""");
        await PublishAsync(app, "underway");
        await app.CalledAsync("/events/stripe", 2, Cancelled);
        await PublishAsync(app, "waiting");

        // A killed process leaves what the system has of its files. Nobody writes them now.
        using var killed = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(platform.Folder)) File.Copy(file, Path.Combine(killed.Path, Path.GetFileName(file)));
        await app.Sidecar.StopAsync();

        var again = new ConcurrentQueue<string>();
        app.Answer = call =>
        {
            var entries = call.Json["entries"]!.AsArray();
            foreach (var entry in entries) again.Enqueue((string)entry!["event"]!["id"]!);
            return Task.FromResult(Results.Json(new { statuses = entries.Select(entry => new { entryId = (string?)entry!["entryId"], status = "SUCCESS" }) }));
        };
        await using var dapr = new DevelopmentDapr(Path.Combine(killed.Path, "dapr.db"), TimeProvider.System, NullLoggerFactory.Instance);
        using var resources = TemporaryFolder.OfComponents((_, yaml) => yaml);
        await using var sidecar = dapr.CreateSidecar(new SidecarSettings("customers", app.Port, app.Sidecar.Http.Port, app.Sidecar.Grpc.Port, resources.Path)
        {
            Environment = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("PASSKIT_REST_URL", "http://nowhere"),
        });
        await sidecar.StartAsync(Cancelled);

        await Eventually.Async(() => Task.FromResult(again.Count), count => count >= 2, "both come again", cancellationToken: Cancelled);
        Assert.Equal(["underway", "waiting"], again);
        Assert.Equal(new Stamp(1), await app.State.ReadAsync("Parrot", new ActorId("1"), "k", StateJson.Stamp));
        Assert.Equal(200, (await app.AskAsync(HttpMethod.Get, "v1.0/actors/Parrot/1/reminders/wake")).Status);
        tested.SetResult();
    }

    private static async Task PublishAsync(ScriptedApp app, string id) =>
        Assert.Equal(204, (await app.AskAsync(HttpMethod.Post, $"v1.0/publish/pubsub/stripe-events?metadata.cloudevent.id={id}", "1")).Status);
}
