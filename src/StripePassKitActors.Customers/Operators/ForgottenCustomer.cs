namespace StripePassKitActors.Customers.Operators;

/// <summary>What was removed of a customer (rule B10).</summary>
/// <param name="CustomerId">Who was forgotten.</param>
/// <param name="ForgottenAt">When: only what Stripe made later is taken from now on.</param>
/// <param name="MemberDeleted">Whether there was a member in PassKit.</param>
/// <param name="Charges">How many charges were known.</param>
/// <param name="Subscriptions">How many subscriptions were known.</param>
/// <param name="DeadLetters">How many dead letters were the customer's.</param>
/// <param name="StripeMetadataLeft">Why what was written into the customer's metadata in Stripe still stands there, to be cleared by hand; null: it does not.</param>
public sealed record ForgottenCustomer(string CustomerId, DateTimeOffset ForgottenAt, bool MemberDeleted, int Charges, int Subscriptions, int DeadLetters, string? StripeMetadataLeft);
