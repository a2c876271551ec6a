using StripePassKitActors.Simulation.Stories;

namespace StripePassKitActors.Simulation.Tests;

/// <summary>The real actors through whole lives of customers and everything that can go wrong. Whatever fails prints its story and how to repeat it.</summary>
public sealed class SimulationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    public async Task After_12_500_deliveries_every_pass_is_what_it_must_be_where_Stripe_can_be_read(int seed)
    {
        var summary = await Worlds.RunAsync(12_500, (ulong)seed, key: true, TestContext.Current.CancellationToken);

        Assert.True(summary.Failing is null, summary.Failing is { } failing ? Story.Of(failing) : "");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    public async Task After_12_500_deliveries_every_pass_is_what_it_must_be_without_a_key_but_for_ties_that_are_counted(int seed)
    {
        var summary = await Worlds.RunAsync(12_500, (ulong)seed, key: false, TestContext.Current.CancellationToken);

        Assert.True(summary.Failing is null, summary.Failing is { } failing ? Story.Of(failing) : "");
        Assert.True(summary.Ties > 0, "Nothing ever happened twice in one second: the worlds are too calm.");
    }

    [Fact]
    public void A_world_is_the_same_in_every_run()
    {
        var plan = WorldPlan.Of(5, key: true);

        var (one, other) = (Worlds.Run(plan), Worlds.Run(plan));

        Assert.True(one.Mischief.Count > 0);
        Assert.Equal(one.Mischief, other.Mischief);
        Assert.Equal((one.Turns, one.Deliveries, one.PassKitCalls), (other.Turns, other.Deliveries, other.PassKitCalls));
    }
}
