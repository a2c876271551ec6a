using Dapr.Actors;

namespace StripePassKitActors.Customers.Catalogue;

/// <summary>A price or a product whose holders are to be told that it changed. Never throws: what failed is in the answer.</summary>
public interface ICatalogueActor : IActor
{
    /// <summary>Takes it that the price or product changed; those who hold it are told from then on, a few at a time. It can be repeated.</summary>
    Task<CatalogueAnswer> ChangedAsync(CatalogueChange change);
}

/// <summary>A change of a price or a product.</summary>
/// <param name="EventId">The event that told it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Kind"><c>price</c> or <c>product</c>.</param>
/// <param name="Id">Stripe's id of it.</param>
public sealed record CatalogueChange(string EventId, string Type, string Kind, string Id);

/// <summary>What became of a turn.</summary>
/// <param name="Failure">Why nothing was saved; null: all was.</param>
public sealed record CatalogueAnswer(string? Failure);
