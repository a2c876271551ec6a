using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Billing;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Catalog;

/// <summary>What it costs, once or again and again.</summary>
internal sealed class Prices(Account account, Products products)
{
    public JsonObject Create(Form form)
    {
        var currency = form.Required("currency");
        var amount = form.Count("unit_amount") ?? throw StripeFault.Absent("unit_amount");
        var product = form.Has("product_data") ? products.Create(form.Within("product_data")).Text("id")! : form.Required("product");
        account.Named("product", product, "product");

        var made = account.Make("price", "price");
        made["product"] = product;
        made["currency"] = currency;
        made["unit_amount"] = amount;
        made["unit_amount_decimal"] = amount.ToString(CultureInfo.InvariantCulture);
        if (form.Has("recurring"))
        {
            var recurring = form.Within("recurring");
            made["type"] = "recurring";
            made["recurring"] = new JsonObject
            {
                ["interval"] = recurring.Choice("interval", "day", "week", "month", "year") ?? throw StripeFault.Absent("recurring[interval]"),
                ["interval_count"] = recurring.Count("interval_count") is { } count and > 0 ? count : 1,
                ["meter"] = null,
                ["trial_period_days"] = null,
                ["usage_type"] = "licensed",
            };
        }

        Fill(made, form);
        account.Tell("price.created", made);
        return made;
    }

    public JsonObject Update(string id, Form form)
    {
        var price = account.Get("price", id);
        account.Change(price, "price.updated", () => Fill(price, form));

        // A subscription shows its prices as they are, and no event of its own says that they changed.
        foreach (var subscription in account.All("subscription"))
        {
            foreach (var item in subscription.Listed("items").Where(item => item!["price"]!.Text("id") == id))
                Subscriptions.SetPrice(item!.AsObject(), price, item!.Number("quantity"));
            Subscriptions.Recount(subscription);
        }

        return price;
    }

    /// <summary>The plan that subscriptions still show beside a recurring price.</summary>
    public static JsonObject Plan(JsonObject price) => new()
    {
        ["id"] = price.Text("id"),
        ["object"] = "plan",
        ["active"] = price.Flag("active"),
        ["amount"] = price.Number("unit_amount"),
        ["amount_decimal"] = price.Text("unit_amount_decimal"),
        ["billing_scheme"] = "per_unit",
        ["created"] = price.Number("created"),
        ["currency"] = price.Text("currency"),
        ["interval"] = price["recurring"]!.Text("interval"),
        ["interval_count"] = price["recurring"]!.Number("interval_count"),
        ["livemode"] = false,
        ["metadata"] = price["metadata"]!.DeepClone(),
        ["meter"] = null,
        ["nickname"] = price.Text("nickname"),
        ["product"] = price.Text("product"),
        ["tiers_mode"] = null,
        ["transform_usage"] = null,
        ["trial_period_days"] = null,
        ["usage_type"] = "licensed",
    };

    private void Fill(JsonObject price, Form form)
    {
        if (form.Text("lookup_key") is { } key && account.First("price", new Filter("lookup_key", key)) is { } holder && holder != price)
        {
            if (form.Flag("transfer_lookup_key") != true)
                throw StripeFault.Invalid($"A price (`{holder.Text("id")}`) already uses that lookup key.", "lookup_key");
            account.Change(holder, "price.updated", () => holder["lookup_key"] = null);
        }

        form.CopyTo(price, "lookup_key", "nickname");
        if (form.Flag("active") is { } active) price["active"] = active;
        form.MetadataTo(price);
    }
}
