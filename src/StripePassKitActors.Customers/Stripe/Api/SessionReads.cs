using System.Text.Json;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Checkout sessions, with what they sold and what became of the payment.</summary>
internal sealed class SessionReads(StripeCalls calls, ChargeReads charges)
{
    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string id, CancellationToken budget)
    {
        string[] expand = ["line_items.data.price.product", "payment_intent.latest_charge"];
        if (await calls.GetAsync("checkout.session", "checkout/sessions", id, expand, budget) is not { } session) return [];
        var sold = calls.CompleteAsync(session, "line_items", $"checkout/sessions/{Uri.EscapeDataString(id)}/line_items", [("expand[]", "data.price.product")], budget);
        return session.Json.Part("payment_intent")?.Part("latest_charge") is { ValueKind: JsonValueKind.Object } charge && ChargeReads.IsRefundedOrDisputed(charge)
            ? [.. await charges.ReadAsync(charge.Text("id")!, budget), await sold]
            : [await sold];
    }

    /// <summary>What was paid once, of the newest. A list shows no lines: those would be five levels deep.</summary>
    public async Task<IEnumerable<StripeObject>> PurchasesOfAsync((string Name, string Value) customer, CancellationToken budget) =>
        await calls.PageAsync("checkout/sessions", [customer, ("status", "complete"), ("limit", StripeLists.Newest)], budget) is { } page ? StripeCalls.Objects(page).Where(IsPurchase) : [];

    private static bool IsPurchase(StripeObject session) => session.Json.Text("mode") == "payment" && session.Json.Text("payment_status") is "paid" or "no_payment_required";
}
