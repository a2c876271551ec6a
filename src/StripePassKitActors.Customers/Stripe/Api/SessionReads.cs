namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Checkout sessions, with what they sold and when it was charged.</summary>
internal sealed class SessionReads(StripeCalls calls)
{
    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string id, CancellationToken budget)
    {
        string[] expand = ["line_items.data.price.product", "payment_intent.latest_charge"];
        if (await calls.GetAsync("checkout.session", "checkout/sessions", id, expand, budget) is not { } session) return [];
        return [await calls.CompleteAsync(session, "line_items", $"checkout/sessions/{Uri.EscapeDataString(id)}/line_items", [("expand[]", "data.price.product")], budget)];
    }

    /// <summary>What was paid once, the newest that are not known. A list shows no lines: those would be five levels deep.</summary>
    public Task<IReadOnlyList<StripeObject>> NewestOfAsync((string Name, string Value) customer, IReadOnlySet<string> known, CancellationToken budget) =>
        calls.NewestAsync("checkout/sessions", [customer, ("status", "complete")], session => IsPurchase(session) && !known.Contains(session.Id), ReadAsync, budget);

    private static bool IsPurchase(StripeObject session) => session.Json.Text("mode") == "payment" && session.Json.Text("payment_status") is "paid" or "no_payment_required";
}
