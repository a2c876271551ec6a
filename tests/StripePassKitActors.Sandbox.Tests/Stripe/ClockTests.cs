using StripePassKitActors.Sandbox.Stripe;
using StripePassKitActors.Sandbox.Stripe.Checkout;
using StripePassKitActors.Sandbox.Time;

namespace StripePassKitActors.Sandbox.Tests.Stripe;

public sealed class ClockTests
{
    private static readonly StripeSandboxOptions Alone = new() { WebhookUrl = null };

    [Fact]
    public void Moving_the_clock_has_everything_happen_that_is_due_on_the_way()
    {
        using var sandbox = new StripeSandbox(Alone, new MovableClock(TimeProvider.System));
        var subscription = Buy(sandbox);
        Assert.True(sandbox.Operations.CanMoveClock);
        var before = sandbox.Operations.Now;

        sandbox.Operations.MoveClock(TimeSpan.FromDays(63));

        Assert.True(sandbox.Operations.Now - before >= TimeSpan.FromDays(63));
        var paid = sandbox.Call("GET", "/v1/invoices", ("subscription", subscription), ("status", "paid"))["data"]!.AsArray();
        Assert.Equal(3, paid.Count);
    }

    [Fact]
    public void The_machines_clock_cannot_be_moved()
    {
        using var sandbox = new StripeSandbox(Alone, TimeProvider.System);

        Assert.False(sandbox.Operations.CanMoveClock);
        Assert.Throws<InvalidOperationException>(() => sandbox.Operations.MoveClock(TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task It_serves_several_threads_while_its_clock_is_moved()
    {
        using var sandbox = new StripeSandbox(Alone, new MovableClock(TimeProvider.System));
        var price = Price(sandbox);

        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Merchant.Stop, (number, _) =>
        {
            if (number % 4 == 0) sandbox.Operations.MoveClock(TimeSpan.FromHours(1));
            else Buy(sandbox, price);
            return ValueTask.CompletedTask;
        });

        sandbox.Operations.MoveClock(TimeSpan.FromDays(32));
        var paid = 0;
        for (string? last = null; ;)
        {
            var page = sandbox.Call("GET", "/v1/invoices", ("status", "paid"), ("limit", "7"), ("starting_after", last));
            paid += page["data"]!.AsArray().Count;
            if (!(bool)page["has_more"]!) break;
            last = (string)page["data"]!.AsArray()[^1]!["id"]!;
        }

        Assert.Equal(60, paid);
    }

    private static string Price(StripeSandbox sandbox) => (string)sandbox.Call(
        "POST", "/v1/prices", ("currency", "usd"), ("unit_amount", "1000"), ("recurring[interval]", "month"), ("product_data[name]", "Club"))["id"]!;

    private static string Buy(StripeSandbox sandbox, string? price = null)
    {
        var session = (string)sandbox.Call("POST", "/v1/checkout/sessions", ("mode", "subscription"), ("line_items[0][price]", price ?? Price(sandbox)))["id"]!;
        Assert.IsType<CheckoutResult.Complete>(sandbox.Operations.Pay(session, Cards.Good));
        return (string)sandbox.Call("GET", $"/v1/checkout/sessions/{session}")["subscription"]!;
    }
}
