using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>What Stripe says of the account, as far as passes depend on it.</summary>
internal sealed record StripeReading
{
    /// <summary>Why nothing could be read at all: Stripe is away, or takes no call of this key; null: something could.</summary>
    public string? Unread { get; init; }

    /// <summary>Whether it was the key that was refused.</summary>
    public bool KeyRefused { get; init; }

    /// <summary>What the key may not read.</summary>
    public IReadOnlyList<StripePermission> Refused { get; init; } = [];

    /// <summary>What the key may not write, of what is to be written.</summary>
    public IReadOnlyList<StripePermission> Unwritable { get; init; } = [];

    /// <summary>Where events go; null: they may not be listed.</summary>
    public IReadOnlyList<StripeEndpoint>? Endpoints { get; init; }

    /// <summary>All prices that can be bought, and those that <c>Membership:Plans</c> names beside; null: they may not be read.</summary>
    public IReadOnlyList<StripePrice>? Prices { get; init; }

    /// <summary>Products that <c>Membership:Plans</c> names and none of the prices has: the id, and whether they are sold.</summary>
    public IReadOnlyDictionary<string, bool> Products { get; init; } = new Dictionary<string, bool>();
}

/// <summary>A price, and what tells its tier.</summary>
/// <param name="Item">Its names, as the rules read them.</param>
/// <param name="Product">What it is called.</param>
/// <param name="Recurring">Whether it is paid again and again.</param>
/// <param name="Active">Whether it can be bought: the price and its product.</param>
/// <param name="Livemode">Whether real money is paid.</param>
internal sealed record StripePrice(PurchasedItem Item, string Product, bool Recurring, bool Active, bool Livemode);
