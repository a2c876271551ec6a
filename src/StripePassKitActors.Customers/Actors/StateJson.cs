using System.Collections.Immutable;
using System.Text.Json.Serialization;
using StripePassKitActors.Core.Customers;
using StripePassKitActors.Core.Money;
using StripePassKitActors.Customers.DeadLetters;

namespace StripePassKitActors.Customers.Actors;

/// <summary>Everything that is stored. A stored sample of every schema stays in the tests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(CustomerState))]
[JsonSerializable(typeof(ChargeLedger))]
[JsonSerializable(typeof(ChargePage))]
[JsonSerializable(typeof(DeadLetterIndex))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(StoredLetter))]
internal sealed partial class StateJson : JsonSerializerContext;

/// <summary>Ids of fifty charges of a customer, written once.</summary>
internal sealed record ChargePage(ImmutableArray<string> Ids);
