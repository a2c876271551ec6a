using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;
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
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static JsonTypeInfo<CustomerState> CustomerState { get; } = Of<CustomerState>();

    public static JsonTypeInfo<ChargeLedger> ChargeLedger { get; } = Of<ChargeLedger>();

    public static JsonTypeInfo<ChargePage> ChargePage { get; } = Of<ChargePage>();

    public static JsonTypeInfo<DeadLetterIndex> DeadLetterIndex { get; } = Of<DeadLetterIndex>();

    public static JsonTypeInfo<DeadLetterPage> DeadLetterPage { get; } = Of<DeadLetterPage>();

    public static JsonTypeInfo<StoredLetter> StoredLetter { get; } = Of<StoredLetter>();

    private static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}

/// <summary>Ids of fifty charges of a customer, written once.</summary>
internal sealed record ChargePage(ImmutableArray<string> Ids);
