using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using StripePassKitActors.Service.Tests.Facts;
using StripePassKitActors.Service.Tests.Harness;

namespace StripePassKitActors.Service.Tests.Development;

/// <summary>A clock that stands still until it is moved: nothing else makes reminders and retries come.</summary>
public sealed class MovedClock
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reminder_in_a_year_fires_when_the_clock_is_moved_there_and_missed_rounds_are_not_made_up_for()
    {
        var clock = new FakeTimeProvider(Start);
        await using var platform = new DevelopmentPlatform(clock);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled);
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/reminders/year", """{"dueTime":"8760h","period":"1h"}""");
        await app.AskAsync(HttpMethod.Put, "v1.0/actors/Parrot/1/reminders/day", """{"dueTime":"24h"}""");

        await MoveUntilAsync(clock, TimeSpan.FromHours(1), () => app.To("/actors/Parrot/1/method/remind/day").Count == 1, "the day comes");
        Assert.Empty(app.To("/actors/Parrot/1/method/remind/year"));

        clock.Advance(TimeSpan.FromDays(365));
        await app.CalledAsync("/actors/Parrot/1/method/remind/year", 1, Cancelled);
        await MoveUntilAsync(clock, TimeSpan.FromMinutes(10), () => app.To("/actors/Parrot/1/method/remind/year").Count == 2, "the next round comes");
        Assert.InRange(clock.GetUtcNow() - Start, TimeSpan.FromDays(366) + TimeSpan.FromHours(1), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task An_entry_that_is_wanted_again_waits_for_the_clock()
    {
        var clock = new FakeTimeProvider(Start);
        await using var platform = new DevelopmentPlatform(clock);
        await using var app = await ScriptedApp.StartAsync(platform, Cancelled, (_, yaml) => yaml.Replace("duration: 2s", "duration: 24h", StringComparison.Ordinal));
        app.Answer = call => Task.FromResult(app.To(call.Path).Count == 1 ? Results.StatusCode(500) : Results.Json(new
        {
            statuses = call.Json["entries"]!.AsArray().Select(entry => new { entryId = (string?)entry!["entryId"], status = "SUCCESS" }),
        }));
        await app.AskAsync(HttpMethod.Post, "v1.0/publish/pubsub/stripe-events", "1");
        await app.CalledAsync("/events/stripe", 1, Cancelled);

        await MoveUntilAsync(clock, TimeSpan.FromHours(1), () => app.To("/events/stripe").Count == 2, "it comes again");
        Assert.InRange(clock.GetUtcNow() - Start, TimeSpan.FromHours(24), TimeSpan.MaxValue);
    }

    /// <summary>Moves on step by step: what waits has perhaps not begun to.</summary>
    private static Task MoveUntilAsync(FakeTimeProvider clock, TimeSpan step, Func<bool> done, string because) => Eventually.Async(
        () =>
        {
            if (done()) return Task.FromResult(true);
            clock.Advance(step);
            return Task.FromResult(false);
        },
        because,
        cancellationToken: Cancelled);
}
