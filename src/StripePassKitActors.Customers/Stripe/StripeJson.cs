using System.Text.Json;
using System.Text.Json.Serialization;

namespace StripePassKitActors.Customers.Stripe;

/// <summary>
/// The fields of Stripe's objects that facts are made of, in every API version since 2018: all optional, so that what is absent, null or
/// zero can be told apart (Stripe.net reads an absent date as 1970 and an absent amount as 0; see ADR 2).
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EventJson))]
[JsonSerializable(typeof(ChargeJson))]
[JsonSerializable(typeof(RefundJson))]
[JsonSerializable(typeof(DisputeJson))]
[JsonSerializable(typeof(SubscriptionJson))]
[JsonSerializable(typeof(InvoiceJson))]
[JsonSerializable(typeof(CustomerJson))]
[JsonSerializable(typeof(CheckoutSessionJson))]
[JsonSerializable(typeof(OwnedJson))]
[JsonSerializable(typeof(PriceJson))]
[JsonSerializable(typeof(ProductJson))]
internal sealed partial class StripeJson : JsonSerializerContext;

internal sealed record EventJson(string? Id, string? Type, long? Created, EventDataJson? Data);

internal sealed record EventDataJson(JsonElement Object, JsonElement? PreviousAttributes);

/// <summary>What tells whose an object is (rule B12): the customer, else the customer account.</summary>
internal record OwnedJson
{
    public string? Id { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? Customer { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? CustomerAccount { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? PaymentIntent { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? Charge { get; init; }

    [JsonIgnore]
    public string? Owner => Customer ?? CustomerAccount;
}

internal sealed record ChargeJson : OwnedJson
{
    public long? Created { get; init; }

    public string? Currency { get; init; }

    public long? Amount { get; init; }

    public long? AmountCaptured { get; init; }

    public long? AmountRefunded { get; init; }

    public bool? Captured { get; init; }

    public bool? Paid { get; init; }

    public string? Status { get; init; }

    public ListJson<RefundJson>? Refunds { get; init; }
}

internal sealed record RefundJson : OwnedJson
{
    public long? Amount { get; init; }

    public string? Status { get; init; }
}

internal sealed record DisputeJson : OwnedJson
{
    public long? Created { get; init; }

    public long? Amount { get; init; }

    public string? Status { get; init; }
}

internal sealed record ListJson<T>(IReadOnlyList<T>? Data, bool? HasMore);

internal sealed record SubscriptionJson : OwnedJson
{
    public long? Created { get; init; }

    public string? Status { get; init; }

    public bool? CancelAtPeriodEnd { get; init; }

    public long? CancelAt { get; init; }

    public long? EndedAt { get; init; }

    public long? CanceledAt { get; init; }

    public JsonElement? PauseCollection { get; init; }

    public long? CurrentPeriodStart { get; init; }

    public long? CurrentPeriodEnd { get; init; }

    public ListJson<SubscriptionItemJson>? Items { get; init; }
}

internal sealed record SubscriptionItemJson
{
    public PriceJson? Price { get; init; }

    public PriceJson? Plan { get; init; }

    public long? Quantity { get; init; }

    public long? CurrentPeriodStart { get; init; }

    public long? CurrentPeriodEnd { get; init; }
}

internal sealed record PriceJson
{
    public string? Id { get; init; }

    public string? LookupKey { get; init; }

    /// <summary>The product's id, or the product where it was asked for.</summary>
    public JsonElement? Product { get; init; }

    public Dictionary<string, string?>? Metadata { get; init; }
}

internal sealed record ProductJson(string? Id, Dictionary<string, string?>? Metadata);

internal sealed record InvoiceJson : OwnedJson
{
    public long? Created { get; init; }

    public string? Status { get; init; }

    /// <summary>Before 2018-11-08 an invoice had no status.</summary>
    public bool? Paid { get; init; }

    /// <summary>What <c>uncollectible</c> was before 2018-11-08. (<c>closed</c> was another thing: no further tries to collect, and still owed.)</summary>
    public bool? Forgiven { get; init; }

    public long? DueDate { get; init; }

    public StatusTransitionsJson? StatusTransitions { get; init; }

    public Dictionary<string, string?>? Metadata { get; init; }

    public ListJson<InvoiceLineJson>? Lines { get; init; }

    public ListJson<InvoicePaymentJson>? Payments { get; init; }

    public InvoiceParentJson? Parent { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? Subscription { get; init; }

    [JsonIgnore]
    public string? SubscriptionId => Parent?.SubscriptionDetails?.Subscription ?? Subscription;
}

internal sealed record StatusTransitionsJson(long? PaidAt);

internal sealed record InvoiceLineJson
{
    public long? Quantity { get; init; }

    /// <summary>Before 2025-03-31; the price itself.</summary>
    public PriceJson? Price { get; init; }

    public PriceJson? Plan { get; init; }

    public PricingJson? Pricing { get; init; }
}

internal sealed record PricingJson(PriceDetailsJson? PriceDetails);

internal sealed record PriceDetailsJson
{
    /// <summary>The price's id, or the price where it was asked for.</summary>
    public JsonElement? Price { get; init; }

    public JsonElement? Product { get; init; }
}

internal sealed record InvoicePaymentJson(string? Status, OwnedJson? Payment);

internal sealed record InvoiceParentJson(SubscriptionDetailsJson? SubscriptionDetails);

internal sealed record SubscriptionDetailsJson
{
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? Subscription { get; init; }
}

internal sealed record CustomerJson
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public bool? Deleted { get; init; }

    public Dictionary<string, string?>? Metadata { get; init; }
}

internal sealed record CheckoutSessionJson : OwnedJson
{
    public string? Status { get; init; }

    public string? Mode { get; init; }

    public string? PaymentStatus { get; init; }

    public long? Created { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? Invoice { get; init; }

    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? Subscription { get; init; }

    public Dictionary<string, string?>? Metadata { get; init; }

    public ListJson<SessionLineJson>? LineItems { get; init; }

    public CustomerDetailsJson? CustomerDetails { get; init; }
}

internal sealed record CustomerDetailsJson(string? Name, string? Email, string? Phone);

internal sealed record SessionLineJson(PriceJson? Price, long? Quantity);
