using System.Collections.Immutable;

namespace StripePassKitActors.Customers.Catalogue;

/// <summary>How far those who hold a price or a product have been told of its newest change.</summary>
/// <param name="Change">The change.</param>
/// <param name="Number">Of this walk: a later one tells the same customers anew, even if it is of an event that came before.</param>
internal sealed record CatalogueWalk(CatalogueChange Change, int Number)
{
    /// <summary>The prices that are left, the one that is walked first; null: they are yet to be listed.</summary>
    public ImmutableArray<string>? Prices { get; init; }

    /// <summary>The last subscription of the first price that was told; null: none.</summary>
    public string? After { get; init; }

    /// <summary>Failed attempts in a row.</summary>
    public int Attempts { get; init; }

    /// <summary>The next step, UTC; null: all are told.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The event by which a subscription's customer is told: the same whenever a step is repeated.</summary>
    public string EventIdOf(string subscriptionId) => $"{Change.EventId}-{Number}-{subscriptionId}";

    /// <summary>After a step that did what it had to.</summary>
    public CatalogueWalk On(ImmutableArray<string> prices, string? after, DateTimeOffset next) =>
        this with { Prices = prices, After = after, Attempts = 0, NextAt = prices.IsEmpty ? null : next };
}
