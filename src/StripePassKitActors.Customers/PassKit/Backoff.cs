namespace StripePassKitActors.Customers.PassKit;

/// <summary>How long a sync waits for its next attempt: doubling from two seconds to a quarter of an hour, each a quarter more or less.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>After so many failed attempts before the one that failed now.</summary>
    public static TimeSpan After(int attempts, Random random) => Jitter(First * Math.Pow(2, Math.Min(attempts, 20)), random);

    /// <summary>While a person must mend the set-up (rule P7).</summary>
    public static TimeSpan SetUp(Random random) => Jitter(Longest, random);

    /// <summary>
    /// No sooner than somebody asked (null: nobody did), and then up to a half later: all who were asked would come back at the same instant.
    /// </summary>
    public static TimeSpan NoSoonerThan(TimeSpan? asked, TimeSpan wait, Random random) =>
        asked is { } longer && longer * (1 + (random.NextDouble() / 2)) is var spread && spread > wait ? spread : wait;

    private static TimeSpan Jitter(TimeSpan wait, Random random) => (wait < Longest ? wait : Longest) * (0.75 + (random.NextDouble() / 2));
}
