using System.Text.Json;
using System.Text.Json.Nodes;

namespace StripePassKitActors.Customers.Stripe.Api;

/// <summary>Invoices, with the payments that were tried for them and what they are for.</summary>
internal sealed class InvoiceReads(StripeCalls calls, ChargeReads charges)
{
    public async Task<IReadOnlyList<StripeObject>> ReadAsync(string id, CancellationToken budget)
    {
        if (await calls.GetAsync("invoice", "invoices", id, ["payments"], budget) is not { } found) return [];
        var invoice = await WithPaymentsAsync(found, budget);
        if (found.Json.Text("status") == "open") invoice = invoice with { FirstFailedAt = await FirstFailedAsync(invoice, budget) };
        if (IsOfSubscription(found)) return [invoice];

        var payments = IntentsOf(invoice).Append(invoice.Json.Reference("payment_intent")).Where(StripeCalls.IsId).Distinct().ToList();
        var undone = await StripeCalls.EachAsync(payments, payment => charges.RefundedOrDisputedOfAsync(payment, budget));
        return [.. undone.SelectMany(read => read), await WithPricesAsync(invoice, budget)];
    }

    /// <summary>What is owed for a subscription; the oldest tells when its first payment failed (rule B5).</summary>
    public async Task<IReadOnlyList<StripeObject>> OpenOfAsync(string subscriptionId, CancellationToken budget)
    {
        var open = await calls.AllAsync("invoices", [("subscription", subscriptionId), ("status", "open"), ("expand[]", "data.payments")], budget);
        if (open.MinBy(invoice => invoice.Json.Moment("created")) is not { } oldest) return [];
        var told = await WithPaymentsAsync(oldest, budget);
        return [told with { FirstFailedAt = await FirstFailedAsync(told, budget) }, .. open.Where(invoice => invoice != oldest)];
    }

    /// <summary>What was paid outside a subscription, of the newest. A list shows prices by their ids alone.</summary>
    public async Task<IEnumerable<StripeObject>> PurchasesOfAsync((string Name, string Value) customer, CancellationToken budget) =>
        await calls.PageAsync("invoices", [customer, ("status", "paid"), ("limit", StripeLists.Newest)], budget) is { } page ? StripeCalls.Objects(page).Where(invoice => !IsOfSubscription(invoice)) : [];

    private static bool IsOfSubscription(StripeObject invoice) =>
        (invoice.Json.Part("parent")?.Part("subscription_details")?.Reference("subscription") ?? invoice.Json.Reference("subscription")) is not null;

    private static IEnumerable<JsonElement> Payments(StripeObject invoice) => invoice.Json.Listed("payments").Select(row => row.Part("payment")).OfType<JsonElement>();

    private static IEnumerable<string?> IntentsOf(StripeObject invoice) => Payments(invoice).Select(payment => payment.Reference("payment_intent")).Where(StripeCalls.IsId);

    private Task<StripeObject> WithPaymentsAsync(StripeObject invoice, CancellationToken budget) =>
        calls.CompleteAsync(invoice, "payments", "invoice_payments", [("invoice", invoice.Id)], budget);

    private async Task<DateTimeOffset?> FirstFailedAsync(StripeObject invoice, CancellationToken budget)
    {
        var intents = IntentsOf(invoice).Distinct().ToList();
        var single = Payments(invoice).Select(payment => payment.Reference("charge")).Where(StripeCalls.IsId).Distinct().ToList();
        var tried = await StripeCalls.EachAsync(intents, intent => calls.AllAsync("charges", [("payment_intent", intent!)], budget));
        var others = await StripeCalls.EachAsync(single, charge => calls.GetAsync("charge", "charges", charge, [], budget));
        return tried.SelectMany(charges => charges).Concat(others.OfType<StripeObject>())
            .Where(charge => charge.Json.Text("status") == "failed")
            .Min(charge => charge.Json.Moment("created"));
    }

    // In lines the price is four levels deep already, and its product would be five: prices are read on their own, each once.
    private async Task<StripeObject> WithPricesAsync(StripeObject invoice, CancellationToken budget)
    {
        var whole = await calls.CompleteAsync(invoice, "lines", $"invoices/{Uri.EscapeDataString(invoice.Id)}/lines", [], budget);
        var ids = whole.Json.Listed("lines").Select(PriceOf).Where(StripeCalls.IsId).Distinct().ToList();
        var prices = (await StripeCalls.EachAsync(ids, id => calls.GetAsync("price", "prices", id, ["product"], budget)))
            .OfType<StripeObject>().ToDictionary(price => price.Id, price => price.Json, StringComparer.Ordinal);
        if (prices.Count == 0) return whole;

        var lines = JsonObject.Create(whole.Json.Part("lines")!.Value)!;
        foreach (var line in lines["data"]!.AsArray())
            if (PriceOf(JsonSerializer.SerializeToElement(line)) is { } id && prices.TryGetValue(id, out var price)) line!["pricing"]!["price_details"]!["price"] = JsonObject.Create(price);
        return whole.With("lines", lines);
    }

    private static string? PriceOf(JsonElement line) => line.Part("pricing")?.Part("price_details")?.Reference("price");
}
