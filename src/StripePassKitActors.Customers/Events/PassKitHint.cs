namespace StripePassKitActors.Customers.Events;

/// <summary>What a webhook of PassKit's is taken for: a hint that something happened to a member, and nothing more.</summary>
/// <param name="MemberId">The member; null: it named none.</param>
/// <param name="ExternalId">The member's external id: whose it most likely is; null: it named none.</param>
/// <param name="Event">PassKit's word for what happened; it decides nothing.</param>
internal sealed record PassKitHint(string? MemberId, string? ExternalId, string? Event);
