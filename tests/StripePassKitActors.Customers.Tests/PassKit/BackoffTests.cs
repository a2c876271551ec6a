using StripePassKitActors.Customers.PassKit;
using StripePassKitActors.Customers.Tests.Support;

namespace StripePassKitActors.Customers.Tests.PassKit;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 1.5, 2.5)]
    [InlineData(3, 12, 20)]
    [InlineData(9, 675, 1125)]
    [InlineData(500, 675, 1125)] // after days of an outage
    [InlineData(int.MaxValue, 675, 1125)]
    public void A_wait_doubles_up_to_a_quarter_of_an_hour_however_many_attempts_failed(int attempts, double shortest, double longest)
    {
        var random = new Random(20261124);

        for (var i = 0; i < 100; i++)
            Assert.InRange(Backoff.After(attempts, random), TimeSpan.FromSeconds(shortest), TimeSpan.FromSeconds(longest));
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("0", 0)]
    [InlineData("86400", 3600)] // nobody waits for longer than an hour
    [InlineData("Tue, 24 Nov 2026 12:01:30 GMT", 90)] // by PassKit's clock, not by ours
    [InlineData("Tue, 24 Nov 2026 11:59:00 GMT", 0)]
    [InlineData("Wed, 25 Nov 2026 12:00:00 GMT", 3600)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void PassKit_asks_to_wait_for_seconds_or_until_a_date(string? header, int? seconds)
    {
        TimeSpan? expected = seconds is { } wait ? TimeSpan.FromSeconds(wait) : null;

        Assert.Equal(expected, BindingTransport.RetryAfter(header, PassKitWorld.Start));
    }

    [Fact]
    public void A_date_to_wait_until_says_nothing_where_PassKit_does_not_say_what_time_it_is() =>
        Assert.Null(BindingTransport.RetryAfter("Tue, 24 Nov 2026 12:01:30 GMT", null));
}
