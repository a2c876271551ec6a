using StripePassKitActors.Core.Customers;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>What is written to Stripe: metadata, and nothing else.</summary>
internal interface IStripeMetadata
{
    /// <summary>Writes keys of an object's metadata and leaves the others alone; false: Stripe knows no such object.</summary>
    /// <param name="write">The object and its keys.</param>
    /// <param name="idempotencyKey">
    /// Of this attempt alone: Stripe answers the same key with what it answered first for a day, a failure of its own included.
    /// </param>
    /// <param name="budget">Ends with the turn's time for outward calls.</param>
    /// <exception cref="StripeUnavailableException">Whether it was written is not known.</exception>
    /// <exception cref="StripeRefusedException">It was not written, and will not be as things stand.</exception>
    Task<bool> WriteAsync(StripeMetadataWrite write, string idempotencyKey, CancellationToken budget);
}
