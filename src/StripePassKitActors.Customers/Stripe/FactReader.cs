using System.Collections.Immutable;
using System.Text.Json;
using StripePassKitActors.Core;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Membership;
using StripePassKitActors.Core.Money;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>From one Stripe object to its facts. Which metadata is read is a setting; the rest of it is never kept.</summary>
/// <param name="priceKey">The key, on prices, whose value names a tier (<c>Membership:MetadataKey</c>).</param>
/// <param name="customerKeys">The keys that are read on customers.</param>
internal sealed class FactReader(string priceKey, IReadOnlyCollection<string> customerKeys)
{
    private const long GreatestAmount = 1_000_000_000_000_000;

    /// <summary>The kinds of objects (<c>data.object.object</c>) that facts are made of.</summary>
    public static readonly IReadOnlySet<string?> Kinds =
        new HashSet<string?> { "charge", "refund", "subscription", "invoice", "customer", "checkout.session" };

    /// <summary>The facts that an object states; empty when it states none that matters.</summary>
    /// <exception cref="InvalidFactException">A value is missing or impossible; the message says which.</exception>
    /// <exception cref="JsonException">A value has another type than Stripe gives it.</exception>
    public ImmutableArray<Fact> Read(string kind, JsonElement stripeObject, string eventType, AsOf asOf) => kind switch
    {
        "charge" => Charge(stripeObject.Deserialize(StripeJson.Default.ChargeJson)!, asOf),
        "refund" => [Refund(stripeObject.Deserialize(StripeJson.Default.RefundJson)!, null, asOf)],
        "subscription" => [Subscription(stripeObject.Deserialize(StripeJson.Default.SubscriptionJson)!, asOf)],
        "invoice" => Invoice(stripeObject.Deserialize(StripeJson.Default.InvoiceJson)!, eventType, asOf),
        "customer" => [Customer(stripeObject.Deserialize(StripeJson.Default.CustomerJson)!, eventType, asOf)],
        "checkout.session" => CheckoutSession(stripeObject.Deserialize(StripeJson.Default.CheckoutSessionJson)!, asOf),
        _ => [],
    };

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
            CancelAtPeriodEnd = subscription.CancelAtPeriodEnd ?? false,
            CancelAt = Unix.Moment(subscription.CancelAt),
            EndedAt = Unix.Moment(subscription.EndedAt) ?? (status == SubscriptionStatus.Canceled ? Unix.Moment(subscription.CanceledAt) : null),
            CollectionPaused = subscription.PauseCollection is { ValueKind: JsonValueKind.Object },
            Items = [.. Listed(subscription.Items?.Data, id).Select(item => Item(item, subscription, id))],
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
            ProductId = price.Product,
            MetadataTier = price.Metadata?.GetValueOrDefault(priceKey),
            Quantity = item.Quantity ?? 1,
            CurrentPeriodStart = Unix.Moment(item.CurrentPeriodStart) ?? Unix.Moment(subscription.CurrentPeriodStart),
            CurrentPeriodEnd = Unix.Moment(item.CurrentPeriodEnd) ?? Unix.Moment(subscription.CurrentPeriodEnd),
        };
    }

    // Only an invoice that failed, that is settled, or that is to be paid by a day says something about grace; another that nobody tried to
    // charge yet does not.
    private static ImmutableArray<Fact> Invoice(InvoiceJson invoice, string eventType, AsOf asOf)
    {
        var failed = eventType == "invoice.payment_failed";
        var settled = invoice.Status is "paid" or "void" or "uncollectible" || (invoice.Status is null && (invoice.Paid == true || invoice.Forgiven == true));
        var dueAt = Unix.Moment(invoice.DueDate);
        var awaited = dueAt is not null && invoice.Status is null or "open";
        if (invoice.SubscriptionId is not { } subscription || (!failed && !settled && !awaited)) return [];

        var id = Id(invoice.Id, "invoice");
        return
        [
            new InvoiceFact
            {
                Id = id,
                AsOf = asOf,
                SubscriptionId = subscription,
                Created = Unix.Moment(invoice.Created) ?? asOf.At,
                Open = !settled,
                FailedAt = failed ? asOf.At : null,
                DueAt = dueAt,
            },
        ];
    }

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

    private static ImmutableArray<Fact> CheckoutSession(CheckoutSessionJson session, AsOf asOf) =>
        session is { Status: "complete", CustomerDetails: { } buyer }
            ?
            [
                new CheckoutSessionFact
                {
                    Id = Id(session.Id, "checkout session"),
                    AsOf = asOf,
                    Name = Known(buyer.Name),
                    Email = Known(buyer.Email),
                    Phone = Known(buyer.Phone),
                },
            ]
            : [];

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

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
