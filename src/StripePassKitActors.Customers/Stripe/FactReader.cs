using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Stripe.Api;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>From one Stripe object to its facts. Which metadata is read is a setting; the rest of it is never kept.</summary>
/// <param name="tierKey">The key, on prices, products and sessions, whose value names a tier (<c>Membership:MetadataKey</c>).</param>
/// <param name="customerKeys">The keys that are read on customers.</param>
internal sealed class FactReader(string tierKey, IReadOnlyCollection<string> customerKeys)
{
    /// <summary>The key, beside the tier's, whose value tells for how many days a one-off purchase grants it; what is no number is no end (rule B3).</summary>
    public const string DaysKey = "passkit_days";

    private const int LongestDays = 36_500;

    private const long GreatestAmount = 1_000_000_000_000_000;

    /// <summary>The kinds of objects (<c>data.object.object</c>) that facts are made of.</summary>
    public static readonly IReadOnlySet<string?> Kinds =
        new HashSet<string?> { "charge", "refund", "dispute", "subscription", "invoice", "customer", "checkout.session" };

    /// <summary>The facts that an object states; empty when it states none that matters.</summary>
    /// <exception cref="InvalidFactException">A value is missing or impossible; the message says which.</exception>
    /// <exception cref="JsonException">A value has another type than Stripe gives it.</exception>
    /// <param name="kind">What Stripe calls its <c>object</c>.</param>
    /// <param name="stripeObject">The object.</param>
    /// <param name="eventType">The event that brought it; empty: it was read.</param>
    /// <param name="asOf">When it was so.</param>
    /// <param name="firstFailedAt">Of an invoice that was read: when its first charge failed.</param>
    public ImmutableArray<Fact> Read(string kind, JsonElement stripeObject, string eventType, AsOf asOf, DateTimeOffset? firstFailedAt = null) => kind switch
    {
        "charge" => Charge(stripeObject.Deserialize(StripeJson.Default.ChargeJson)!, asOf),
        "refund" => [Refund(stripeObject.Deserialize(StripeJson.Default.RefundJson)!, null, asOf)],
        "dispute" => [Dispute(stripeObject.Deserialize(StripeJson.Default.DisputeJson)!, asOf)],
        "subscription" => [Subscription(stripeObject.Deserialize(StripeJson.Default.SubscriptionJson)!, asOf)],
        "invoice" => Invoice(stripeObject.Deserialize(StripeJson.Default.InvoiceJson)!, eventType == "invoice.payment_failed" ? asOf.At : firstFailedAt, asOf),
        "customer" => [Customer(stripeObject.Deserialize(StripeJson.Default.CustomerJson)!, eventType, asOf)],
        "checkout.session" => CheckoutSession(stripeObject, asOf),
        _ => [],
    };

    /// <summary>The facts that an object states which was read from Stripe.</summary>
    /// <exception cref="InvalidFactException">A value is missing or impossible; the message says which.</exception>
    /// <exception cref="JsonException">A value has another type than Stripe gives it.</exception>
    public ImmutableArray<Fact> Read(StripeObject read) => Read(read.Kind, read.Json, "", AsOf.OfRead(read.At), read.FirstFailedAt);

    private static ImmutableArray<Fact> Charge(ChargeJson charge, AsOf asOf)
    {
        var id = Id(charge.Id, "charge");
        var amount = Amount(charge.Amount, id, "amount");
        var currency = charge.Currency?.ToLowerInvariant();
        if (!Currency.IsCode(currency)) throw new InvalidFactException($"Charge {id} has no currency of three letters.");

        // Before 2020-08-27 a charge told whether it was captured, not how much.
        var captured = charge.AmountCaptured ?? (charge.Captured == true ? amount : 0);
        var fact = new ChargeFact
        {
            Id = id,
            AsOf = asOf,
            Created = Unix.Moment(charge.Created) ?? throw new InvalidFactException($"Charge {id} has no time of creation."),
            Currency = currency!,
            Amount = amount,
            Captured = Amount(captured, id, "amount_captured"),
            AmountRefunded = Amount(charge.AmountRefunded ?? 0, id, "amount_refunded"),
            PaymentIntentId = charge.PaymentIntent is { } intent ? Id(intent, "charge's payment intent") : null,
            RefundsListed = asOf.Read && charge.Refunds is { HasMore: not true },
            Succeeded = charge.Status is "succeeded" || (charge.Status is null or "paid" && charge.Paid == true),
        };
        return [fact, .. Listed(charge.Refunds?.Data, id).Select(refund => Refund(refund, id, asOf))];
    }

    private static RefundFact Refund(RefundJson refund, string? chargeId, AsOf asOf)
    {
        var id = Id(refund.Id, "refund");
        return new RefundFact
        {
            Id = id,
            AsOf = asOf,
            ChargeId = Id(refund.Charge ?? chargeId ?? throw new InvalidFactException($"Refund {id} names no charge."), "refund's charge"),
            Amount = Amount(refund.Amount, id, "amount"),
            Status = refund.Status ?? "succeeded", // refunds had no status before they could fail
        };
    }

    // Stripe shows that a dispute was lost, and not when.
    private static DisputeFact Dispute(DisputeJson dispute, AsOf asOf)
    {
        var id = Id(dispute.Id, "dispute");
        var status = dispute.Status ?? throw new InvalidFactException($"Dispute {id} has no status.");
        var created = Unix.Moment(dispute.Created) ?? asOf.At;
        return new DisputeFact
        {
            Id = id,
            AsOf = asOf,
            ChargeId = Id(dispute.Charge, "dispute's charge"),
            Amount = Amount(dispute.Amount, id, "amount"),
            Status = status,
            Created = created,
            LostAt = !DisputeFact.IsLost(status) ? null : asOf.Read ? created : asOf.At,
        };
    }

    private SubscriptionFact Subscription(SubscriptionJson subscription, AsOf asOf)
    {
        var id = Id(subscription.Id, "subscription");
        if (subscription.Status is not { } status || !SubscriptionStatus.All.Contains(status))
        {
            throw new InvalidFactException($"Subscription {id} has a status that this version does not know.");
        }

        return new SubscriptionFact
        {
            Id = id,
            AsOf = asOf,
            Status = status,
            Created = Unix.Moment(subscription.Created),
            CancelAtPeriodEnd = subscription.CancelAtPeriodEnd ?? false,
            CancelAt = Unix.Moment(subscription.CancelAt),
            EndedAt = Unix.Moment(subscription.EndedAt) ?? (status == SubscriptionStatus.Canceled ? Unix.Moment(subscription.CanceledAt) : null),
            CollectionPaused = subscription.PauseCollection is { ValueKind: JsonValueKind.Object },
            Items = [.. Listed(subscription.Items?.Data, id).Select(item => Item(item, subscription, id))],
            HasMoreItems = subscription.Items?.HasMore == true,
        };
    }

    // Since 2025-03-31 the period stands on the item, before that on the subscription (rule F7).
    private SubscriptionItem Item(SubscriptionItemJson item, SubscriptionJson subscription, string subscriptionId)
    {
        var price = item.Price ?? item.Plan;
        return new SubscriptionItem
        {
            PriceId = price?.Id ?? throw new InvalidFactException($"Subscription {subscriptionId} has an item without a price."),
            LookupKey = price.LookupKey,
            ProductId = IdOf(price.Product),
            MetadataTier = Tier(price.Metadata),
            ProductTier = ProductTier(price.Product),
            Quantity = item.Quantity ?? 1,
            CurrentPeriodStart = Unix.Moment(item.CurrentPeriodStart) ?? Unix.Moment(subscription.CurrentPeriodStart),
            CurrentPeriodEnd = Unix.Moment(item.CurrentPeriodEnd) ?? Unix.Moment(subscription.CurrentPeriodEnd),
        };
    }

    // Of a subscription's invoices only one that failed, that is settled, or that is to be paid by a day says something about grace; another that
    // nobody tried to charge yet does not; one that was read is owed all the same. One outside a subscription is a purchase once it is paid.
    private ImmutableArray<Fact> Invoice(InvoiceJson invoice, DateTimeOffset? failedAt, AsOf asOf)
    {
        var paid = invoice.Status is "paid" || (invoice.Status is null && invoice.Paid == true);
        if (invoice.SubscriptionId is null) return paid && invoice.Owner is not null ? [Purchase(invoice, asOf)] : [];

        var settled = paid || invoice.Status is "void" or "uncollectible" || (invoice.Status is null && invoice.Forgiven == true);
        var dueAt = Unix.Moment(invoice.DueDate);
        var awaited = (dueAt is not null || asOf.Read) && invoice.Status is null or "open";
        if (failedAt is null && !settled && !awaited) return [];

        var id = Id(invoice.Id, "invoice");
        return
        [
            new InvoiceFact
            {
                Id = id,
                AsOf = asOf,
                SubscriptionId = invoice.SubscriptionId,
                Created = Unix.Moment(invoice.Created) ?? asOf.At,
                Open = !settled,
                FailedAt = failedAt,
                DueAt = dueAt,
            },
        ];
    }

    private PurchaseFact Purchase(InvoiceJson invoice, AsOf asOf)
    {
        var id = Id(invoice.Id, "invoice");
        var payment = (invoice.Payments?.Data ?? []).OrderByDescending(row => row?.Status == "paid").Select(row => row?.Payment?.PaymentIntent ?? row?.Payment?.Charge).FirstOrDefault(named => named is not null);
        return new PurchaseFact
        {
            Id = id,
            AsOf = asOf,
            Created = Unix.Moment(invoice.Created),
            Payment = payment ?? invoice.PaymentIntent ?? invoice.Charge,
            PaidAt = Unix.Moment(invoice.StatusTransitions?.PaidAt) ?? asOf.At,
            Items = [.. Own(invoice.Metadata), .. Listed(invoice.Lines?.Data, id).Select(line => Line(line)).OfType<PurchasedItem>()],
        };
    }

    private PurchasedItem? Line(InvoiceLineJson line)
    {
        if ((line.Price ?? line.Plan) is { } old) return Line(old, line.Quantity);
        if (line.Pricing?.PriceDetails is not { Price: { } price } details) return null;
        return price.ValueKind == JsonValueKind.Object
            ? Line(price.Deserialize(StripeJson.Default.PriceJson)!, line.Quantity)
            : Line(new PriceJson { Id = IdOf(price), Product = details.Product }, line.Quantity);
    }

    private PurchasedItem Line(PriceJson price, long? quantity) => new()
    {
        PriceId = price.Id,
        LookupKey = price.LookupKey,
        ProductId = IdOf(price.Product),
        MetadataTier = Tier(price.Metadata),
        ProductTier = ProductTier(price.Product),
        Days = Days(Tier(price.Metadata) is null && Tier(ProductMetadata(price.Product)) is not null ? ProductMetadata(price.Product) : price.Metadata),
        Quantity = quantity ?? 1,
    };

    /// <summary>What a session or an invoice says of itself.</summary>
    private PurchasedItem[] Own(Dictionary<string, string?>? metadata) =>
        Tier(metadata) is { } tier ? [new PurchasedItem { MetadataTier = tier, Days = Days(metadata) }] : [];

    private string? Tier(Dictionary<string, string?>? metadata) => Known(metadata?.GetValueOrDefault(tierKey));

    /// <summary>The tier that a product names, if it is shown whole; empty: none; null: only its id is shown.</summary>
    public string? ProductTier(JsonElement? product) => ProductMetadata(product) is { } metadata ? Tier(metadata) ?? "" : null;

    private static int? Days(Dictionary<string, string?>? metadata) =>
        int.TryParse(metadata?.GetValueOrDefault(DaysKey)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= LongestDays ? days : null;

    private static Dictionary<string, string?>? ProductMetadata(JsonElement? product) =>
        product is { ValueKind: JsonValueKind.Object } read ? read.Deserialize(StripeJson.Default.ProductJson)!.Metadata : null;

    private static string? IdOf(JsonElement? reference) => reference switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } read => read.Deserialize(StripeJson.Default.ProductJson)!.Id,
        _ => null,
    };

    private CustomerFact Customer(CustomerJson customer, string eventType, AsOf asOf) => new()
    {
        Id = Id(customer.Id, "customer"),
        AsOf = asOf,
        Name = Known(customer.Name),
        Email = Known(customer.Email),
        Phone = Known(customer.Phone),
        Deleted = customer.Deleted == true || eventType == "customer.deleted",
        Metadata = (customer.Metadata ?? [])
            .Where(pair => pair.Value is not null && customerKeys.Contains(pair.Key))
            .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
    };

    private ImmutableArray<Fact> CheckoutSession(JsonElement stripeObject, AsOf asOf)
    {
        var session = stripeObject.Deserialize(StripeJson.Default.CheckoutSessionJson)!;
        if (session.Status != "complete") return [];

        var id = Id(session.Id, "checkout session");
        var paid = session.PaymentStatus is "paid" or "no_payment_required";
        var buyer = session.CustomerDetails;
        var checkout = new CheckoutSessionFact
        {
            Id = id,
            AsOf = asOf,
            Created = Unix.Moment(session.Created),
            Paid = paid && session.Mode != "setup",
            Name = Known(buyer?.Name),
            Email = Known(buyer?.Email),
            Phone = Known(buyer?.Phone),
        };
        if (!paid || session.Mode != "payment") return [checkout];

        return
        [
            checkout,
            new PurchaseFact
            {
                Id = id,
                AsOf = asOf,
                Created = Unix.Moment(session.Created),
                Payment = session.PaymentIntent,
                PaidAt = asOf.Read ? ChargedAt(stripeObject) ?? Unix.Moment(session.Created) ?? asOf.At : asOf.At,
                PaidAtRead = asOf.Read,
                InvoiceId = session.Invoice,
                Items = [.. Own(session.Metadata), .. Listed(session.LineItems?.Data, id).Where(line => line.Price is not null).Select(line => Line(line.Price!, line.Quantity))],
            },
        ];
    }

    /// <summary>When the session's payment was charged, where it was read with it.</summary>
    private static DateTimeOffset? ChargedAt(JsonElement session) =>
        session.TryGetProperty("payment_intent", out var intent) && intent.ValueKind == JsonValueKind.Object
        && intent.TryGetProperty("latest_charge", out var charge) && charge.ValueKind == JsonValueKind.Object
            ? Unix.Moment(charge.Deserialize(StripeJson.Default.ChargeJson)!.Created)
            : null;

    // What the reader of JSON calls a list of objects may hold null.
    private static IEnumerable<T> Listed<T>(IReadOnlyList<T>? list, string id)
        where T : class? =>
        (list ?? []).Select(row => row ?? throw new InvalidFactException($"{id} has a list with nothing in its place."));

    private static string Id(string? id, string kind) => CustomerId.TryParse(id, out _) ? id : throw new InvalidFactException($"The {kind} has no id that can be stored.");

    private static long Amount(long? amount, string id, string name) => amount switch
    {
        null => throw new InvalidFactException($"{id} has no {name}."),
        < 0 => throw new InvalidFactException($"{id} has a negative {name}."),
        > GreatestAmount => throw new InvalidFactException($"{id} has an impossible {name}."),
        { } value => value,
    };

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
