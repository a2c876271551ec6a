using StripePassKitActors.Customers.PassKit;

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
}
