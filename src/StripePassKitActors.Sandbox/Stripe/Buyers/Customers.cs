using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Billing;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Buyers;

/// <summary>Who buys.</summary>
internal sealed class Customers(Account account, PaymentMethods methods, Subscriptions subscriptions)
{
    public JsonObject Create(Form form)
    {
        var made = account.Make("customer", "cus");
        made["invoice_prefix"] = made.Text("id")![^8..].ToUpperInvariant();
        Fill(made, form);
        account.Tell("customer.created", made);
        if (form.Text("payment_method") is { } method) methods.Attach(method, made.Text("id")!);
        return made;
    }

    /// <summary>The customer, or, of a deleted one, that it is deleted.</summary>
    public JsonObject Read(string id) =>
        account.Store.Find(id) is { } found && found.Text("object") == "customer" && found.Flag("deleted")
            ? new JsonObject { ["id"] = id, ["object"] = "customer", ["deleted"] = true }
            : account.Get("customer", id);

    public JsonObject Update(string id, Form form)
    {
        var customer = account.Get("customer", id);
        account.Change(customer, "customer.updated", () => Fill(customer, form));
        return customer;
    }

    /// <summary>Takes the customer away for good, subscriptions first.</summary>
    public JsonObject Delete(string id)
    {
        var customer = account.Get("customer", id);
        foreach (var subscription in account.All("subscription", new Filter("customer", id)))
            if (!Subscriptions.IsOver(subscription)) subscriptions.End(subscription, "cancellation_requested");

        account.Tell("customer.deleted", customer);
        customer["deleted"] = true;
        return Read(id);
    }

    private void Fill(JsonObject customer, Form form)
    {
        form.CopyTo(customer, "name", "email", "phone", "description");
        if (form.Number("balance") is { } balance) customer["balance"] = balance;
        if (form.Has("preferred_locales"))
            customer["preferred_locales"] = new JsonArray([.. form.Texts("preferred_locales").Select(locale => JsonValue.Create(locale))]);
        if (form.Within("invoice_settings").Text("default_payment_method") is { } id)
        {
            var method = methods.Named(id, "invoice_settings[default_payment_method]");
            if (method.Text("customer") != customer.Text("id"))
                throw StripeFault.Invalid("The customer does not have a payment method with that ID.", "invoice_settings[default_payment_method]");
            customer["invoice_settings"]!["default_payment_method"] = method.Text("id");
        }

        form.MetadataTo(customer);
    }
}
