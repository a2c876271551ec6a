namespace StripePassKitActors.Customers.PassKit;

/// <summary>A call that PassKit did not answer with success. The message is for operators; it is never logged, because it may quote the member's data.</summary>
/// <param name="fault">What follows from it.</param>
/// <param name="summary">What happened, in words of our own.</param>
/// <param name="quote">What PassKit said; null: nothing.</param>
/// <param name="retryAfter">How long PassKit asked to wait; null: it did not say.</param>
/// <param name="inner">What it came from.</param>
internal sealed class PassKitException(PassKitFault fault, string summary, string? quote = null, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(quote is null ? summary : $"{summary}: {quote}", inner)
{
    /// <summary>What follows from it.</summary>
    public PassKitFault Fault { get; } = fault;

    /// <summary>The message without PassKit's words: what a log may hold.</summary>
    public string Summary { get; } = summary;

    /// <summary>How long PassKit asked to wait; null: it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether PassKit said that it did nothing, and may do it another time: the set-up is refused, or there are too many calls.</summary>
    public bool NothingDone { get; init; }

    /// <summary>The tier that is not there; null: it is not that.</summary>
    public string? Tier { get; private init; }

    /// <summary>The same failure, seen to be the set-up's; of one tier, if it is named.</summary>
    public PassKitException OfSetUp(string? tier) =>
        new(PassKitFault.SetUp, tier is null ? Summary : $"{Summary} for the tier {tier}", quote, RetryAfter, this) { Tier = tier };
}
