namespace StripePassKitActors.Customers.PassKit;

/// <summary>A call that PassKit did not answer with success. The message is for operators; it is never logged, because it may quote the member's data.</summary>
internal sealed class PassKitException(PassKitFault fault, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What follows from it.</summary>
    public PassKitFault Fault { get; } = fault;

    /// <summary>How long PassKit asked to wait; null: it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
