using System.Buffers;
using System.Text.Json;

namespace StripePassKitActors.Simulation.Stripe;

/// <summary>Events and objects as Stripe writes them, in the shape of an API version.</summary>
internal static class EventJson
{
    public static JsonElement Of(StripeEvent said) => Parsed(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", said.Id);
        json.WriteString("object", "event");
        json.WriteString("api_version", said.Version switch { ApiVersion.Of2020 => "2020-08-27", ApiVersion.Of2025 => "2025-03-31.basil", _ => "2026-10-28.endive" });
        json.WriteNumber("created", said.Created);
        json.WriteBoolean("livemode", true);
        json.WriteString("type", said.Type);
        json.WriteNumber("pending_webhooks", 1);
        json.WriteStartObject("data");
        json.WritePropertyName("object");
        Write(json, said.Object, said.Version);
        if (said.Gained || said.Relabelled)
        {
            json.WriteStartObject("previous_attributes");
            if (said.Gained) json.WriteNull("customer");
            else Metadata(json, null, null);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The object as a read shows it, in the newest version and with all that is asked for beside it.</summary>
    public static JsonElement Of(StripeObject shown) => Parsed(json => Write(json, shown, ApiVersion.Newest, read: true));

    /// <summary>The object as a list shows it.</summary>
    public static JsonElement Listed(StripeObject shown) => Parsed(json => Write(json, shown, ApiVersion.Newest));

    private static JsonElement Parsed(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    private static void Write(Utf8JsonWriter json, StripeObject shown, ApiVersion version, bool read = false)
    {
        if (shown is ForSale { Price: var sold } changed)
        {
            if (changed.IsProduct) WriteProduct(json, sold);
            else Write(json, sold, read: false);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", shown.Id);
        json.WriteString("object", shown.Kind);
        switch (shown)
        {
            case Shopper shopper:
                Write(json, shopper);
                break;
            case Subscription subscription:
                json.WriteString("customer", shown.Customer);
                Write(json, subscription, version, read);
                break;
            case Invoice invoice:
                json.WriteString("customer", shown.Customer);
                Write(json, invoice, version);
                break;
            case Bill bill:
                json.WriteString("customer", shown.Customer);
                Write(json, bill, version, read);
                break;
            case Charge charge:
                json.WriteString("customer", shown.Customer);
                Write(json, charge, version, read);
                break;
            case Refund refund:
                if (version == ApiVersion.Newest) json.WriteString("customer", shown.Customer);
                Write(json, refund);
                break;
            case Dispute dispute:
                Write(json, dispute);
                break;
            case Session session:
                json.WriteString("customer", shown.Customer);
                Write(json, session, read);
                break;
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Shopper shopper)
    {
        json.WriteNumber("created", shopper.Created);
        if (shopper.Deleted) json.WriteBoolean("deleted", true);
        json.WriteString("name", shopper.Name);
        json.WriteString("email", shopper.Email);
        json.WriteString("phone", shopper.Phone);
        json.WriteNumber("balance", 0);
        json.WriteStartObject("metadata");
        foreach (var (key, value) in shopper.Metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Subscription subscription, ApiVersion version, bool read)
    {
        json.WriteString("status", subscription.Status);
        json.WriteNumber("created", subscription.Created);
        json.WriteBoolean("cancel_at_period_end", subscription.CancelAtPeriodEnd);
        Moment(json, "cancel_at", subscription.CancelAt);
        Moment(json, "canceled_at", subscription.CanceledAt);
        Moment(json, "ended_at", subscription.EndedAt);
        Moment(json, "trial_end", subscription.TrialEnd);
        if (subscription.CollectionPaused)
        {
            json.WriteStartObject("pause_collection");
            json.WriteString("behavior", "void");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("pause_collection");
        }

        if (version == ApiVersion.Of2020) Period(json, subscription);
        json.WriteStartObject("items");
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var item in subscription.Items)
        {
            json.WriteStartObject();
            json.WriteString("id", item.Id);
            json.WriteString("object", "subscription_item");
            json.WriteNumber("quantity", item.Quantity);
            if (version != ApiVersion.Of2020) Period(json, subscription);
            json.WritePropertyName("price");
            Write(json, item.Price, read);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Price price, bool read)
    {
        json.WriteStartObject();
        json.WriteString("id", price.Id);
        json.WriteString("object", "price");
        json.WriteString("lookup_key", price.LookupKey);
        json.WriteNumber("unit_amount", price.Amount);
        json.WriteString("currency", price.Currency);
        Metadata(json, price.MetadataTier, price.GrantedDays);
        if (read)
        {
            json.WritePropertyName("product");
            WriteProduct(json, price);
        }
        else
        {
            json.WriteString("product", price.Product);
        }

        json.WriteEndObject();
    }

    private static void WriteProduct(Utf8JsonWriter json, Price price)
    {
        json.WriteStartObject();
        json.WriteString("id", price.Product);
        json.WriteString("object", "product");
        Metadata(json, price.ProductTier, price.ProductDays);
        json.WriteEndObject();
    }

    private static void Metadata(Utf8JsonWriter json, string? tier, int? days)
    {
        json.WriteStartObject("metadata");
        if (tier is not null) json.WriteString("passkit_tier", tier);
        if (days is { } number) json.WriteString("passkit_days", $"{number}");
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Dispute dispute)
    {
        json.WriteString("charge", dispute.Charge);
        json.WriteString("payment_intent", dispute.Intent);
        json.WriteNumber("amount", dispute.Amount);
        json.WriteString("status", dispute.Status);
        json.WriteNumber("created", dispute.Created);
    }

    private static void Period(Utf8JsonWriter json, Subscription subscription)
    {
        json.WriteNumber("current_period_start", subscription.PeriodStart);
        json.WriteNumber("current_period_end", subscription.PeriodEnd);
    }

    private static void Write(Utf8JsonWriter json, Invoice invoice, ApiVersion version)
    {
        json.WriteString("status", invoice.Status);
        json.WriteNumber("created", invoice.Created);
        json.WriteNumber("amount_due", invoice.Amount);
        json.WriteNumber("amount_paid", invoice.Status == "paid" ? invoice.Amount : 0);
        json.WriteString("currency", invoice.Currency);
        json.WriteNumber("attempt_count", invoice.Attempts);
        Moment(json, "due_date", invoice.DueAt);
        if (version == ApiVersion.Of2020)
        {
            json.WriteBoolean("paid", invoice.Status == "paid");
            json.WriteString("subscription", invoice.Subscription);
            return;
        }

        json.WriteStartObject("parent");
        json.WriteString("type", "subscription_details");
        json.WriteStartObject("subscription_details");
        json.WriteString("subscription", invoice.Subscription);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Bill bill, ApiVersion version, bool read)
    {
        json.WriteString("status", "paid");
        json.WriteNumber("created", bill.PaidAt);
        json.WriteStartObject("status_transitions");
        json.WriteNumber("paid_at", bill.PaidAt);
        json.WriteEndObject();
        Metadata(json, bill.Tier, bill.Days);
        if (version == ApiVersion.Of2020)
        {
            json.WriteBoolean("paid", true);
            json.WriteString("payment_intent", bill.Intent);
            json.WriteNull("subscription");
        }
        else
        {
            json.WriteNull("parent");
        }

        if (read)
        {
            json.WriteStartObject("payments");
            json.WriteStartArray("data");
            json.WriteStartObject();
            json.WriteStartObject("payment");
            json.WriteString("type", "payment_intent");
            json.WriteString("payment_intent", bill.Intent);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteBoolean("has_more", false);
            json.WriteEndObject();
        }

        json.WriteStartObject("lines");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteNumber("quantity", 1);
        if (version == ApiVersion.Of2020)
        {
            json.WritePropertyName("price");
            Write(json, bill.Line, read: false);
        }
        else
        {
            json.WriteStartObject("pricing");
            json.WriteStartObject("price_details");
            json.WritePropertyName("price");
            if (read) Write(json, bill.Line, read);
            else json.WriteStringValue(bill.Line.Id);
            json.WriteString("product", bill.Line.Product);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Charge charge, ApiVersion version, bool read)
    {
        json.WriteString("payment_intent", charge.Intent);
        json.WriteString("status", charge.Status);
        json.WriteNumber("created", charge.Created);
        json.WriteString("currency", charge.Currency);
        json.WriteNumber("amount", charge.Amount);
        json.WriteNumber("amount_captured", charge.Captured);
        json.WriteNumber("amount_refunded", charge.AmountRefunded);
        json.WriteBoolean("captured", charge.Captured > 0);
        json.WriteBoolean("paid", charge.Status == "succeeded");
        json.WriteBoolean("refunded", charge.Amount > 0 && charge.AmountRefunded == charge.Amount);
        if (version != ApiVersion.Of2020 && !read) return;

        if (!read) json.WriteString("invoice", charge.Invoice);
        json.WriteStartObject("refunds");
        json.WriteStartArray("data");
        foreach (var refund in charge.Refunds) Write(json, refund, version);
        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Refund refund)
    {
        json.WriteString("charge", refund.Charge);
        json.WriteString("payment_intent", refund.Intent);
        json.WriteNumber("amount", refund.Amount);
        json.WriteString("status", refund.Status);
        json.WriteNumber("created", refund.Created);
    }

    private static void Write(Utf8JsonWriter json, Session session, bool read)
    {
        json.WriteString("mode", session.Mode);
        json.WriteString("status", "complete");
        json.WriteString("payment_status", session.Paid ? "paid" : "unpaid");
        json.WriteNumber("created", session.Created);
        Metadata(json, session.Tier, session.Days);
        if (read && session is { PaidAt: { } paidAt, Intent: not null })
        {
            json.WriteStartObject("payment_intent");
            json.WriteString("id", session.Intent);
            json.WriteStartObject("latest_charge");
            json.WriteString("id", "ch_latest");
            json.WriteNumber("created", session.ChargedAt ?? paidAt);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("payment_intent", session.Intent);
        }

        if (read && session.Line is { } line)
        {
            json.WriteStartObject("line_items");
            json.WriteStartArray("data");
            json.WriteStartObject();
            json.WriteNumber("quantity", 1);
            json.WritePropertyName("price");
            Write(json, line, read);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteStartObject("customer_details");
        json.WriteString("name", session.Name);
        json.WriteString("email", session.Email);
        json.WriteNull("phone");
        json.WriteEndObject();
    }

    private static void Moment(Utf8JsonWriter json, string name, long? seconds)
    {
        if (seconds is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
