using StripePassKitActors.Core.Membership;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Subscriptions, with the products of their prices, and what is owed for those past due.</summary>
internal sealed class SubscriptionReads(StripeCalls calls, InvoiceReads invoices)
{
    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string id, CancellationToken budget)
    {
        if (await calls.GetAsync("subscription", "subscriptions", id, ["items.data.price.product"], budget) is not { } found) return [];
        var subscription = await calls.CompleteAsync(
            found, "items", "subscription_items", [("subscription", id), ("expand[]", "data.price.product")], budget);
        return found.Json.Text("status") == SubscriptionStatus.PastDue ? [subscription, .. await invoices.OpenOfAsync(id, budget)] : [subscription];
    }

    /// <summary>All of a customer. A list cannot show products, which would be five levels deep, so that those which still run are read one by one.</summary>
    public async Task<IReadOnlyList<StripeObject>> OfCustomerAsync((string Name, string Value) customer, CancellationToken budget)
    {
        var all = await calls.AllAsync("subscriptions", [customer, ("status", "all")], budget);
        return [.. (await StripeCalls.EachAsync(all, async one => HasEnded(one) ? [one] : await ReadAsync(one.Id, budget))).SelectMany(read => read)];
    }

    private static bool HasEnded(StripeObject subscription) => subscription.Json.Text("status") is SubscriptionStatus.Canceled or SubscriptionStatus.IncompleteExpired;
}
