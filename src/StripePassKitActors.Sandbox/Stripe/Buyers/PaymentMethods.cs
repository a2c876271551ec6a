using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Buyers;

/// <summary>Cards, and whose they are.</summary>
internal sealed class PaymentMethods(Account account)
{
    private const string NamedCard = "pm_card_";

    public JsonObject Create(Form form)
    {
        if (form.Required("type") != "card") throw StripeFault.Invalid("The sandbox knows cards only.", "type");
        var said = form.Within("card");
        var made = Make(TestCard.Named(said.Required("number")));
        var billing = made["billing_details"]!.AsObject();
        form.Within("billing_details").CopyTo(billing, "email", "name", "phone");
        form.MetadataTo(made);
        return made;
    }

    public JsonObject Make(TestCard card)
    {
        var made = account.Make("payment_method", "pm");
        var shown = made["card"]!.AsObject();
        shown["last4"] = card.Last4;
        shown["brand"] = card.Brand;
        shown["display_brand"] = card.Brand;
        shown["networks"]!["available"] = new JsonArray(card.Brand);
        shown["fingerprint"] = StripeIds.Make("card", 0, long.Parse(card.Number, CultureInfo.InvariantCulture))[5..21];
        return made;
    }

    /// <summary>The payment method that a parameter names, Stripe's ready-made ones included: each use of those is a new one.</summary>
    public JsonObject Named(string id, string param) =>
        id.StartsWith(NamedCard, StringComparison.Ordinal)
            ? Make(TestCard.OfAlias(id[NamedCard.Length..]) ?? throw StripeFault.Invalid($"No such PaymentMethod: '{id}'", param, "resource_missing"))
            : account.Named("payment_method", id, param);

    public JsonObject Attach(string id, string customer)
    {
        account.Named("customer", customer, "customer");
        var method = Named(id, "payment_method");
        if (TestCard.OfLast4(method["card"]!.Text("last4")) is { AtOnce: true, Declines: { } reason })
            throw StripeFault.Declined("card_declined", reason, "Your card was declined.");
        if (method.Text("customer") is { } owner && owner != customer)
            throw StripeFault.Invalid("The payment method is attached to another customer.", "payment_method");

        method["customer"] = customer;
        account.Tell("payment_method.attached", method);
        return method;
    }

    public JsonObject Detach(string id)
    {
        var method = account.Get("payment_method", id);
        if (method.Text("customer") is null) throw StripeFault.Invalid("The payment method is not attached to a customer.");
        account.Change(method, "payment_method.detached", () => method["customer"] = null);
        return method;
    }

    /// <summary>What a subscription or invoice is paid with: its own, else the customer's.</summary>
    public JsonObject? For(JsonObject customer, params ReadOnlySpan<string?> chosen)
    {
        foreach (var id in chosen)
            if (id is not null) return account.Store.Find(id);

        return customer["invoice_settings"]!.Text("default_payment_method") is { } own ? account.Store.Find(own) : null;
    }
}
