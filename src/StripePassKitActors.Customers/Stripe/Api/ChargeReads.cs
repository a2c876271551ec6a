using System.Text.Json;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Charges, with all that was given back and all that is contested.</summary>
internal sealed class ChargeReads(StripeCalls calls)
{
    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string id, CancellationToken budget) =>
        await calls.GetAsync("charge", "charges", id, ["refunds"], budget) is { } charge ? await WithAllAsync(charge, contested: false, budget) : [];

    /// <summary>The charge that a refund or a dispute is of, and all of its own; the object itself, if it has none.</summary>
    public async Task<IReadOnlyList<StripeObject>> OfAsync(string kind, string resource, string id, CancellationToken budget)
    {
        if (await calls.GetAsync(kind, resource, id, ["charge.refunds"], budget) is not { } found) return [];
        return found.Json.Part("charge") is { } charge && charge.Text("object") == "charge"
            ? await WithAllAsync(new StripeObject("charge", charge, found.At), contested: kind == "dispute", budget)
            : [found];
    }

    public async Task<IReadOnlyList<StripeObject>> NewestOfAsync(string customerId, CancellationToken budget)
    {
        if (await calls.PageAsync("charges", [("customer", customerId), ("limit", StripeLists.Newest), ("expand[]", "data.refunds")], budget) is not { } page) return [];
        var charges = StripeCalls.Objects(page).ToList();
        return [.. (await StripeCalls.EachAsync(charges, charge => WithAllAsync(charge, contested: false, budget))).SelectMany(all => all)];
    }

    /// <summary>The charges of a payment that were refunded, in part too, or disputed, each with all of that.</summary>
    public async Task<IReadOnlyList<StripeObject>> RefundedOrDisputedOfAsync(string? paymentIntent, CancellationToken budget)
    {
        if (!StripeCalls.IsId(paymentIntent)) return [];
        var all = await calls.AllAsync("charges", [("payment_intent", paymentIntent!), ("expand[]", "data.refunds")], budget);
        return [.. (await StripeCalls.EachAsync([.. all.Where(charge => IsRefundedOrDisputed(charge.Json))], charge => WithAllAsync(charge, contested: false, budget))).SelectMany(read => read)];
    }

    /// <summary>Whether a charge was refunded, in part too, or disputed.</summary>
    public static bool IsRefundedOrDisputed(JsonElement charge) =>
        charge.Flag("disputed") || (charge.Part("amount_refunded") is { ValueKind: JsonValueKind.Number } refunded && refunded.TryGetInt64(out var amount) && amount > 0);

    private async Task<IReadOnlyList<StripeObject>> WithAllAsync(StripeObject charge, bool contested, CancellationToken budget)
    {
        var whole = await calls.CompleteAsync(charge, "refunds", "refunds", [("charge", charge.Id)], budget);
        return contested || charge.Json.Flag("disputed") ? [whole, .. await calls.AllAsync("disputes", [("charge", charge.Id)], budget)] : [whole];
    }
}
