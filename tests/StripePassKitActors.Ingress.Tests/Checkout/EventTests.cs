using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using StripePassKitActors.Hosting;

namespace StripePassKitActors.Ingress.Tests.Checkout;

public sealed class EventTests
{
    private const string Events = "/checkout/events?session_id=cs_test_a1B2c3";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_is_told_each_change_once_and_the_end()
    {
        await using var app = await IngressApp.StartAsync();
        var states = new Queue<CheckoutState>([CheckoutState.Waiting, CheckoutState.Waiting, CheckoutState.Making, CheckoutState.Making, CheckoutState.Making]);
        app.Customers.Answer = () => states.TryDequeue(out var state) ? BoughtPass.Of(state) : new BoughtPass(CheckoutState.Ready, AnsweringCustomers.PassUrl, Settled: true);

        using var answer = await app.GetAsync(Events);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal([("pass", "waiting", null), ("pass", "making", null), ("pass", "ready", AnsweringCustomers.PassUrl), ("end", "ready", AnsweringCustomers.PassUrl)], await ReadAsync(answer));
    }

    [Fact]
    public async Task Who_waits_for_five_minutes_hears_from_time_to_time_that_nothing_changed_and_then_the_end()
    {
        await using var app = await IngressApp.StartAsync();
        app.Customers.Answer = () => BoughtPass.Of(CheckoutState.Pending);
        var begun = app.Clock.GetUtcNow();

        using var answer = await app.GetAsync(Events);
        var told = await ReadAsync(answer);

        var waited = app.Clock.GetUtcNow() - begun;
        Assert.InRange(waited, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.1));
        Assert.Equal(("end", "pending", null), told[^1]);
        Assert.All(told.Take(told.Count - 1), one => Assert.Equal(("pass", "pending", null), one));
        Assert.InRange(told.Count, 13, 17); // every 20 to 23 seconds
        Assert.InRange(app.Customers.Asked.Count, 110, 130); // every second for half a minute, then every third
    }

    [Fact]
    public async Task A_stopping_app_does_not_wait_for_open_pages()
    {
        await using var app = await IngressApp.StartStandingAsync(); // the page stays open
        app.Customers.Answer = () => BoughtPass.Of(CheckoutState.Making);
        using var answer = await app.GetAsync(Events);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        using var reader = new StreamReader(stream);
        Assert.NotNull(await reader.ReadLineAsync(Cancel));

        await app.StopAsync();

        // Cut off, as it would be if the app waited for it in vain, it could not be read to its end.
        await reader.ReadToEndAsync(Cancel);
    }

    [Fact]
    public async Task What_is_no_session_has_no_events()
    {
        await using var app = await IngressApp.StartAsync();

        using var answer = await app.GetAsync("/checkout/events?session_id=cus_1");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<IReadOnlyList<(string Type, string? State, string? Url)>> ReadAsync(HttpResponseMessage answer)
    {
        List<(string, string?, string?)> told = [];
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancel))
        {
            var pass = JsonElement.Parse(item.Data);
            told.Add((item.EventType, pass.GetProperty("state").GetString(), pass.GetProperty("url").GetString()));
        }

        return told;
    }
}
