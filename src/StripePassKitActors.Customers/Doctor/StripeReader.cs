using System.Net;
using System.Text.Json;
using Stripe;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Customers.Connect;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Doctor;

/// <summary>Asks Stripe what is set up there. It changes nothing, and keeps nothing of any person.</summary>
/// <param name="calls">The app's own client, with its own key.</param>
/// <param name="webhooks">Where events go.</param>
/// <param name="tierKey">The metadata key that names a tier.</param>
/// <param name="time">Tells one try from another.</param>
internal sealed class StripeReader(StripeCalls calls, StripeWebhooks webhooks, string tierKey, TimeProvider time)
{
    private static readonly (string, string)[] One = [("limit", "1")];

    /// <param name="plans">What <c>Membership:Plans</c> names.</param>
    /// <param name="written">What the key must be allowed to write.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<StripeReading> ReadAsync(IReadOnlyCollection<string> plans, IReadOnlyCollection<StripePermission> written, CancellationToken cancellationToken)
    {
        List<StripePermission> refused = [];
        foreach (var permission in StripePermissions.Read)
        {
            try
            {
                await calls.PageAsync(permission.Resource, One, cancellationToken);
            }
            catch (StripeRefusedException no) when (no.Status == HttpStatusCode.Forbidden && !no.Message.Contains("account_invalid", StringComparison.Ordinal))
            {
                refused.Add(no.Permission is { } asked ? permission with { Name = asked } : permission); // Stripe knows best what it asks for
            }
            catch (StripeRefusedException all)
            {
                return new StripeReading { Unread = all.Message, KeyRefused = all.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden };
            }
            catch (StripeUnavailableException away)
            {
                return new StripeReading { Unread = away.Message };
            }
        }

        try
        {
            var read = new StripeReading { Refused = refused, Unwritable = await UnwritableAsync(written, cancellationToken), Endpoints = await EndpointsAsync(cancellationToken) };
            return refused.Exists(one => one.Resource is "prices" or "products") ? read : await WithPricesAsync(read, plans, cancellationToken);
        }
        catch (StripeException failure) when (failure is StripeRefusedException or StripeUnavailableException)
        {
            return new StripeReading { Unread = failure.Message };
        }
    }

    /// <summary>Nothing is written of an object that nobody has; whether it might be, Stripe judges first.</summary>
    private async Task<IReadOnlyList<StripePermission>> UnwritableAsync(IReadOnlyCollection<StripePermission> written, CancellationToken cancellationToken)
    {
        List<StripePermission> refused = [];
        foreach (var permission in written)
        {
            try
            {
                await calls.PostAsync(permission.Resource[..^1], permission.Resource, "nobody_whom_doctor_asks_for", [], $"doctor-{permission.Resource}-{time.GetUtcNow().Ticks}", cancellationToken);
            }
            catch (StripeRefusedException no) when (no.Status == HttpStatusCode.Forbidden)
            {
                refused.Add(no.Permission is { } asked ? permission with { Name = asked } : permission);
            }
        }

        return refused;
    }

    private async Task<IReadOnlyList<StripeEndpoint>?> EndpointsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await webhooks.ListAsync(cancellationToken);
        }
        catch (StripeRefusedException no) when (no.Status == HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    private async Task<StripeReading> WithPricesAsync(StripeReading read, IReadOnlyCollection<string> plans, CancellationToken cancellationToken)
    {
        List<StripePrice> prices = [.. (await calls.AllAsync("prices", [("active", "true"), ("expand[]", "data.product")], cancellationToken)).Select(price => Price(price.Json))];
        var products = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var plan in plans.Where(plan => !prices.Exists(price => Names(price.Item, plan))))
        {
            var found = await calls.GetAsync("price", "prices", plan, ["product"], cancellationToken) is { } one ? [one] : await ByLookupKeyAsync(plan, cancellationToken);
            if (found.Count > 0) prices.AddRange(found.Select(price => Price(price.Json)));
            else if (await calls.GetAsync("product", "products", plan, [], cancellationToken) is { } product) products[plan] = product.Json.Flag("active");
        }

        return read with { Prices = prices, Products = products };
    }

    // A lookup key stays with a price that is no longer sold.
    private Task<IReadOnlyList<StripeObject>> ByLookupKeyAsync(string key, CancellationToken cancellationToken) =>
        calls.AllAsync("prices", [("lookup_keys[]", key), ("active", "false"), ("expand[]", "data.product")], cancellationToken);

    /// <summary>Whether a name in <c>Membership:Plans</c> is one of this price's.</summary>
    public static bool Names(PurchasedItem item, string plan) => item.PriceId == plan || item.LookupKey == plan || item.ProductId == plan;

    private StripePrice Price(JsonElement price)
    {
        var product = price.Part("product");
        return new StripePrice(
            new PurchasedItem
            {
                PriceId = price.Text("id"),
                LookupKey = price.Text("lookup_key"),
                ProductId = price.Reference("product"),
                MetadataTier = price.Part("metadata")?.Text(tierKey),
                ProductTier = product?.Part("metadata")?.Text(tierKey),
            },
            product?.Text("name") ?? price.Reference("product") ?? "",
            price.Part("recurring") is { ValueKind: JsonValueKind.Object },
            price.Flag("active") && product?.Part("active") is not { ValueKind: JsonValueKind.False },
            price.Flag("livemode"));
    }
}
