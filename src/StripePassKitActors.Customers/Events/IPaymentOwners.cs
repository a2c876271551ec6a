namespace StripePassKitActors.Customers.Events;

/// <summary>Whose a payment is, by its payment intent (<c>pi_…</c>) or else its charge; and whose a linked member is (<c>member-…</c>).</summary>
internal interface IPaymentOwners
{
    /// <summary>Writes owners down, all in one call and whatever was known before; those that this process has just written are left out.</summary>
    /// <param name="owners">Customer ids by payment.</param>
    /// <param name="cancellationToken">Ends the waiting; the owners may be written all the same.</param>
    /// <exception cref="PlainStateUnavailableException">None of them is known to be written.</exception>
    Task RememberAsync(IReadOnlyDictionary<string, string> owners, CancellationToken cancellationToken = default);

    /// <summary>The id of the customer who made a payment; null: nobody said.</summary>
    /// <exception cref="PlainStateUnavailableException">It could not be read.</exception>
    Task<string?> FindAsync(string payment, CancellationToken cancellationToken = default);

    /// <summary>Forgets whose these payments are, all in one call; those that nobody knows are no error.</summary>
    /// <exception cref="PlainStateUnavailableException">They may still be known.</exception>
    Task ForgetAsync(IReadOnlyCollection<string> payments, CancellationToken cancellationToken = default);
}
