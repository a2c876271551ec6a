using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Core.Tests;

public sealed class PendingReadsTests
{
    private static readonly PendingReads Reads = new() { Objects = [new StripeReference("charge", "ch_1")], Customer = true, Attempts = 2, NextAttempt = Given.Now };

    [Fact]
    public void F2_What_is_yet_to_be_read_is_the_same_where_it_says_the_same_and_differs_by_each_part_of_it()
    {
        Assert.Equal(Reads, Reads with { Objects = [new StripeReference("charge", "ch_1")] });
        Assert.Equal(Reads.GetHashCode(), (Reads with { Objects = [new StripeReference("charge", "ch_1")] }).GetHashCode());
        PendingReads[] others =
        [
            Reads with { Objects = [new StripeReference("charge", "ch_2")] }, Reads with { Objects = [] }, Reads with { Customer = false }, Reads with { Attempts = 3 },
            Reads with { NextAttempt = null },
        ];
        Assert.All(others, other => Assert.NotEqual(Reads, other));
        Assert.False(Reads.Equals(null));
    }
}
