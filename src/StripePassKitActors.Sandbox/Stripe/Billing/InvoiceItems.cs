using System.Globalization;
using System.Text.Json.Nodes;
using StripePassKitActors.Sandbox.Stripe.Api;
using StripePassKitActors.Sandbox.Stripe.Store;

namespace StripePassKitActors.Sandbox.Stripe.Billing;

/// <summary>What an invoice asks money for: its lines, and items that wait for an invoice.</summary>
internal sealed class InvoiceItems(Account account)
{
    public JsonObject Create(Form form)
    {
        var customer = form.Required("customer");
        account.Named("customer", customer, "customer");
        var price = form.Within("pricing").Text("price") is { } named ? account.Named("price", named, "pricing[price]") : null;
        var quantity = form.Count("quantity") ?? 1;
        var made = Make(customer, price, quantity, form.Number("amount") ?? (price?.Number("unit_amount") * quantity) ?? throw StripeFault.Absent("amount"));
        made["currency"] = price?.Text("currency") ?? form.Text("currency") ?? "usd";
        if (form.Text("description") is { } description) made["description"] = description;
        form.MetadataTo(made);
        if (form.Text("invoice") is { } invoice)
        {
            var draft = account.Named("invoice", invoice, "invoice");
            if (draft.Text("status") != "draft") throw StripeFault.Invalid("This invoice is no longer editable.", "invoice", "invoice_not_editable");
            Take(draft, made);
        }

        account.Tell("invoiceitem.created", made);
        return made;
    }

    /// <summary>What of a subscription's period is given back, or asked for, as its plan changes in the middle of it.</summary>
    public void Prorate(JsonObject subscription, JsonObject item, JsonObject price, long quantity, bool credit)
    {
        var (start, end) = (item.Number("current_period_start"), item.Number("current_period_end"));
        var whole = (decimal)(price.Number("unit_amount") * quantity);
        var amount = (long)Math.Round(whole * (end - account.Seconds) / (end - start), MidpointRounding.AwayFromZero);
        var made = Make(subscription.Text("customer")!, price, quantity, credit ? -amount : amount);
        made["currency"] = subscription.Text("currency");
        var (which, day) = (credit ? "Unused" : "Remaining", account.Now.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture));
        made["description"] = $"{which} time on {NameOf(price)} after {day}";
        made["proration"] = true;
        made["period"] = new JsonObject { ["start"] = account.Seconds, ["end"] = end };
        made["parent"] = new JsonObject
        {
            ["type"] = "subscription_details",
            ["subscription_details"] = new JsonObject { ["subscription"] = subscription.Text("id"), ["subscription_item"] = item.Text("id") },
        };
        account.Tell("invoiceitem.created", made);
    }

    /// <summary>Puts what waits for an invoice onto this one.</summary>
    public void TakePending(JsonObject invoice, string? subscription)
    {
        foreach (var item in account.All("invoiceitem", new("customer", invoice.Text("customer")!), new("invoice", "IS", null)))
            if (item["parent"]?["subscription_details"]?.Text("subscription") is not { } only || only == subscription) Take(invoice, item);
    }

    /// <summary>Puts a subscription's item onto an invoice, for a period.</summary>
    public void AddPeriod(JsonObject invoice, JsonObject subscription, JsonObject item, bool trial)
    {
        var price = item["price"]!.AsObject();
        var quantity = item.Number("quantity");
        var line = Line(invoice, price, quantity, trial ? 0 : price.Number("unit_amount") * quantity);
        line["description"] = trial ? $"Trial period for {NameOf(price)}" : $"{quantity} × {NameOf(price)}, each {price["recurring"]!.Text("interval")}";
        line["period"] = new JsonObject { ["start"] = item.Number("current_period_start"), ["end"] = item.Number("current_period_end") };
        line["parent"] = new JsonObject
        {
            ["type"] = "subscription_item_details",
            ["invoice_item_details"] = null,
            ["subscription_item_details"] = new JsonObject
            {
                ["invoice_item"] = null,
                ["proration"] = false,
                ["proration_details"] = new JsonObject { ["credited_items"] = null },
                ["subscription"] = subscription.Text("id"),
                ["subscription_item"] = item.Text("id"),
            },
        };
    }

    private JsonObject Make(string customer, JsonObject? price, long quantity, long amount)
    {
        var made = account.Make("invoiceitem", "ii");
        made["customer"] = customer;
        made["date"] = account.Seconds;
        made.Set(amount, "amount", "net_amount");
        made["quantity"] = quantity;
        made["quantity_decimal"] = quantity.ToString(CultureInfo.InvariantCulture);
        made["description"] = price is null ? null : NameOf(price);
        made["pricing"] = price is null ? null : Pricing(price);
        made["period"] = new JsonObject { ["start"] = account.Seconds, ["end"] = account.Seconds };
        return made;
    }

    private void Take(JsonObject invoice, JsonObject item)
    {
        item["invoice"] = invoice.Text("id");
        var line = Line(invoice, null, item.Number("quantity"), item.Number("amount"));
        foreach (var field in (string[])["description", "period", "pricing", "metadata"]) line[field] = item[field]?.DeepClone();
        line["parent"] = new JsonObject
        {
            ["type"] = "invoice_item_details",
            ["invoice_item_details"] = new JsonObject
            {
                ["invoice_item"] = item.Text("id"),
                ["proration"] = item.Flag("proration"),
                ["proration_details"] = new JsonObject { ["credited_items"] = null },
                ["subscription"] = item["parent"]?["subscription_details"]?.Text("subscription"),
            },
            ["subscription_item_details"] = null,
        };
    }

    private JsonObject Line(JsonObject invoice, JsonObject? price, long quantity, long amount)
    {
        var line = account.Part("line_item", "il");
        line.Remove("created");
        line["invoice"] = invoice.Text("id");
        line["currency"] = invoice.Text("currency");
        line.Set(amount, "amount", "subtotal");
        line["quantity"] = quantity;
        line["quantity_decimal"] = quantity.ToString(CultureInfo.InvariantCulture);
        line["pricing"] = price is null ? null : Pricing(price);
        var lines = invoice["lines"]!.AsObject();
        lines["data"]!.AsArray().Add(line);
        lines["total_count"] = (long)lines["data"]!.AsArray().Count;
        var total = lines["data"]!.AsArray().Sum(one => one!.Number("amount"));
        invoice.Set(total, "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax");
        invoice.Set(Math.Max(total, 0), "amount_due", "amount_remaining");
        return line;
    }

    private string NameOf(JsonObject price) => price.Text("nickname") ?? account.Store.Find(price.Text("product")!)?.Text("name") ?? price.Text("id")!;

    private static JsonObject Pricing(JsonObject price) => new()
    {
        ["type"] = "price_details",
        ["unit_amount_decimal"] = price.Text("unit_amount_decimal"),
        ["price_details"] = new JsonObject { ["price"] = price.Text("id"), ["product"] = price.Text("product") },
    };
}
