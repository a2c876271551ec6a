using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.Catalogue;
using StripePassKitActors.Customers.DeadLetters;

namespace StripePassKitActors.Customers.Actors;

/// <summary>
/// Everything that is stored. A stored sample of every schema stays in the tests. Read by reflection and not by generated code, which
/// sets what older code did not write to null or zero, initialisers or not: the first list that is added would break every stored record.
/// </summary>
internal static class StateJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutEmptyLists } },
    };

    public static JsonTypeInfo<CustomerState> CustomerState { get; } = Of<CustomerState>();

    public static JsonTypeInfo<ChargeLedger> ChargeLedger { get; } = Of<ChargeLedger>();

    public static JsonTypeInfo<ChargePage> ChargePage { get; } = Of<ChargePage>();

    public static JsonTypeInfo<UndonePayment> UndonePayment { get; } = Of<UndonePayment>();

    public static JsonTypeInfo<Stamp> Stamp { get; } = Of<Stamp>();

    public static JsonTypeInfo<CatalogueWalk> CatalogueWalk { get; } = Of<CatalogueWalk>();

    public static JsonTypeInfo<DeadLetterIndex> DeadLetterIndex { get; } = Of<DeadLetterIndex>();

    public static JsonTypeInfo<DeadLetterPage> DeadLetterPage { get; } = Of<DeadLetterPage>();

    public static JsonTypeInfo<StoredLetter> StoredLetter { get; } = Of<StoredLetter>();

    /// <summary>What is empty is not written, where its absence reads as empty: every turn reads and writes the record.</summary>
    private static void WithoutEmptyLists(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.AssociatedParameter is null && property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(ImmutableArray<>)))
        {
            property.ShouldSerialize = static (_, list) => list is ICollection { Count: > 0 };
        }
    }

    private static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}

/// <summary>Of the last save of a customer, another one each time (ADR 1).</summary>
internal sealed record Stamp(int Value);

/// <summary>Ids of fifty charges of a customer, written once.</summary>
internal sealed record ChargePage(ImmutableArray<string> Ids);

/// <summary>A payment that was fully refunded, or lost in a dispute: a purchase that comes later earns nothing by it (rule B3).</summary>
internal sealed record UndonePayment(string Id);
