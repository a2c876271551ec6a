using Microsoft.AspNetCore.Http;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Facts;

/// <summary>What the apps rely on when they are woken.</summary>
public sealed class ReminderFacts(ControlPlane controlPlane)
{
    private const string Reminder = "v1.0/actors/Parrot/1/reminders/wake";
    private const string CallBack = "/actors/Parrot/1/method/remind/wake";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [OnEachSidecar]
    public async Task A_one_shot_reminder_fires_once_with_its_data_and_is_gone(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        Assert.Equal(204, (await app.AskAsync(HttpMethod.Put, Reminder, """{"dueTime":"0h0m0s200ms","period":"","data":"aGk="}""")).Status);

        var call = Assert.Single(await app.CalledAsync(CallBack, 1, Cancelled));
        Assert.Equal(("PUT", ScriptedApp.Token), (call.Verb, call.Headers["dapr-api-token"].ToString()));
        Assert.Equal("""{"data":"aGk=","dueTime":"","period":""}""", call.Json.ToJsonString());
        await Eventually.Async(async () => (await app.AskAsync(HttpMethod.Get, Reminder)).Status == 404, "it is gone", cancellationToken: Cancelled);
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_one_shot_reminder_whose_callback_fails_is_tried_four_times_and_gone(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = _ => Task.FromResult(Results.StatusCode(500));

        await app.AskAsync(HttpMethod.Put, Reminder, """{"dueTime":"0s"}""");

        await app.CalledAsync(CallBack, 4, Cancelled);
        await Eventually.Async(async () => (await app.AskAsync(HttpMethod.Get, Reminder)).Status == 404, "it is given up", cancellationToken: Cancelled);
        Assert.Equal(4, app.To(CallBack).Count);
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_periodic_reminder_goes_on_after_a_round_that_failed_until_it_is_unregistered(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = _ => Task.FromResult(app.To(CallBack).Count <= 4 ? Results.StatusCode(500) : Results.Ok());

        await app.AskAsync(HttpMethod.Put, Reminder, """{"dueTime":"0s","period":"0h0m1s0ms"}""");

        await app.CalledAsync(CallBack, 6, Cancelled);
        var shown = await app.AskAsync(HttpMethod.Get, Reminder);
        Assert.Equal(200, shown.Status);
        Assert.Contains("\"@every 1s\"", shown.Body, StringComparison.Ordinal);
        Assert.Equal(204, (await app.AskAsync(HttpMethod.Delete, Reminder)).Status);
        Assert.Equal(404, (await app.AskAsync(HttpMethod.Get, Reminder)).Status);
        Assert.Equal(204, (await app.AskAsync(HttpMethod.Delete, Reminder)).Status);
    }

    [Theory]
    [OnEachSidecar]
    public async Task A_callback_may_register_its_own_reminder_anew(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        app.Answer = async call =>
        {
            if (call.Path == CallBack && app.To(CallBack).Count == 1) await app.AskAsync(HttpMethod.Put, Reminder, """{"dueTime":"0h0m0s100ms","data":"second"}""");
            return Results.Ok();
        };

        await app.AskAsync(HttpMethod.Put, Reminder, """{"dueTime":"0s","period":"1h","data":"first"}""");

        var calls = await app.CalledAsync(CallBack, 2, Cancelled);
        Assert.Equal(["first", "second"], calls.Select(call => (string?)call.Json["data"]));
        await Eventually.Async(async () => (await app.AskAsync(HttpMethod.Get, Reminder)).Status == 404, "the second was the last", cancellationToken: Cancelled);
    }

    [Theory]
    [OnEachSidecar]
    public async Task Only_the_app_that_hosts_a_type_has_reminders_of_it(Sidecars sidecars)
    {
        await using var platform = controlPlane.On(sidecars);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);

        var (status, body) = await app.AskAsync(HttpMethod.Put, "v1.0/actors/Penguin/1/reminders/wake", """{"dueTime":"0s"}""");

        Assert.Equal(403, status);
        Assert.Contains("ERR_ACTOR_REMINDER_NON_HOSTED", body, StringComparison.Ordinal);
        Assert.Equal(500, (await app.AskAsync(HttpMethod.Put, Reminder, """{"dueTime":"soon"}""")).Status);
    }
}
