namespace StripePassKitActors.Customers.Checkout;

/// <summary>What is known of checkout sessions, by their ids: whoever asks with one does not know the customer.</summary>
internal interface ICheckoutSessions
{
    /// <summary>Adds what is known of sessions to what was, in one call.</summary>
    /// <exception cref="PlainStateUnavailableException">None of it is known to be written.</exception>
    Task RememberAsync(IReadOnlyCollection<KeyValuePair<string, CheckoutSession>> sessions, CancellationToken cancellationToken = default);

    /// <summary>What is known of a session; null: nothing.</summary>
    /// <exception cref="PlainStateUnavailableException">It could not be read.</exception>
    Task<CheckoutSession?> FindAsync(string sessionId, CancellationToken cancellationToken = default);

    /// <summary>Forgets sessions, all in one call; those that nobody knows are no error.</summary>
    /// <exception cref="PlainStateUnavailableException">They may still be known.</exception>
    Task ForgetAsync(IReadOnlyCollection<string> sessionIds, CancellationToken cancellationToken = default);
}
