using System.Collections.Immutable;

namespace StripePassKitActors.Core.Customers;

/// <summary>A Stripe customer: a person, and the merchant's word about them.</summary>
public sealed record CustomerFact : Fact
{
    /// <summary>Null when Stripe knows none.</summary>
    public string? Name { get; init; }

    /// <summary>Null when Stripe knows none.</summary>
    public string? Email { get; init; }

    /// <summary>Null when Stripe knows none.</summary>
    public string? Phone { get; init; }

    /// <summary>Whether the customer was deleted in Stripe, for good.</summary>
    public bool Deleted { get; init; }

    /// <summary>Only the metadata that a setting or rule B9 reads; never the rest.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What it says but of the person, and of the merchant's word about them.</summary>
    public CustomerFact WithoutPerson() => this with { Name = null, Email = null, Phone = null, Metadata = Metadata.Clear() };

    /// <inheritdoc />
    public override bool IsTerminal => Deleted;
}
