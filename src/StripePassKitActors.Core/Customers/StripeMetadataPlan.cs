using System.Collections.Immutable;
using System.Globalization;
using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Core.Customers;

/// <summary>
/// From what was last written into Stripe's metadata and what it should show to what is to be written (rule S1). Only keys whose value differs from
/// what we last wrote: whoever edits one keeps their word until ours changes, and the events that our own writing causes change nothing.
/// </summary>
public static class StripeMetadataPlan
{
    private const string Customer = "customer";
    private const string Subscription = "subscription";

    /// <summary>What is to be written; empty: nothing differs. Guests and deleted customers have nothing to write to.</summary>
    /// <param name="state">The customer, after the sync.</param>
    /// <param name="entitlement">What the pass shows by now.</param>
    /// <param name="url">Where the holder gets the pass; null: it is not known.</param>
    /// <param name="keys">The merchant's choice of keys.</param>
    public static ImmutableArray<StripeMetadataWrite> Of(CustomerState state, Entitlement entitlement, string? url, StripeMetadataKeys keys)
    {
        var known = state.StripeMetadata ?? StripeMetadata.Nothing;
        return
        [
            .. from one in Objects(state)
               let wanted = one.Kind == Customer ? OfCustomer(state, entitlement, url, keys) : OfSubscription(state, url, keys)
               let write = Differing(one, wanted, known)
               where !write.Values.IsEmpty
               select write,
        ];
    }

    /// <summary>What takes away all that was ever written and still stands, or may stand (rule B10).</summary>
    /// <param name="state">Who is forgotten.</param>
    /// <param name="keys">The merchant's choice of keys; null: nothing can have been written that is not known.</param>
    public static ImmutableArray<StripeMetadataWrite> Clearing(CustomerState state, StripeMetadataKeys? keys)
    {
        if (state.Customer is { Deleted: true }) return [];

        var known = state.StripeMetadata ?? StripeMetadata.Nothing;
        var unsure = keys is null ? [] : state.Underway ? known.Unsure.Union(ObjectsOf(state)) : known.Unsure;
        return
        [
            .. from id in known.Written.Keys.Union(unsure).Order(StringComparer.Ordinal)
               let kind = id == state.CustomerId ? Customer : Subscription
               let held = known.Written.GetValueOrDefault(id)?.Keys ?? []
               let names = unsure.Contains(id) ? held.Union(kind == Customer ? keys!.Names : keys!.Url is { } url ? [url] : []) : held
               where names.Any()
               select new StripeMetadataWrite(kind, id, names.ToImmutableSortedDictionary(name => name, _ => "", StringComparer.Ordinal)),
        ];
    }

    /// <summary>Ids of the objects that are written to.</summary>
    public static ImmutableSortedSet<string> ObjectsOf(CustomerState state) => [.. Objects(state).Select(one => one.Id)];

    private static IEnumerable<StripeReference> Objects(CustomerState state)
    {
        if (state.IsGuest || state.IsForgotten || state.Customer is { Deleted: true }) return [];

        var customer = state.IsAccount ? Array.Empty<StripeReference>() : [new StripeReference(Customer, state.CustomerId)];
        return customer.Concat(state.Subscriptions.Where(subscription => !subscription.IsTerminal).Select(subscription => new StripeReference(Subscription, subscription.Id)));
    }

    private static StripeMetadataWrite Differing(StripeReference one, ImmutableSortedDictionary<string, string> wanted, StripeMetadata known)
    {
        var held = known.Written.GetValueOrDefault(one.Id) ?? ImmutableSortedDictionary<string, string>.Empty;

        // A key that was renamed or turned off is taken away.
        var all = wanted.AddRange(held.Keys.Except(wanted.Keys).Select(key => KeyValuePair.Create(key, "")));
        return new StripeMetadataWrite(
            one.Kind, one.Id, known.Unsure.Contains(one.Id) ? all : all.RemoveRange(all.Where(pair => held.GetValueOrDefault(pair.Key, "") == pair.Value).Select(pair => pair.Key)));
    }

    private static ImmutableSortedDictionary<string, string> OfCustomer(CustomerState state, Entitlement entitlement, string? url, StripeMetadataKeys keys)
    {
        var pass = state.Pass;
        return Named(
            pass.MemberId is not null,
            (keys.MemberId, pass.MemberId),
            (keys.Url, url),
            (keys.Tier, entitlement.Tier?.Id ?? pass.Told?.Tier),
            (keys.Status, entitlement.Status.ToString().ToLowerInvariant()),
            (keys.InstalledAt, Moment(pass.InstalledAt)),
            (keys.RemovedAt, Moment(pass.RemovedAt)));
    }

    private static ImmutableSortedDictionary<string, string> OfSubscription(CustomerState state, string? url, StripeMetadataKeys keys) =>
        Named(state.Pass.MemberId is not null, (keys.Url, url));

    private static ImmutableSortedDictionary<string, string> Named(bool isThere, params (string? Key, string? Value)[] values) => values
        .Where(pair => pair.Key is not null)
        .ToImmutableSortedDictionary(pair => pair.Key!, pair => isThere ? pair.Value ?? "" : "", StringComparer.Ordinal);

    private static string? Moment(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
